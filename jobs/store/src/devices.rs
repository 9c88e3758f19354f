//! People's phones and tablets, by the token that their provider gave to the app.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use serde::Serialize;

use crate::{Channel, DeviceId, Store, StoreError, Tx, UserId, column, secs, within};

/// A device that can be pushed to. Its token is for its provider alone, and never shown.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Device {
    pub id: DeviceId,
    pub user_id: UserId,
    pub channel: Channel,
    #[serde(skip)]
    pub token: String,
    /// When its app last said that this is its token.
    pub seen_at: Timestamp,
}

/// Ids only: a token in a log is a way to somebody's lock screen.
impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device")
            .field("id", &self.id)
            .field("user_id", &self.user_id)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

/// Rows of devices, between what comes before and after their columns.
macro_rules! devices {
    ($before:literal, $after:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            Device,
            $before + r#" id AS "id!: DeviceId", user_id AS "user_id!: UserId", channel AS "channel!: Channel",
                token AS "token!", seen_at AS "seen_at!: column::Timestamp" "# + $after,
            $($argument),*
        )
    };
}

impl Tx {
    /// The app on this device, used by `user`, has this token now. Whoever used it before is pushed
    /// there no more, and a token that was dropped is good again. Of theirs the fifty seen last are kept.
    pub async fn register_device(
        &mut self,
        user: UserId,
        channel: Channel,
        token: &str,
    ) -> Result<Device, StoreError> {
        let registered = devices!(
            "INSERT INTO devices (user_id, channel, token) VALUES ($1, $2, $3)
            ON CONFLICT (channel, token) DO UPDATE
            SET user_id = excluded.user_id, seen_at = now(), dropped_at = NULL, dropped_why = NULL
            RETURNING",
            "",
            user.0,
            channel as _,
            token
        );
        let registered = within(registered.fetch_one(&mut *self.inner)).await?;
        let surplus = sqlx::query!(
            "DELETE FROM devices WHERE id IN (
                SELECT id FROM devices WHERE user_id = $1 ORDER BY seen_at DESC, id DESC OFFSET 50
            )",
            user.0,
        );
        within(surplus.execute(&mut *self.inner)).await?;
        Ok(registered)
    }
}

impl Store {
    /// Whether it was theirs. The ledger keeps what was sent to it.
    pub async fn forget_device(
        &self,
        user: UserId,
        channel: Channel,
        token: &str,
    ) -> Result<bool, StoreError> {
        let forgotten = sqlx::query!(
            "DELETE FROM devices WHERE user_id = $1 AND channel = $2 AND token = $3",
            user.0,
            channel as _,
            token,
        );
        Ok(within(forgotten.execute(&self.pool)).await?.rows_affected() == 1)
    }

    /// One that `user` still uses, and whose token is still good.
    pub async fn device(&self, user: UserId, id: DeviceId) -> Result<Option<Device>, StoreError> {
        let found = devices!(
            "SELECT",
            "FROM devices WHERE id = $1 AND user_id = $2 AND dropped_at IS NULL",
            id.0,
            user.0
        );
        within(found.fetch_optional(&self.pool)).await
    }

    /// The latest seen first.
    pub async fn devices_of(&self, user: UserId, limit: i64) -> Result<Vec<Device>, StoreError> {
        let found = devices!(
            "SELECT",
            "FROM devices WHERE user_id = $1 AND dropped_at IS NULL ORDER BY seen_at DESC, id LIMIT $2",
            user.0,
            limit
        );
        within(found.fetch_all(&self.pool)).await
    }

    /// Forgets those that no app has spoken for since that long ago; how many.
    pub async fn forget_stale_devices(
        &self,
        unseen: Duration,
        limit: i64,
    ) -> Result<u64, StoreError> {
        let forgotten = sqlx::query!(
            "DELETE FROM devices WHERE id IN (
                SELECT id FROM devices WHERE seen_at < now() - make_interval(secs => $1)
                ORDER BY seen_at LIMIT $2
                FOR UPDATE SKIP LOCKED
            )",
            secs(unseen),
            limit,
        );
        Ok(within(forgotten.execute(&self.pool)).await?.rows_affected())
    }
}
