//! What the process measures, as Prometheus reads it.
//!
//! Whoever records a metric describes it; here are only what every process has (build, memory, file
//! descriptors, start time) and how durations are counted: in buckets, which add up across replicas,
//! where quantiles do not.

use std::sync::OnceLock;

use anyhow::Context as _;
use metrics::{describe_gauge, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_process::Collector;

/// From a claim's round trip to a mail that waited out an outage.
const SECONDS: [f64; 16] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 300.0,
    3600.0,
];

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts measuring; a second call changes nothing.
pub fn install(binary: &'static str, version: &'static str) -> anyhow::Result<()> {
    if RECORDER.get().is_none() {
        let recorder = builder()?.build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_ok() {
            RECORDER.get_or_init(|| handle);
        }
    }
    describe_gauge!(
        "honeydue_build_info",
        "Always 1; what runs is in the labels."
    );
    gauge!("honeydue_build_info", "binary" => binary, "version" => version).set(1.0);
    Collector::default().describe();
    Ok(())
}

fn builder() -> anyhow::Result<PrometheusBuilder> {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    PrometheusBuilder::new()
        .set_buckets_for_metric(seconds, &SECONDS)
        .context("the buckets")
}

/// Everything measured so far; empty before [`install`].
pub(crate) fn render() -> String {
    Collector::default().collect();
    RECORDER
        .get()
        .map(PrometheusHandle::render)
        .unwrap_or_default()
}

/// Folds what histograms have gathered, which otherwise grows until somebody scrapes.
pub(crate) fn upkeep() {
    if let Some(recorder) = RECORDER.get() {
        recorder.run_upkeep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_counted_in_buckets_and_the_build_is_told() {
        install("honeydue-test", "1.2.3").unwrap();
        install("honeydue-test", "1.2.3").unwrap();
        metrics::histogram!("honeydue_nap_seconds").record(0.3);
        let page = render();
        assert!(
            page.contains(r#"honeydue_build_info{binary="honeydue-test",version="1.2.3"} 1"#),
            "{page}"
        );
        assert!(
            page.contains(r#"honeydue_nap_seconds_bucket{le="0.5"} 1"#),
            "{page}"
        );
        assert!(page.contains("process_start_time_seconds"), "{page}");
    }
}
