//! What people want to hear, where that differs from the usual.

use serde::Serialize;

use crate::{Channel, Store, StoreError, Tx, UserId, within};

/// One kind by mail or by push, switched on or off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preference {
    pub kind: String,
    pub channel: Channel,
    pub wanted: bool,
}

impl Tx {
    /// `channel` is mail or push.
    pub async fn set_preference(
        &mut self,
        user: UserId,
        kind: &str,
        channel: Channel,
        wanted: bool,
    ) -> Result<(), StoreError> {
        let set = sqlx::query!(
            "INSERT INTO preferences (user_id, kind, channel, wanted) VALUES ($1, $2, $3, $4)
            ON CONFLICT (user_id, kind, channel) DO UPDATE SET wanted = excluded.wanted",
            user.0,
            kind,
            channel.preferred() as _,
            wanted,
        );
        within(set.execute(&mut *self.inner)).await?;
        Ok(())
    }
}

impl Store {
    /// `None` if they never said.
    pub async fn preference(
        &self,
        user: UserId,
        kind: &str,
        channel: Channel,
    ) -> Result<Option<bool>, StoreError> {
        let wanted = sqlx::query_scalar!(
            "SELECT wanted FROM preferences WHERE user_id = $1 AND kind = $2 AND channel = $3",
            user.0,
            kind,
            channel.preferred() as _,
        );
        within(wanted.fetch_optional(&self.pool)).await
    }

    pub async fn preferences_of(&self, user: UserId) -> Result<Vec<Preference>, StoreError> {
        let found = sqlx::query_as!(
            Preference,
            r#"SELECT kind, channel AS "channel!: Channel", wanted FROM preferences
            WHERE user_id = $1 ORDER BY kind, channel LIMIT 1000"#,
            user.0,
        );
        within(found.fetch_all(&self.pool)).await
    }
}
