//! Who writes: every change has a row in Postgres that says who, what, why and to how many.

use platform::Queue;
use serde_json::Value;
use store::{NewOperation, Operation, Store};
use uuid::Uuid;

use crate::{Trouble, postgres, redis};

/// The handles, and on whose behalf they are used.
#[derive(Clone)]
pub struct Operator {
    pub queue: Queue,
    pub store: Store,
    pub by: String,
}

impl Operator {
    /// Writes down what is about to be done, and answers with the receipt of it.
    pub async fn begin(
        &self,
        verb: &str,
        reason: Option<&str>,
        plan: Value,
    ) -> Result<Operation, Trouble> {
        let new = NewOperation {
            id: Uuid::new_v4(),
            verb: verb.to_owned(),
            by_whom: short(&self.by, 100),
            reason: reason.map(|reason| short(reason, 300)),
            plan,
            as_of: redis(self.queue.now()).await?,
        };
        postgres(self.store.begin_operation(&new)).await?;
        self.receipt(new.id).await
    }

    /// What was written down under a receipt.
    pub async fn receipt(&self, id: Uuid) -> Result<Operation, Trouble> {
        let found = postgres(self.store.operation(id)).await?;
        found.ok_or_else(|| {
            Trouble::NotFound(format!(
                "there is no receipt {id}; `honeydue audit ls` shows the latest"
            ))
        })
    }

    pub async fn end(&self, id: Uuid, touched: u64, refused: u64) -> Result<(), Trouble> {
        postgres(self.store.end_operation(id, touched, refused)).await?;
        Ok(())
    }

    /// What is done in one step: written down, done, counted. What was refused is over as well; only what
    /// may have happened stays open.
    pub async fn once<T>(
        &self,
        verb: &str,
        reason: Option<&str>,
        plan: Value,
        doing: impl Future<Output = Result<(T, u64), Trouble>>,
    ) -> Result<T, Trouble> {
        let operation = self.begin(verb, reason, plan).await?;
        match doing.await {
            Ok((done, touched)) => {
                self.end(operation.id, touched, 0).await?;
                Ok(done)
            }
            Err(refused) => {
                if !refused.is_unreachable() {
                    // Why it was refused says more than that this could not be written down.
                    let _ = self.end(operation.id, 0, 1).await;
                }
                Err(refused)
            }
        }
    }
}

/// As much of it as a row keeps.
fn short(text: &str, most: usize) -> String {
    text.chars().filter(|c| *c != '\0').take(most).collect()
}
