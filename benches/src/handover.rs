//! The least there is: one process pushes, the other pops.

use std::time::Duration;

use redis::AsyncCommands as _;
use tokio::{sync::mpsc, time::Instant};

const TIMES: usize = 2_000;
/// As often as our own latency is measured.
const EVERY: Duration = Duration::from_millis(10);

/// From `LPUSH` to the end of the other's `BLPOP`, the middle of 2,000.
pub(crate) async fn p50_ms(url: &str) -> anyhow::Result<f64> {
    let client = redis::Client::open(url)?;
    let mut pusher = client.get_multiplexed_async_connection().await?;
    let mut popper = client.get_multiplexed_async_connection().await?;
    let (took, mut hands) = mpsc::channel(1);
    tokio::spawn(async move {
        while popper
            .blpop::<_, Vec<String>>("handover", 5.0)
            .await
            .is_ok()
        {
            if took.send(Instant::now()).await.is_err() {
                return;
            }
        }
    });
    let mut all = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        tokio::time::sleep(EVERY).await;
        let begun = Instant::now();
        let () = pusher.lpush("handover", 1).await?;
        let over = hands.recv().await.unwrap_or_else(Instant::now);
        all.push(over.duration_since(begun).as_secs_f64() * 1000.0);
    }
    all.sort_by(f64::total_cmp);
    Ok(all[TIMES / 2])
}
