//! Households: what people share their chores by.

use serde::Serialize;

use crate::{ResidenceId, Store, StoreError, Tx, UserId, within};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Residence {
    pub id: ResidenceId,
    pub name: String,
    /// `None` once who made it is gone.
    pub owner_id: Option<UserId>,
}

/// Somebody, as the others of the household see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    #[serde(skip)]
    pub residence_id: ResidenceId,
    pub id: UserId,
    pub name: String,
}

/// Rows of residences, with what comes after their columns.
macro_rules! residences {
    ($after:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            Residence,
            r#"SELECT id AS "id!: ResidenceId", name, owner_id AS "owner_id?: UserId" FROM residences "# + $after,
            $($argument),*
        )
    };
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

    pub(crate) async fn residence(&mut self, id: ResidenceId) -> Result<Residence, StoreError> {
        let found = residences!("WHERE id = $1", id.0);
        within(found.fetch_one(&mut *self.inner)).await
    }
}

impl Store {
    /// Their own first.
    pub async fn residences_of(
        &self,
        user: UserId,
        limit: i64,
    ) -> Result<Vec<Residence>, StoreError> {
        let found = residences!(
            "JOIN members ON residence_id = id WHERE user_id = $1
            ORDER BY owner_id IS DISTINCT FROM $1, id LIMIT $2",
            user.0,
            limit
        );
        within(found.fetch_all(&self.pool)).await
    }

    /// Those of all households of theirs, themselves among them.
    pub async fn members_with(&self, user: UserId, limit: i64) -> Result<Vec<Member>, StoreError> {
        let found = sqlx::query_as!(
            Member,
            r#"SELECT members.residence_id AS "residence_id!: ResidenceId", users.id AS "id!: UserId", name
            FROM members AS theirs JOIN members USING (residence_id) JOIN users ON users.id = members.user_id
            WHERE theirs.user_id = $1 ORDER BY members.residence_id, users.id LIMIT $2"#,
            user.0,
            limit,
        );
        within(found.fetch_all(&self.pool)).await
    }
}
