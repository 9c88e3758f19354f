//! What nobody will ask for any more. Each forgets a slice, the oldest first, and says how many there were.
//!
//! People's devices and what belongs to no week of the ledger are forgotten next to what they are.

use std::time::Duration;

use crate::{Store, StoreError, secs, within};

macro_rules! forget {
    ($(#[$about:meta])* $name:ident, $query:literal) => {
        impl Store {
            $(#[$about])*
            pub async fn $name(&self, age: Duration, limit: i64) -> Result<u64, StoreError> {
                let forgotten = sqlx::query!($query, secs(age), limit);
                Ok(within(forgotten.execute(&self.pool)).await?.rows_affected())
            }
        }
    };
}

forget!(
    /// Ticks decided that long ago.
    forget_ticks,
    "DELETE FROM ticks WHERE id IN (
        SELECT id FROM ticks WHERE decided_at < now() - make_interval(secs => $1)
        ORDER BY decided_at LIMIT $2
        FOR UPDATE SKIP LOCKED)"
);
forget!(
    /// What happened to chores that long ago.
    forget_task_events,
    "DELETE FROM task_events WHERE id IN (
        SELECT id FROM task_events WHERE created_at < now() - make_interval(secs => $1)
        ORDER BY created_at LIMIT $2
        FOR UPDATE SKIP LOCKED)"
);
forget!(
    /// What an operator put aside that long ago and has not taken back.
    forget_withdrawn,
    "DELETE FROM withdrawn_outbox WHERE id IN (
        SELECT id FROM withdrawn_outbox WHERE withdrawn_at < now() - make_interval(secs => $1)
        ORDER BY withdrawn_at LIMIT $2
        FOR UPDATE SKIP LOCKED)"
);
forget!(
    /// What operators began that long ago, and ended.
    forget_operations,
    "DELETE FROM operations WHERE id IN (
        SELECT id FROM operations
        WHERE begun_at < now() - make_interval(secs => $1) AND ended_at IS NOT NULL
        ORDER BY begun_at LIMIT $2
        FOR UPDATE SKIP LOCKED)"
);
forget!(
    /// Links that expired that long ago, used or not.
    forget_requests,
    "DELETE FROM requests WHERE id IN (
        SELECT id FROM requests WHERE expires_at < now() - make_interval(secs => $1)
        ORDER BY expires_at LIMIT $2
        FOR UPDATE SKIP LOCKED)"
);
forget!(
    /// Codes into a household that expired that long ago, used or not.
    forget_invitations,
    "DELETE FROM invitations WHERE hash IN (
        SELECT hash FROM invitations WHERE expires_at < now() - make_interval(secs => $1)
        ORDER BY expires_at LIMIT $2
        FOR UPDATE SKIP LOCKED)"
);
forget!(
    /// Logins that were used last that long ago.
    forget_tokens,
    "DELETE FROM tokens WHERE hash IN (
        SELECT hash FROM tokens WHERE used_at < now() - make_interval(secs => $1)
        ORDER BY used_at LIMIT $2
        FOR UPDATE SKIP LOCKED)"
);
forget!(
    /// What mailbox providers said that long ago.
    forget_feedback,
    "DELETE FROM feedback WHERE (delivery_id, what) IN (
        SELECT delivery_id, what FROM feedback WHERE received_at < now() - make_interval(secs => $1)
        ORDER BY received_at LIMIT $2
        FOR UPDATE SKIP LOCKED)"
);
