//! What proves who is asking: only a token's hash is kept, so that a stolen database opens nothing.

use crate::{Store, StoreError, Tx, User, UserId, column, users::users, within};

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
}

impl Store {
    pub async fn add_token(&self, user: UserId, hash: &[u8]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.add_token(user, hash).await?;
        tx.commit().await
    }

    pub async fn user_by_token(&self, hash: &[u8]) -> Result<Option<User>, StoreError> {
        let found = users!(
            "SELECT",
            "FROM users JOIN tokens ON tokens.user_id = users.id WHERE tokens.hash = $1",
            hash
        );
        within(found.fetch_optional(&self.pool)).await
    }
}
