//! Waits for what gives no signal.

use std::time::Duration;

use tokio::time::{Instant, sleep};

const LIMIT: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(5);

/// Looks until it is so. Panics after 30 s, naming what was waited for.
pub async fn until<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < LIMIT, "waited {LIMIT:?} for: {what}");
        sleep(LOOK).await;
    }
}
