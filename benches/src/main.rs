//! The queue beside the bare limit and beside stock apalis-redis, in one run on one Redis.
//!
//! Absolute figures belong to a machine and its mood; the ratios are what to look at. Our own figures
//! come from `honeydue bench`, as an operator would take them.

mod bare;
mod cluster;
mod fanout;
mod handover;
mod ours;
mod stock;
mod worker;

use std::process::ExitCode;

use standins::{Redis, out::aside};

/// About 70 bytes of JSON, as the other systems were measured with.
const PAYLOAD: &[u8] =
    br#"{"user_id":1234567,"device":"a1b2c3d4e5f6","kind":"task-reminder","n":1}"#;
const JOBS: usize = 100_000;
/// Stock apalis-redis stops for good somewhere above this many.
const STOCK_JOBS: usize = 7_000;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Runtime::new();
    match runtime
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(compare()))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            aside(&format!("benches: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Everything, or the one part that was named.
async fn compare() -> anyhow::Result<()> {
    let part = std::env::args().nth(1);
    let wanted = |name| part.as_deref().is_none_or(|part| part == name);
    if wanted("queue") {
        queue().await?;
    }
    if wanted("worker") {
        worker::measure().await?;
    }
    if wanted("cluster") {
        cluster::measure().await?;
    }
    // Only if it is named: it takes a while, and a few gigabytes.
    if part.as_deref() == Some("fanout") {
        fanout::measure(std::env::args().nth(2).as_deref()).await?;
    }
    Ok(())
}

async fn queue() -> anyhow::Result<()> {
    let redis = Redis::start(&["--appendonly", "yes", "--appendfsync", "everysec"]).await?;
    let url = redis.url();
    aside(
        "WORK                                    OURS        BARE       RATIO   STOCK APALIS-REDIS",
    );
    let stock = stock::measure(&url).await?;
    let bare = bare::Bench::new(&url)?;

    // In turns, so that what else the machine does meanwhile meets both.
    let single = ours::bench(&url, &["--rate", "0"])?;
    let bare_single = bare.enqueue(25).await?;
    row(
        "enqueue, 50 in flight, jobs/s",
        single.enqueue_per_s,
        bare_single,
        stock.enqueue,
    );
    let bare_drain = bare.drain().await?;
    row(
        "drain 100 k, concurrency 100, jobs/s",
        single.drain_per_s,
        bare_drain,
        stock.drain,
    );
    let bulk = ours::bench(&url, &["--rate", "0", "--enqueue", "bulk"])?;
    let bare_bulk = bare.enqueue(500).await?;
    row(
        "enqueue, bulk, jobs/s",
        bulk.enqueue_per_s,
        bare_bulk,
        stock.bulk,
    );
    bare.forget().await?;

    let small = ours::bench(
        &url,
        &["--rate", "0", "--enqueue", "bulk", "--jobs", "10000"],
    )?;
    let large = ours::bench(
        &url,
        &["--rate", "0", "--enqueue", "bulk", "--jobs", "1000000"],
    )?;
    beside(
        "drain 1 M, of the rate of 10 k",
        large.drain_per_s,
        small.drain_per_s,
    );

    let hand = handover::p50_ms(&url).await?;
    let steady = ours::bench(&url, &["--jobs", "1000", "--for", "20s"])?;
    beside(
        "enqueue to start at 100/s, p50 ms, of LPUSH → BLPOP",
        steady.p50_ms,
        hand,
    );
    aside(&format!(
        "    p99 {:.2} ms, max {:.2} ms",
        steady.p99_ms, steady.max_ms
    ));
    let due = ours::bench(&url, &["--jobs", "1000", "--due-in", "2s"])?;
    aside(&format!(
        "1,000 due at one instant: late by p50 {:.1} ms, max {:.1} ms, {} early",
        due.p50_ms, due.max_ms, due.early
    ));
    let sleeps = ours::bench(&url, &["--jobs", "5000", "--sleep-ms", "20", "--rate", "0"])?;
    aside(&format!(
        "5,000 jobs of 20 ms: {:.3} of the same sleeps without a queue",
        sleeps.ideal_ratio
    ));
    Ok(())
}

fn row(work: &str, ours: f64, bare: f64, stock: f64) {
    aside(&format!(
        "{work:<36} {ours:>8.0}    {bare:>8.0}      {:>6.2}   {stock:>8.0}",
        ours / bare
    ));
}

fn beside(work: &str, ours: f64, other: f64) {
    aside(&format!(
        "{work}: {ours:.2} beside {other:.2}, ratio {:.2}",
        ours / other
    ));
}

fn per_second(jobs: usize, begun: tokio::time::Instant) -> f64 {
    let jobs = f64::from(u32::try_from(jobs).unwrap_or(u32::MAX));
    jobs / begun.elapsed().as_secs_f64()
}
