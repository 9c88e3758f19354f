//! Numbers of leaderships: each is given out once, ever.

use crate::{Store, StoreError, within};

impl Store {
    pub async fn next_term(&self) -> Result<i64, StoreError> {
        let next = sqlx::query_scalar!(r#"SELECT nextval('terms') AS "term!""#);
        within(next.fetch_one(&self.pool)).await
    }
}
