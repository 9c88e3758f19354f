//! What people ask for and we answer by a link in a mail: a new password, or the proof of an address.
//!
//! A row is no secret. What a link carries besides its id is made by who sends it and proven by who is
//! shown it; here it is decided how often that counts, and for how long.

use std::time::Duration;

use jiff::Timestamp;

use crate::{RequestId, Store, StoreError, Tx, UserId, column, secs, within};

#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "kebab-case")]
pub enum Purpose {
    PasswordReset,
    VerifyEmail,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub id: RequestId,
    pub user_id: UserId,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

/// Rows of requests, between what comes before and after their columns.
macro_rules! requests {
    ($before:literal, $after:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            Request,
            $before + r#" id AS "id!: RequestId", user_id AS "user_id!: UserId",
                expires_at AS "expires_at!: column::Timestamp", used_at AS "used_at!: column::MaybeTimestamp" "# + $after,
            $($argument),*
        )
    };
}

impl Tx {
    /// `None` if they asked `most` times within the last hour already, or are gone. Two who ask at once
    /// count each other.
    pub async fn add_request(
        &mut self,
        user: UserId,
        purpose: Purpose,
        life: Duration,
        most: i64,
    ) -> Result<Option<RequestId>, StoreError> {
        let held = sqlx::query!("SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE", user.0);
        within(held.fetch_optional(&mut *self.inner)).await?;
        let added = sqlx::query_scalar!(
            r#"INSERT INTO requests (user_id, purpose, expires_at)
            SELECT id, $2, now() + make_interval(secs => $3) FROM users
            WHERE id = $1 AND (
                SELECT count(*) FROM requests
                WHERE user_id = $1 AND purpose = $2 AND created_at > now() - interval '1 hour') < $4
            RETURNING id AS "id!: RequestId""#,
            user.0,
            purpose as _,
            secs(life),
            most,
        );
        within(added.fetch_optional(&mut *self.inner)).await
    }

    /// Whose it was, once; `None` if it was used, has expired, or is none.
    pub async fn use_request(
        &mut self,
        id: RequestId,
        purpose: Purpose,
    ) -> Result<Option<UserId>, StoreError> {
        let used = sqlx::query_scalar!(
            r#"UPDATE requests SET used_at = now()
            WHERE id = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > now()
            RETURNING user_id AS "user_id!: UserId""#,
            id.0,
            purpose as _,
        );
        within(used.fetch_optional(&mut *self.inner)).await
    }

    /// Every other way to the same, such as an earlier mail, is shut as well.
    pub async fn close_requests(
        &mut self,
        user: UserId,
        purpose: Purpose,
    ) -> Result<(), StoreError> {
        let closed = sqlx::query!(
            "UPDATE requests SET used_at = now()
            WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > now()",
            user.0,
            purpose as _,
        );
        within(closed.execute(&mut *self.inner)).await?;
        Ok(())
    }
}

impl Store {
    /// One that still counts.
    pub async fn open_request(&self, id: RequestId) -> Result<Option<Request>, StoreError> {
        let found = requests!(
            "SELECT",
            "FROM requests WHERE id = $1 AND used_at IS NULL AND expires_at > now()",
            id.0
        );
        within(found.fetch_optional(&self.pool)).await
    }

    /// The newest of a person's that still counts.
    pub async fn open_request_of(
        &self,
        user: UserId,
        purpose: Purpose,
    ) -> Result<Option<Request>, StoreError> {
        let found = requests!(
            "SELECT",
            "FROM requests WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > now()
            ORDER BY created_at DESC, id LIMIT 1",
            user.0,
            purpose as _
        );
        within(found.fetch_optional(&self.pool)).await
    }

    /// The address of whose request this is belongs to them. It may be said again, until it expires.
    pub async fn verify_email(&self, id: RequestId) -> Result<Option<UserId>, StoreError> {
        let verified = sqlx::query_scalar!(
            r#"WITH used AS (
                UPDATE requests SET used_at = coalesce(used_at, now())
                WHERE id = $1 AND purpose = 'verify-email' AND expires_at > now() RETURNING user_id
            )
            UPDATE users SET verified_at = coalesce(verified_at, now()) FROM used WHERE users.id = used.user_id
            RETURNING users.id AS "id!: UserId""#,
            id.0,
        );
        within(verified.fetch_optional(&self.pool)).await
    }
}
