//! What was measured, for people and for scripts.

use std::time::Duration;

use serde::Serialize;

/// Every figure that a run did not measure is left out.
#[derive(Debug, Default, Serialize)]
pub(super) struct Figures {
    jobs: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    enqueue_per_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drain_per_s: Option<f64>,
    /// Of the time that the same sleeps take without a queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    ideal_ratio: Option<f64>,
    #[serde(flatten)]
    latency: Option<Latency>,
    /// Jobs that began before they were due.
    #[serde(skip_serializing_if = "Option::is_none")]
    early: Option<usize>,
    /// Of this machine, over the last minute: other work makes every figure worse.
    load: f64,
}

/// From being enqueued (or due) to being begun, in ms.
#[derive(Debug, Clone, Copy, Serialize)]
#[expect(
    clippy::struct_field_names,
    reason = "the contract's names have their unit"
)]
struct Latency {
    p50_ms: f64,
    p95_ms: f64,
    p99_ms: f64,
    max_ms: f64,
}

impl Figures {
    pub(super) fn new(jobs: u64) -> Self {
        Self {
            jobs,
            load: load(),
            ..Self::default()
        }
    }

    pub(super) fn enqueued(&mut self, took: Duration) {
        self.enqueue_per_s = Some(per_second(self.jobs, took));
    }

    pub(super) fn drained(&mut self, took: Duration) {
        self.drain_per_s = Some(per_second(self.jobs, took));
    }

    pub(super) fn ideal(&mut self, bare: Duration) {
        let ratio = |per_s| bare.as_secs_f64() * per_s / float(self.jobs);
        self.ideal_ratio = self.drain_per_s.map(ratio);
    }

    pub(super) fn latency(&mut self, ms: Vec<f64>) {
        self.latency = latency(ms);
    }

    pub(super) fn lateness(&mut self, ms: Vec<f64>) {
        self.early = Some(ms.iter().filter(|ms| **ms < 0.0).count());
        self.latency = latency(ms);
    }

    pub(super) fn lines(&self) -> Vec<(&'static str, String)> {
        let rate = |per_s: f64| format!("{per_s:.0} jobs/s");
        let mut lines = vec![("jobs", self.jobs.to_string())];
        lines.extend(self.enqueue_per_s.map(|figure| ("enqueued", rate(figure))));
        lines.extend(self.drain_per_s.map(|figure| ("drained", rate(figure))));
        let ratio = |ratio| format!("{ratio:.3} of the same sleeps without a queue");
        lines.extend(self.ideal_ratio.map(|figure| ("speed", ratio(figure))));
        lines.extend(self.latency.map(|begun| ("begun after", begun.to_string())));
        lines.extend(self.early.map(|early| ("too early", early.to_string())));
        lines.push(("load", format!("{:.1}", self.load)));
        lines
    }
}

impl std::fmt::Display for Latency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            p50_ms,
            p95_ms,
            p99_ms,
            max_ms,
        } = self;
        write!(
            f,
            "p50 {p50_ms:.2} ms, p95 {p95_ms:.2}, p99 {p99_ms:.2}, max {max_ms:.2}"
        )
    }
}

fn latency(mut ms: Vec<f64>) -> Option<Latency> {
    ms.sort_by(f64::total_cmp);
    Some(Latency {
        p50_ms: percentile(&ms, 50)?,
        p95_ms: percentile(&ms, 95)?,
        p99_ms: percentile(&ms, 99)?,
        max_ms: *ms.last()?,
    })
}

/// The smallest value that so many percent do not exceed (nearest rank).
fn percentile(sorted: &[f64], percent: usize) -> Option<f64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

fn per_second(jobs: u64, took: Duration) -> f64 {
    (float(jobs) / took.as_secs_f64()).round()
}

#[expect(clippy::cast_precision_loss, reason = "no more than ten million")]
fn float(jobs: u64) -> f64 {
    jobs as f64
}

/// 0 where the system does not say.
fn load() -> f64 {
    let told = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first = told.split(' ').next().and_then(|text| text.parse().ok());
    first.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_value_that_so_many_do_not_exceed() {
        let sorted: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!(percentile(&sorted, 50), Some(100.0));
        assert_eq!(percentile(&sorted, 99), Some(198.0));
        assert_eq!(percentile(&sorted[..1], 99), Some(1.0));
        assert_eq!(percentile(&[], 50), None);
    }

    #[test]
    fn what_was_not_measured_is_left_out() {
        let mut figures = Figures::new(10);
        figures.enqueued(Duration::from_secs(2));
        let json = serde_json::to_value(&figures).unwrap();
        assert_eq!(json["enqueue_per_s"], 5.0);
        assert!(json.get("drain_per_s").is_none() && json.get("p50_ms").is_none());
    }

    #[test]
    fn what_began_before_it_was_due_is_counted() {
        let mut figures = Figures::new(3);
        figures.lateness(vec![-0.5, 0.0, 2.0]);
        assert_eq!(figures.early, Some(1));
    }
}
