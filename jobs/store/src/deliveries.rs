//! The ledger: one row a delivery, one delivery an occasion.
//!
//! `considered → skipped | sending → sent | bounced | unknown`, and `unknown → sending` while copies
//! are left. A row is open until `decided_at` is set; from then on it stays as it is.

pub(crate) mod push;
pub(crate) mod reconcile;
mod sending;
mod weeks;

use std::fmt;

use jiff::{
    Timestamp,
    civil::{Date, date},
    tz::TimeZone,
};
use jiff_sqlx::ToSqlx;
use serde::Serialize;

use crate::{Channel, DeliveryId, DeviceId, Store, StoreError, Tx, UserId, within};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    pub id: DeliveryId,
    pub user_id: UserId,
    pub kind: String,
    pub occasion: String,
    pub channel: Channel,
    /// None for mail, and for a push to somebody without a device.
    pub device_id: Option<DeviceId>,
    pub state: DeliveryState,
    pub reason: Option<String>,
    /// What the provider said.
    pub answer: Option<String>,
    /// How often it was, or may have been, sent.
    pub copies: i16,
    pub sending_at: Option<Timestamp>,
    pub unknown_at: Option<Timestamp>,
    pub not_before: Option<Timestamp>,
    pub not_after: Timestamp,
    /// When somebody looks whether its job still stands.
    pub check_at: Timestamp,
    pub created_at: Timestamp,
    pub decided_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum DeliveryState {
    Considered,
    Sending,
    Sent,
    Bounced,
    Unknown,
    Skipped,
}

/// One to consider: by mail, or by push to each device of theirs.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    pub user_id: UserId,
    pub kind: String,
    pub occasion: String,
    /// The day that its occasion belongs to, always the same for the same occasion: the ledger is kept, and
    /// forgotten, by it.
    pub day: Date,
    pub not_before: Option<Timestamp>,
    pub not_after: Timestamp,
    pub check_at: Timestamp,
}

impl NewDelivery {
    /// The day of an occasion that is an event: the one on which it happened, in UTC.
    pub fn day_of(event: Timestamp) -> Date {
        TimeZone::UTC.to_datetime(event).date()
    }
}

/// New ones as a statement takes many: a column each.
struct Columns {
    users: Vec<i64>,
    kinds: Vec<String>,
    occasions: Vec<String>,
    not_before: Vec<Option<jiff_sqlx::Timestamp>>,
    not_after: Vec<jiff_sqlx::Timestamp>,
    check_at: Vec<jiff_sqlx::Timestamp>,
    days: Vec<jiff_sqlx::Date>,
}

/// Rows of the ledger, between what comes before and after their columns.
macro_rules! deliveries {
    ($before:literal, $after:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            $crate::Delivery,
            $before + r#" deliveries.id AS "id!: crate::DeliveryId", deliveries.user_id AS "user_id!: crate::UserId",
                deliveries.kind AS "kind!", occasion AS "occasion!", channel AS "channel!: crate::Channel",
                device_id AS "device_id?: crate::DeviceId",
                state AS "state!: crate::DeliveryState", reason AS "reason?", answer AS "answer?",
                copies AS "copies!", sending_at AS "sending_at!: crate::column::MaybeTimestamp",
                unknown_at AS "unknown_at!: crate::column::MaybeTimestamp",
                not_before AS "not_before!: crate::column::MaybeTimestamp",
                not_after AS "not_after!: crate::column::Timestamp",
                check_at AS "check_at!: crate::column::Timestamp",
                deliveries.created_at AS "created_at!: crate::column::Timestamp",
                decided_at AS "decided_at!: crate::column::MaybeTimestamp" "# + $after,
            $($argument),*
        )
    };
}
use deliveries;

impl fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Considered => "considered",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Bounced => "bounced",
            Self::Unknown => "unknown",
            Self::Skipped => "skipped",
        })
    }
}

impl Columns {
    fn of(new: &[NewDelivery]) -> Self {
        let not_before = new.iter().map(|new| new.not_before.map(ToSqlx::to_sqlx));
        Self {
            users: new.iter().map(|new| new.user_id.0).collect(),
            kinds: new.iter().map(|new| new.kind.clone()).collect(),
            occasions: new.iter().map(|new| new.occasion.clone()).collect(),
            not_before: not_before.collect(),
            not_after: new.iter().map(|new| new.not_after.to_sqlx()).collect(),
            check_at: new.iter().map(|new| new.check_at.to_sqlx()).collect(),
            days: new.iter().map(|new| kept(new.day).to_sqlx()).collect(),
        }
    }
}

/// An id has two bytes for its day. The first of them stands for ids without one.
fn kept(day: Date) -> Date {
    day.clamp(date(1970, 1, 2), date(2149, 6, 6))
}

impl Tx {
    /// Those that are new; an occasion that has its delivery already gets no other. Always in the same
    /// order, or two sweeps over the same people could wait for each other.
    pub async fn consider(
        &mut self,
        wanted: &[NewDelivery],
    ) -> Result<Vec<DeliveryId>, StoreError> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let new = Columns::of(wanted);
        let inserted = sqlx::query_scalar!(
            r#"INSERT INTO deliveries (id, day, user_id, kind, occasion, not_before, not_after, check_at, check_interval)
            SELECT delivery_id(day, user_id, kind, occasion, 'mail', NULL), day, user_id, kind, occasion, not_before, not_after, check_at,
                greatest(check_at - coalesce(not_before, now()), interval '1 s')
            FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[],
                    $7::date[])
                AS new (user_id, kind, occasion, not_before, not_after, check_at, day)
            ORDER BY user_id, kind, occasion
            ON CONFLICT DO NOTHING
            RETURNING id AS "id!: DeliveryId""#,
            &new.users,
            &new.kinds,
            &new.occasions,
            new.not_before as _,
            new.not_after as _,
            new.check_at as _,
            new.days as _,
        );
        within(inserted.fetch_all(&mut *self.inner)).await
    }
}

impl Store {
    pub async fn delivery(&self, id: DeliveryId) -> Result<Option<Delivery>, StoreError> {
        within(
            deliveries!(
                "SELECT",
                "FROM deliveries WHERE id = $1 AND day = delivery_day($1)",
                id.0
            )
            .fetch_optional(&self.pool),
        )
        .await
    }

    /// Those of them that exist.
    pub async fn deliveries(&self, ids: &[DeliveryId]) -> Result<Vec<Delivery>, StoreError> {
        let found = deliveries!(
            "SELECT",
            "FROM deliveries JOIN unnest($1::uuid[]) AS wanted (id)
                ON deliveries.id = wanted.id AND day = delivery_day(wanted.id)
            ORDER BY deliveries.id",
            ids as _
        );
        within(found.fetch_all(&self.pool)).await
    }

    /// A person's, the newest first.
    pub async fn deliveries_of(
        &self,
        user: UserId,
        limit: i64,
    ) -> Result<Vec<Delivery>, StoreError> {
        let found = deliveries!(
            "SELECT",
            "FROM deliveries WHERE user_id = $1 ORDER BY created_at DESC, id LIMIT $2",
            user.0,
            limit
        );
        within(found.fetch_all(&self.pool)).await
    }

    /// A person's that were considered in a time, and those of an occasion, the newest first.
    pub async fn deliveries_on(
        &self,
        user: UserId,
        occasion: &str,
        from: Timestamp,
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<Delivery>, StoreError> {
        let found = deliveries!(
            "SELECT",
            "FROM deliveries
            WHERE user_id = $1 AND (occasion = $2 OR created_at >= $3 AND created_at < $4)
            ORDER BY created_at DESC, id LIMIT $5",
            user.0,
            occasion,
            from.to_sqlx() as _,
            until.to_sqlx() as _,
            limit
        );
        within(found.fetch_all(&self.pool)).await
    }

    /// A person's, the newest first, a page at a time; each page comes after the last row of the one
    /// before it.
    pub async fn history(
        &self,
        user: UserId,
        after: Option<DeliveryId>,
        limit: i64,
    ) -> Result<Vec<Delivery>, StoreError> {
        let found = deliveries!(
            "SELECT",
            "FROM deliveries
            WHERE user_id = $1 AND ($2::uuid IS NULL OR (created_at, id) < (
                SELECT last.created_at, last.id FROM deliveries AS last
                WHERE last.id = $2 AND last.day = delivery_day($2) AND last.user_id = $1))
            ORDER BY created_at DESC, id DESC LIMIT $3",
            user.0,
            after.map(|id| id.0),
            limit
        );
        within(found.fetch_all(&self.pool)).await
    }
}
