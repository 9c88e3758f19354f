//! Waiting for a condition, and never for the clock.

use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(5);
/// Far more than anything here takes: reaching it means that it will never come.
const PATIENCE: Duration = Duration::from_mins(1);

/// Returns as soon as `holds` does; panics after a minute, naming what was waited for.
pub async fn until<Looked: Future<Output = bool>>(what: &str, holds: impl FnMut() -> Looked) {
    until_or(|| what.to_owned(), holds).await;
}

/// The same, where what was waited for is worked out when it has not come.
pub async fn until_or<Looked: Future<Output = bool>>(
    what: impl FnOnce() -> String,
    mut holds: impl FnMut() -> Looked,
) {
    let waited = tokio::time::timeout(PATIENCE, async {
        while !holds().await {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    });
    let came = waited.await.is_ok();
    assert!(came, "waited a minute in vain until {}", what());
}
