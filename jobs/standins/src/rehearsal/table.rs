//! The two tables: what each play cost, and what each process used.

use super::{cost::Cost, plays::Play};

/// In Markdown, so that the book can hold it as it is.
pub(super) fn costs(costs: &[(&Play, Cost)]) -> String {
    let head = [
        "play",
        "requests",
        "failed",
        "slowest",
        "jobs lost",
        "ticks",
        "missed",
        "doubled",
        "latest tick",
        "mails",
        "missing",
        "doubled",
        "latest mail",
    ];
    let rows = costs.iter().map(|(play, cost)| {
        vec![
            play.name.to_owned(),
            cost.borne.requests.to_string(),
            cost.borne.failed.to_string(),
            format!("{:.2} s", cost.borne.slowest.as_secs_f64()),
            cost.jobs_lost.to_string(),
            cost.ticks.to_string(),
            cost.ticks_missed.to_string(),
            cost.ticks_doubled.to_string(),
            format!("{:.1} s", cost.latest_tick),
            cost.mails.to_string(),
            cost.mails_missing.to_string(),
            cost.mails_doubled.to_string(),
            format!("{:.1} s", cost.latest_mail),
        ]
    });
    markdown(&head, rows)
}

pub(super) struct Use {
    program: &'static str,
    peak_kib: u64,
    cpu_s: f64,
    wall_s: f64,
}

/// In `/proc`, processor time is counted in hundredths, on every Linux that Rust runs on.
const TICKS_A_SECOND: f64 = 100.0;

impl Use {
    /// Nothing, where there is no `/proc`.
    pub(super) fn of(program: &'static str, pid: u32) -> Option<Self> {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))?;
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // After the name, which may hold anything: state is the first field.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let field = |n: usize| fields.get(n)?.parse::<f64>().ok();
        let up = std::fs::read_to_string("/proc/uptime").ok()?;
        let up: f64 = up.split_whitespace().next()?.parse().ok()?;
        Some(Self {
            program,
            peak_kib: peak.trim().trim_end_matches("kB").trim().parse().ok()?,
            cpu_s: (field(11)? + field(12)?) / TICKS_A_SECOND,
            wall_s: up - field(19)? / TICKS_A_SECOND,
        })
    }
}

pub(super) fn uses(uses: &[Use]) -> String {
    let rows = uses.iter().map(|used| {
        vec![
            used.program.to_owned(),
            format!("{:.0} s", used.wall_s),
            format!("{} MiB", used.peak_kib / 1024),
            format!("{:.0} m", 1000.0 * used.cpu_s / used.wall_s.max(1.0)),
        ]
    });
    markdown(
        &[
            "process",
            "ran for",
            "memory at most",
            "processor on average",
        ],
        rows,
    )
}

fn markdown(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = head.iter().map(ToString::to_string).collect();
    let rule = vec!["---".to_owned(); head.len()];
    let rows: String = rows.map(|row| line(&row)).collect();
    line(&head) + &line(&rule) + &rows
}
