//! What a person allows, as it is at the moment of sending.

use jiff::civil::{Date, Time};
use jiff_sqlx::ToSqlx as _;
use serde::Serialize;

use crate::{Channel, Store, StoreError, Tx, UserId, within};

/// When a person is not to be disturbed, on the clocks of their zone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum QuietHours {
    /// They never said.
    #[default]
    Usual,
    Never,
    Own {
        from: Time,
        until: Time,
    },
}

/// What one kind has to pass on its way to one person by one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// `None` if they never said.
    pub wanted: Option<bool>,
    pub quiet: QuietHours,
    /// How many they want in a day, if not as many as is usual.
    pub most: Option<i16>,
    /// Their address takes no mail.
    pub suppressed: bool,
}

struct Columns {
    wanted: Option<bool>,
    spoke: bool,
    from_minute: Option<i16>,
    until_minute: Option<i16>,
    most: Option<i16>,
    suppressed: bool,
}

impl From<Columns> for Gate {
    fn from(row: Columns) -> Self {
        Self {
            wanted: row.wanted,
            quiet: quiet(row.spoke, row.from_minute, row.until_minute),
            most: row.most,
            suppressed: row.suppressed,
        }
    }
}

fn quiet(spoke: bool, from: Option<i16>, until: Option<i16>) -> QuietHours {
    match (from.and_then(time), until.and_then(time)) {
        _ if !spoke => QuietHours::Usual,
        (Some(from), Some(until)) => QuietHours::Own { from, until },
        _ => QuietHours::Never,
    }
}

fn time(minute: i16) -> Option<Time> {
    let part = |part: i16| i8::try_from(part).ok();
    Time::new(part(minute / 60)?, part(minute % 60)?, 0, 0).ok()
}

fn minute(time: Time) -> i16 {
    i16::from(time.hour()) * 60 + i16::from(time.minute())
}

impl Store {
    /// `None` if the person is gone.
    pub async fn gate(
        &self,
        user: UserId,
        kind: &str,
        channel: Channel,
    ) -> Result<Option<Gate>, StoreError> {
        let found = sqlx::query_as!(
            Columns,
            r#"SELECT wanted AS "wanted?", quiet_hours.user_id IS NOT NULL AS "spoke!",
                from_minute, until_minute, most AS "most?",
                $3 = 'mail' AND suppressions.user_id IS NOT NULL AS "suppressed!"
            FROM users
            LEFT JOIN preferences ON preferences.user_id = users.id AND kind = $2 AND preferences.channel = $3
            LEFT JOIN quiet_hours ON quiet_hours.user_id = users.id
            LEFT JOIN daily_caps ON daily_caps.user_id = users.id AND daily_caps.channel = $3
            LEFT JOIN suppressions ON suppressions.user_id = users.id
                AND address_hash = sha256(convert_to(lower(email), 'UTF8'))
            WHERE users.id = $1"#,
            user.0,
            kind,
            channel.preferred().name(),
        );
        let found = within(found.fetch_optional(&self.pool)).await?;
        Ok(found.map(Gate::from))
    }

    /// Whether one more `message` may reach them on `day`. Asked twice about the same, it counts once and
    /// answers the same. Several at once wait for each other, so that no more than `most` ever pass.
    pub async fn count_in(
        &self,
        user: UserId,
        channel: Channel,
        day: Date,
        message: &str,
        most: i16,
    ) -> Result<bool, StoreError> {
        if most <= 0 {
            return Ok(false);
        }
        let counted = sqlx::query!(
            "INSERT INTO daily_tallies AS tally (user_id, channel, day, messages) VALUES ($1, $2, $3, ARRAY[$4])
            ON CONFLICT (user_id, channel) DO UPDATE
            SET day = excluded.day,
                messages = CASE
                    WHEN tally.day <> excluded.day THEN excluded.messages
                    WHEN $4 = ANY (tally.messages) THEN tally.messages
                    ELSE tally.messages || excluded.messages
                END
            WHERE tally.day <> excluded.day OR $4 = ANY (tally.messages) OR cardinality(tally.messages) < $5::smallint",
            user.0,
            channel.preferred().name(),
            day.to_sqlx() as _,
            message,
            most,
        );
        Ok(within(counted.execute(&self.pool)).await?.rows_affected() == 1)
    }

    pub async fn quiet_hours(&self, user: UserId) -> Result<QuietHours, StoreError> {
        let found = sqlx::query!(
            "SELECT from_minute, until_minute FROM quiet_hours WHERE user_id = $1",
            user.0,
        );
        let found = within(found.fetch_optional(&self.pool)).await?;
        Ok(found.map_or(QuietHours::Usual, |row| {
            quiet(true, row.from_minute, row.until_minute)
        }))
    }

    /// Of those channels for which they want fewer than is usual.
    pub async fn daily_caps(&self, user: UserId) -> Result<Vec<(Channel, i16)>, StoreError> {
        let found = sqlx::query!(
            r#"SELECT channel AS "channel!: Channel", most FROM daily_caps WHERE user_id = $1 ORDER BY channel"#,
            user.0,
        );
        let found = within(found.fetch_all(&self.pool)).await?;
        Ok(found
            .into_iter()
            .map(|row| (row.channel, row.most))
            .collect())
    }
}

impl Tx {
    pub async fn set_quiet_hours(
        &mut self,
        user: UserId,
        quiet: QuietHours,
    ) -> Result<(), StoreError> {
        let (from, until) = match quiet {
            QuietHours::Own { from, until } => (Some(minute(from)), Some(minute(until))),
            QuietHours::Never => (None, None),
            QuietHours::Usual => {
                let usual = sqlx::query!("DELETE FROM quiet_hours WHERE user_id = $1", user.0);
                within(usual.execute(&mut *self.inner)).await?;
                return Ok(());
            }
        };
        let set = sqlx::query!(
            "INSERT INTO quiet_hours (user_id, from_minute, until_minute) VALUES ($1, $2, $3)
            ON CONFLICT (user_id) DO UPDATE
            SET from_minute = excluded.from_minute, until_minute = excluded.until_minute",
            user.0,
            from,
            until,
        );
        within(set.execute(&mut *self.inner)).await?;
        Ok(())
    }

    /// `None`: as many as is usual.
    pub async fn set_daily_cap(
        &mut self,
        user: UserId,
        channel: Channel,
        most: Option<i16>,
    ) -> Result<(), StoreError> {
        let channel = channel.preferred().name();
        let Some(most) = most else {
            let usual = sqlx::query!(
                "DELETE FROM daily_caps WHERE user_id = $1 AND channel = $2",
                user.0,
                channel
            );
            within(usual.execute(&mut *self.inner)).await?;
            return Ok(());
        };
        let set = sqlx::query!(
            "INSERT INTO daily_caps (user_id, channel, most) VALUES ($1, $2, $3)
            ON CONFLICT (user_id, channel) DO UPDATE SET most = excluded.most",
            user.0,
            channel,
            most,
        );
        within(set.execute(&mut *self.inner)).await?;
        Ok(())
    }
}
