//! Waiting for a condition, and never for the clock.

use std::time::Duration;

use tokio::{sync::watch, time::timeout};

/// Many look by starting a program: more often, and those who wait keep from working those waited for.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Far more than anything here takes, on a slow machine too: reaching it means that it will never come.
const PATIENCE: Duration = Duration::from_mins(3);

/// Returns as soon as `holds` does; panics after three minutes, naming what was waited for.
pub async fn until<Looked: Future<Output = bool>>(what: &str, holds: impl FnMut() -> Looked) {
    until_or(|| what.to_owned(), holds).await;
}

/// The same, where what was waited for is worked out when it has not come.
pub async fn until_or<Looked: Future<Output = bool>>(
    what: impl FnOnce() -> String,
    mut holds: impl FnMut() -> Looked,
) {
    let waited = timeout(PATIENCE, async {
        while !holds().await {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    });
    let came = waited.await.is_ok();
    assert!(came, "waited {PATIENCE:?} in vain until {}", what());
}

/// Returns as soon as `count` of them came; panics after three minutes.
pub(crate) async fn until_count(came: &watch::Sender<usize>, count: usize, what: &str) {
    let mut seen = came.subscribe();
    let enough = timeout(PATIENCE, seen.wait_for(|came| *came >= count)).await;
    assert!(
        enough.is_ok(),
        "waited {PATIENCE:?} for {count} {what}, {} came",
        *came.borrow()
    );
}
