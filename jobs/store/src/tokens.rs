//! What proves who is asking: only a token's hash is kept, so that a stolen database opens nothing.

use std::time::Duration;

use crate::{Credentials, Store, StoreError, Tx, UserId, secs, within};

/// A token that is not used for so long opens nothing any more: a phone in a drawer stays logged in over a
/// season, and not for ever.
pub const TOKEN_LIFE: Duration = Duration::from_hours(90 * 24);
/// Its last use is kept to the day, so that not every request writes.
const USED_AGAIN: Duration = Duration::from_hours(24);

/// What a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub user_id: UserId,
    pub expired: bool,
    /// Its use is worth writing down.
    pub used_again: bool,
}

impl Tx {
    /// `hash` is the SHA-256 of the token.
    pub async fn add_token(&mut self, user: UserId, hash: &[u8]) -> Result<(), StoreError> {
        let added = sqlx::query!(
            "INSERT INTO tokens (hash, user_id) VALUES ($1, $2)",
            hash,
            user.0
        );
        within(added.execute(&mut *self.inner)).await?;
        Ok(())
    }

    /// The same for a login: only if the password that was verified, which takes long, is still theirs.
    /// Who is replacing it and who logs in by it wait for each other, in turn: no stream of logins holds up
    /// the other.
    pub async fn log_in(
        &mut self,
        verified: &Credentials,
        hash: &[u8],
    ) -> Result<bool, StoreError> {
        let added = sqlx::query!(
            "INSERT INTO tokens (hash, user_id)
            SELECT $1, id FROM users WHERE id = $2 AND password_hash = $3 FOR NO KEY UPDATE",
            hash,
            verified.user_id.0,
            verified.password_hash,
        );
        let added = within(added.execute(&mut *self.inner)).await?;
        Ok(added.rows_affected() == 1)
    }

    /// Whether a person's login still stands; who replaces their password waits until this transaction ends.
    /// For what would outlive the login.
    pub async fn hold_login(&mut self, user: UserId, hash: &[u8]) -> Result<bool, StoreError> {
        let held = sqlx::query!("SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE", user.0);
        within(held.fetch_optional(&mut *self.inner)).await?;
        // A statement of its own: one that waited for a new password would still see the token.
        let stands = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM tokens WHERE hash = $1 AND user_id = $2) AS "stands!""#,
            hash,
            user.0,
        );
        within(stands.fetch_one(&mut *self.inner)).await
    }
}

impl Store {
    /// See [`Tx::log_in`].
    pub async fn log_in(&self, verified: &Credentials, hash: &[u8]) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let added = tx.log_in(verified, hash).await?;
        tx.commit().await?;
        Ok(added)
    }

    pub async fn token(&self, hash: &[u8]) -> Result<Option<Token>, StoreError> {
        let found = sqlx::query_as!(
            Token,
            r#"SELECT user_id AS "user_id!: UserId",
                used_at < now() - make_interval(secs => $2) AS "expired!",
                used_at < now() - make_interval(secs => $3) AS "used_again!"
            FROM tokens WHERE hash = $1"#,
            hash,
            secs(TOKEN_LIFE),
            secs(USED_AGAIN),
        );
        within(found.fetch_optional(&self.pool)).await
    }

    /// Lets it live on. Of many requests at once, one writes; what has expired stays so.
    pub async fn use_token(&self, hash: &[u8]) -> Result<(), StoreError> {
        let used = sqlx::query!(
            "UPDATE tokens SET used_at = now() WHERE hash = $1
            AND used_at < now() - make_interval(secs => $2) AND used_at >= now() - make_interval(secs => $3)",
            hash,
            secs(USED_AGAIN),
            secs(TOKEN_LIFE),
        );
        within(used.execute(&self.pool)).await?;
        Ok(())
    }
}
