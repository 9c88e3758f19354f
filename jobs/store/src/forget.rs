//! What nobody will ask for any more. Each forgets a slice, the oldest first, and says how many there were.
//!
//! People's devices and what belongs to no week of the ledger are forgotten next to what they are.

use std::time::Duration;

use crate::{Store, StoreError, secs, within};

/// What of a table, by which key, since when; and what else must be so.
macro_rules! forget {
    ($(
        $(#[$about:meta])*
        $name:ident: $table:literal by $key:literal since $when:literal $(if $also:literal)?;
    )*) => {
        impl Store {$(
            $(#[$about])*
            pub async fn $name(&self, age: Duration, limit: i64) -> Result<u64, StoreError> {
                let forgotten = sqlx::query!(
                    "DELETE FROM " + $table + " WHERE (" + $key + ") IN (SELECT " + $key + " FROM " + $table
                        + " WHERE " + $when + " < now() - make_interval(secs => $1)" $(+ " AND " + $also)?
                        + " ORDER BY " + $when + " LIMIT $2 FOR UPDATE SKIP LOCKED)",
                    secs(age),
                    limit
                );
                Ok(within(forgotten.execute(&self.pool)).await?.rows_affected())
            }
        )*}
    };
}

forget! {
    /// Ticks decided that long ago.
    forget_ticks: "ticks" by "id" since "decided_at";
    /// What happened to chores that long ago.
    forget_task_events: "task_events" by "id" since "created_at";
    /// What an operator put aside that long ago and has not taken back.
    forget_withdrawn: "withdrawn_outbox" by "id" since "withdrawn_at";
    /// What operators began that long ago, and ended.
    forget_operations: "operations" by "id" since "begun_at" if "ended_at IS NOT NULL";
    /// Links that expired that long ago, used or not.
    forget_requests: "requests" by "id" since "expires_at";
    /// Codes into a household that expired that long ago, used or not.
    forget_invitations: "invitations" by "hash" since "expires_at";
    /// Logins that were used last that long ago.
    forget_tokens: "tokens" by "hash" since "used_at";
    /// What mailbox providers said that long ago.
    forget_feedback: "feedback" by "delivery_id, what" since "received_at";
}
