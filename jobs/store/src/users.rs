//! People.

use jiff::Timestamp;
use serde::Serialize;

use crate::{Store, StoreError, Tx, UserId, column, within};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub timezone: Option<String>,
    pub reminder_hour: Option<i16>,
    pub digest_hour: Option<i16>,
    pub created_at: Timestamp,
}

/// Someone who signs up. Not `Debug`: it holds a secret.
pub struct NewUser {
    pub email: String,
    pub name: String,
    pub password_hash: String,
    pub timezone: Option<String>,
    pub reminder_hour: Option<i16>,
    pub digest_hour: Option<i16>,
}

/// What a login is compared with. Not `Debug`: it holds a secret.
pub struct Credentials {
    pub user_id: UserId,
    pub password_hash: String,
}

/// Rows of people, by what comes after `FROM users`.
macro_rules! users {
    ($rest:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            $crate::User,
            r#"SELECT users.id AS "id!: UserId", users.email, users.name, users.timezone,
                users.reminder_hour, users.digest_hour, users.created_at AS "created_at!: column::Timestamp"
            FROM users "# + $rest,
            $($argument),*
        )
    };
}
pub(crate) use users;

impl Tx {
    /// [`StoreError::EmailTaken`] whatever capitals the address is written in.
    pub async fn add_user(&mut self, new: NewUser) -> Result<UserId, StoreError> {
        let added = sqlx::query_scalar!(
            r#"INSERT INTO users (email, name, password_hash, timezone, reminder_hour, digest_hour)
            VALUES ($1, $2, $3, $4, $5, $6)
            RETURNING id AS "id!: UserId""#,
            new.email,
            new.name,
            new.password_hash,
            new.timezone,
            new.reminder_hour,
            new.digest_hour,
        );
        within(added.fetch_one(&mut *self.inner)).await
    }
}

impl Store {
    pub async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        within(users!("WHERE id = $1", id.0).fetch_optional(&self.pool)).await
    }

    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>, StoreError> {
        within(users!("WHERE lower(email) = lower($1)", email).fetch_optional(&self.pool)).await
    }

    pub async fn credentials(&self, email: &str) -> Result<Option<Credentials>, StoreError> {
        let found = sqlx::query_as!(
            Credentials,
            r#"SELECT id AS "user_id!: UserId", password_hash FROM users WHERE lower(email) = lower($1)"#,
            email,
        );
        within(found.fetch_optional(&self.pool)).await
    }
}
