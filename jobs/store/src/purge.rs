//! Forgetting a person: their account, and every row that is about them.

use serde::Serialize;

use crate::{Store, StoreError, UserId, within};

/// What Postgres holds of one person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Held {
    pub accounts: i64,
    pub tokens: i64,
    pub agenda: i64,
    pub deliveries: i64,
    pub devices: i64,
    /// Kinds switched on or off, quiet hours, daily caps and what counted towards them.
    pub preferences: i64,
    /// What they asked for by a link, whom they invited, and how far their first days have come.
    pub requests: i64,
    pub drips: i64,
    /// Of their address, and what mailbox providers said of their mail.
    pub suppressions: i64,
    pub memberships: i64,
    /// Households with nobody else in them, and what is to be done there.
    pub residences: i64,
    pub tasks: i64,
    /// What waits in the outbox for them.
    pub outbox: i64,
}

impl Held {
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Store {
    pub async fn held_of(&self, user: UserId) -> Result<Held, StoreError> {
        let held = sqlx::query_as!(
            Held,
            r#"WITH homes AS (
                SELECT residence_id AS id FROM members WHERE user_id = $1
                UNION SELECT id FROM residences WHERE owner_id = $1
            ), lonely AS (
                SELECT id FROM homes WHERE NOT EXISTS (
                    SELECT FROM members WHERE members.residence_id = homes.id AND members.user_id <> $1)
            )
            SELECT (SELECT count(*) FROM users WHERE id = $1) AS "accounts!",
                (SELECT count(*) FROM tokens WHERE user_id = $1) AS "tokens!",
                (SELECT count(*) FROM agenda WHERE user_id = $1) AS "agenda!",
                (SELECT count(*) FROM deliveries WHERE user_id = $1) AS "deliveries!",
                (SELECT count(*) FROM devices WHERE user_id = $1) AS "devices!",
                (SELECT count(*) FROM requests WHERE user_id = $1)
                    + (SELECT count(*) FROM invitations WHERE invited_by = $1) AS "requests!",
                (SELECT count(*) FROM drips WHERE user_id = $1) AS "drips!",
                (SELECT count(*) FROM preferences WHERE user_id = $1)
                    + (SELECT count(*) FROM quiet_hours WHERE user_id = $1)
                    + (SELECT count(*) FROM daily_caps WHERE user_id = $1)
                    + (SELECT count(*) FROM daily_tallies WHERE user_id = $1) AS "preferences!",
                (SELECT count(*) FROM suppressions WHERE user_id = $1)
                    + (SELECT count(*) FROM feedback WHERE user_id = $1) AS "suppressions!",
                (SELECT count(*) FROM members WHERE user_id = $1) AS "memberships!",
                (SELECT count(*) FROM lonely) AS "residences!",
                (SELECT count(*) FROM tasks WHERE residence_id IN (SELECT id FROM lonely)) AS "tasks!",
                (SELECT count(*) FROM outbox WHERE payload ->> 'user_id' = $1::bigint::text)
                    + (SELECT count(*) FROM withdrawn_outbox WHERE payload ->> 'user_id' = $1::bigint::text)
                    AS "outbox!""#,
            user.0,
        );
        within(held.fetch_one(&self.pool)).await
    }

    /// In one step, or not at all. A household in which others live stays, without them.
    pub async fn purge_user(&self, user: UserId) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let homes = sqlx::query!(
            "DELETE FROM residences
            WHERE (owner_id = $1 OR id IN (SELECT residence_id FROM members WHERE user_id = $1))
                AND NOT EXISTS (SELECT FROM members WHERE members.residence_id = residences.id AND user_id <> $1)",
            user.0,
        );
        within(homes.execute(&mut *tx.inner)).await?;
        let outbox = sqlx::query!(
            "WITH aside AS (DELETE FROM withdrawn_outbox WHERE payload ->> 'user_id' = $1::bigint::text)
            DELETE FROM outbox WHERE payload ->> 'user_id' = $1::bigint::text",
            user.0,
        );
        within(outbox.execute(&mut *tx.inner)).await?;
        // Tokens, requests, invitations, agenda, drips, devices, preferences, suppressions, memberships and
        // deliveries go with the account.
        let account = sqlx::query!("DELETE FROM users WHERE id = $1", user.0);
        within(account.execute(&mut *tx.inner)).await?;
        tx.commit().await
    }
}
