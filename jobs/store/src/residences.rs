//! Households: what people share their chores by.

use serde::Serialize;

use crate::{ResidenceId, Store, StoreError, Tx, UserId, within};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Residence {
    pub id: ResidenceId,
    pub name: String,
}

impl Tx {
    /// Its owner is its first member.
    pub async fn add_residence(
        &mut self,
        name: &str,
        owner: UserId,
    ) -> Result<ResidenceId, StoreError> {
        let added = sqlx::query_scalar!(
            r#"WITH added AS (INSERT INTO residences (name, owner_id) VALUES ($1, $2) RETURNING id)
            INSERT INTO members (residence_id, user_id) SELECT id, $2 FROM added
            RETURNING residence_id AS "id!: ResidenceId""#,
            name,
            owner.0,
        );
        within(added.fetch_one(&mut *self.inner)).await
    }

    /// Whether they were not a member before.
    pub async fn add_member(
        &mut self,
        residence: ResidenceId,
        user: UserId,
    ) -> Result<bool, StoreError> {
        let added = sqlx::query!(
            "INSERT INTO members (residence_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            residence.0,
            user.0,
        );
        let added = within(added.execute(&mut *self.inner)).await?;
        Ok(added.rows_affected() == 1)
    }
}

impl Store {
    pub async fn residences_of(
        &self,
        user: UserId,
        limit: i64,
    ) -> Result<Vec<Residence>, StoreError> {
        let found = sqlx::query_as!(
            Residence,
            r#"SELECT id AS "id!: ResidenceId", name FROM residences
            JOIN members ON residence_id = id WHERE user_id = $1 ORDER BY id LIMIT $2"#,
            user.0,
            limit,
        );
        within(found.fetch_all(&self.pool)).await
    }
}
