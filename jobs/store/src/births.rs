//! Birth marks of Redis's partitions, as they were when everything open was last walked.
//!
//! A partition that shows another one has lost what it held.

use crate::{Store, StoreError, within};

impl Store {
    /// Partitions and their marks.
    pub async fn birth_marks(&self) -> Result<Vec<(String, String)>, StoreError> {
        let found =
            sqlx::query!("SELECT partition, mark FROM birth_marks ORDER BY partition LIMIT 10000");
        let found = within(found.fetch_all(&self.pool)).await?;
        Ok(found
            .into_iter()
            .map(|row| (row.partition, row.mark))
            .collect())
    }

    pub async fn set_birth_mark(&self, partition: &str, mark: &str) -> Result<(), StoreError> {
        let set = sqlx::query!(
            "INSERT INTO birth_marks (partition, mark) VALUES ($1, $2)
            ON CONFLICT (partition) DO UPDATE SET mark = excluded.mark, copied_at = now()",
            partition,
            mark,
        );
        within(set.execute(&self.pool)).await?;
        Ok(())
    }
}
