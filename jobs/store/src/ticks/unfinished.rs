//! Ticks whose runs have not finished.

use std::time::Duration;

use crate::{Store, StoreError, column::short, secs, within};

/// More runs of one schedule than this are not asked about.
const MOST: i64 = 100;

impl Store {
    /// Ticks of a schedule that were fired at most this long ago and have not finished, newest first.
    pub async fn unfinished_ticks(
        &self,
        schedule: &str,
        within_last: Duration,
    ) -> Result<Vec<String>, StoreError> {
        let fired = sqlx::query_scalar!(
            "SELECT id FROM ticks
            WHERE state = 'fired' AND schedule = $1 AND fired_at > now() - make_interval(secs => $2)
            ORDER BY fired_at DESC LIMIT $3",
            schedule,
            secs(within_last),
            MOST,
        );
        within(fired.fetch_all(&self.pool)).await
    }

    /// `fired → skipped`, for one whose job was lost and is not wanted any more.
    pub async fn given_up_tick(&self, id: &str, reason: &str) -> Result<bool, StoreError> {
        let given_up = sqlx::query!(
            "UPDATE ticks SET state = 'skipped', reason = $2, decided_at = now() WHERE id = $1 AND state = 'fired'",
            id,
            short(reason),
        );
        Ok(within(given_up.execute(&self.pool)).await?.rows_affected() == 1)
    }
}
