//! The ledger's word, waited for no longer than a send can bear.

use std::time::Duration;

use kinds::ports::{Commit, Sent};
use tokio::time::timeout;

/// `Err` is what to answer instead of sending. It leaves nothing behind but a row that its owner puts
/// back.
pub(super) async fn ask(commit: &dyn Commit, wait: Duration) -> Result<(), Sent> {
    match timeout(wait, commit.commit()).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(Sent::NotMine),
        Ok(Err(error)) => Err(Sent::Failed(error.context("the ledger could not be asked"))),
        Err(_) => Err(Sent::Failed(anyhow::anyhow!(
            "the ledger did not answer within {wait:?}"
        ))),
    }
}
