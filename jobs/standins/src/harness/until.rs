//! Waiting for a condition, and never for the clock.

use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(5);
/// Far more than anything here takes: reaching it means that it will never come.
const PATIENCE: Duration = Duration::from_mins(1);

/// Returns as soon as `holds` does; panics after a minute, naming what was waited for.
pub async fn until<Looked: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> Looked) {
    let waited = tokio::time::timeout(PATIENCE, async {
        while !holds().await {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    });
    assert!(waited.await.is_ok(), "waited a minute in vain until {what}");
}
