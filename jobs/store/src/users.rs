//! People.

use jiff::Timestamp;
use serde::Serialize;

use crate::{Locale, Store, StoreError, Tx, UserId, column, within};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub timezone: Option<String>,
    pub reminder_hour: Option<i16>,
    pub digest_hour: Option<i16>,
    pub locale: Locale,
    /// Since when we know that the address is theirs.
    pub verified_at: Option<Timestamp>,
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
    pub locale: Locale,
}

/// What is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    pub timezone: Option<Option<String>>,
    pub reminder_hour: Option<Option<i16>>,
    pub digest_hour: Option<Option<i16>>,
    pub locale: Option<Locale>,
}

/// What a login is compared with. Not `Debug`: it holds a secret.
pub struct Credentials {
    pub user_id: UserId,
    pub password_hash: String,
}

/// Rows of people, between what comes before and after their columns.
macro_rules! users {
    ($before:literal, $after:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            User,
            $before + r#" users.id AS "id!: UserId", users.email, users.name, users.timezone,
                users.reminder_hour, users.digest_hour, users.locale AS "locale!: crate::Locale",
                users.verified_at AS "verified_at!: column::MaybeTimestamp", users.created_at AS "created_at!: column::Timestamp" "# + $after,
            $($argument),*
        )
    };
}

impl Tx {
    /// [`StoreError::EmailTaken`] whatever capitals the address is written in.
    pub async fn add_user(&mut self, new: NewUser) -> Result<UserId, StoreError> {
        let added = sqlx::query_scalar!(
            r#"INSERT INTO users (email, name, password_hash, timezone, reminder_hour, digest_hour, locale)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            RETURNING id AS "id!: UserId""#,
            new.email,
            new.name,
            new.password_hash,
            new.timezone,
            new.reminder_hour,
            new.digest_hour,
            new.locale as _,
        );
        within(added.fetch_one(&mut *self.inner)).await
    }

    /// `None` if they are gone.
    pub async fn update_user(
        &mut self,
        id: UserId,
        to: UserChange,
    ) -> Result<Option<User>, StoreError> {
        let changed = users!(
            "UPDATE users SET
                timezone = CASE WHEN $2::boolean THEN $3 ELSE timezone END,
                reminder_hour = CASE WHEN $4::boolean THEN $5 ELSE reminder_hour END,
                digest_hour = CASE WHEN $6::boolean THEN $7 ELSE digest_hour END,
                locale = coalesce($8, locale)
            WHERE id = $1 RETURNING",
            "",
            id.0,
            to.timezone.is_some(),
            to.timezone.flatten(),
            to.reminder_hour.is_some(),
            to.reminder_hour.flatten(),
            to.digest_hour.is_some(),
            to.digest_hour.flatten(),
            to.locale as _
        );
        within(changed.fetch_optional(&mut *self.inner)).await
    }
}

impl Tx {
    /// Whoever had logged in with the old one has to do so again, and is pushed nothing until then: an app
    /// registers its device at every start. That they read our mail proves their address, too.
    pub async fn set_password(&mut self, id: UserId, hash: &str) -> Result<(), StoreError> {
        let set = sqlx::query!(
            "UPDATE users SET password_hash = $2, verified_at = coalesce(verified_at, now()) WHERE id = $1",
            id.0,
            hash,
        );
        within(set.execute(&mut *self.inner)).await?;
        // A statement of its own: one that waited for a login would not see the token that it left.
        let out = sqlx::query!("DELETE FROM tokens WHERE user_id = $1", id.0);
        within(out.execute(&mut *self.inner)).await?;
        let unheard = sqlx::query!("DELETE FROM devices WHERE user_id = $1", id.0);
        within(unheard.execute(&mut *self.inner)).await?;
        Ok(())
    }
}

impl Store {
    pub async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        within(users!("SELECT", "FROM users WHERE id = $1", id.0).fetch_optional(&self.pool)).await
    }

    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>, StoreError> {
        if !column::can_hold(email) {
            return Ok(None);
        }
        within(
            users!("SELECT", "FROM users WHERE lower(email) = lower($1)", email)
                .fetch_optional(&self.pool),
        )
        .await
    }

    pub async fn credentials(&self, email: &str) -> Result<Option<Credentials>, StoreError> {
        if !column::can_hold(email) {
            return Ok(None);
        }
        let found = sqlx::query_as!(
            Credentials,
            r#"SELECT id AS "user_id!: UserId", password_hash FROM users WHERE lower(email) = lower($1)"#,
            email,
        );
        within(found.fetch_optional(&self.pool)).await
    }
}
