//! What came from another queue: each once, however often it is moved.

use uuid::Uuid;

use crate::{Store, StoreError, Tx, within};

/// Something that is taken over: where it comes from, and the job that it becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewImport {
    pub source: String,
    pub job: Uuid,
}

impl Tx {
    /// The sources of those that did not come before.
    pub async fn import(
        &mut self,
        imports: &[NewImport],
        receipt: Uuid,
    ) -> Result<Vec<String>, StoreError> {
        let sources: Vec<String> = imports.iter().map(|new| new.source.clone()).collect();
        let jobs: Vec<Uuid> = imports.iter().map(|new| new.job).collect();
        let imported = sqlx::query_scalar!(
            "INSERT INTO imports (source, job_id, receipt)
            SELECT source, job_id, $3 FROM unnest($1::text[], $2::uuid[]) AS new (source, job_id)
            ORDER BY source
            ON CONFLICT DO NOTHING
            RETURNING source",
            &sources,
            &jobs,
            receipt,
        );
        within(imported.fetch_all(&mut *self.inner)).await
    }
}

impl Store {
    /// How many were taken over under a receipt.
    pub async fn imported(&self, receipt: Uuid) -> Result<u64, StoreError> {
        let count = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM imports WHERE receipt = $1"#,
            receipt
        );
        Ok(within(count.fetch_one(&self.pool)).await?.unsigned_abs())
    }
}
