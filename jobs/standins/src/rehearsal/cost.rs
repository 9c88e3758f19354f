//! What a play cost: by the ledger, the ticks, the schedulers' logs and the inbox.

use std::{collections::HashMap, time::Duration};

use anyhow::Context as _;
use tokio::time::{Instant, sleep};

use super::{load::Borne, pod::Role, stage::Stage};

/// By then everything has come to its end, retries and the second looks of two minutes included.
const PATIENCE: Duration = Duration::from_mins(6);
/// Whoever signed up is welcomed, reminded and told of the day; nothing of theirs is overdue.
const MESSAGES: usize = 3;
const TOLD: &str = "kind IN ('welcome', 'task-reminder', 'daily-digest')";

#[derive(Debug, Default)]
pub(super) struct Cost {
    pub(super) borne: Borne,
    pub(super) jobs_lost: usize,
    pub(super) ticks: usize,
    pub(super) ticks_missed: usize,
    pub(super) ticks_doubled: usize,
    pub(super) mails: usize,
    pub(super) mails_missing: usize,
    pub(super) mails_doubled: usize,
    /// Of those, how many the ledger says may have come twice.
    pub(super) mails_doubled_told: usize,
    /// Seconds from the wish to the mail, and from the instant to the tick, at worst.
    pub(super) latest_mail: f64,
    pub(super) latest_tick: f64,
}

struct Delivery {
    id: String,
    sent: bool,
    /// It had nothing to say: the sweep came before the chores, or they were never noted.
    idle: bool,
    told: bool,
    took: f64,
}

impl Cost {
    /// Waits until all is decided, then counts; `begun` is by Postgres's clock.
    pub(super) async fn of(stage: &Stage, begun: &str, borne: Borne) -> anyhow::Result<Self> {
        let ended = stage.now()?;
        let undecided = settled(stage, &borne.people).await?;
        let mut cost = Self {
            jobs_lost: undecided,
            borne,
            ..Self::default()
        };
        cost.count_ticks(stage, begun, &ended)?;
        cost.count_mails(stage)?;
        stage.inbox.clear();
        Ok(cost)
    }

    fn count_ticks(&mut self, stage: &Stage, begun: &str, ended: &str) -> anyhow::Result<()> {
        let fired = stage.ask(&format!(
            "SELECT id, extract(epoch FROM fired_at - CASE WHEN asked_by IS NULL THEN instant ELSE recorded_at END)
             FROM ticks WHERE fired_at >= '{begun}'"
        ))?;
        self.ticks = fired.len();
        self.latest_tick = fired
            .iter()
            .map(|tick| number(&tick[1]))
            .fold(0.0, f64::max);
        let missed = stage.ask(&format!(
            "SELECT count(*) FROM generate_series(date_trunc('minute', '{begun}'::timestamptz) + interval '1 min',
                                                  '{ended}'::timestamptz, interval '1 min') AS due
             WHERE NOT EXISTS (SELECT FROM ticks WHERE instant = due AND asked_by IS NULL
                                                   AND state IN ('fired', 'finished'))"
        ))?;
        self.ticks_missed = missed.concat().concat().parse().context("a count")?;
        let said = stage.said(Role::Scheduler);
        let times = |id: &str| {
            said.lines()
                .filter(|line| line.contains("\"Fired\"") && line.contains(&format!("\"{id}\"")))
                .count()
        };
        self.ticks_doubled = fired.iter().filter(|tick| times(&tick[0]) > 1).count();
        Ok(())
    }

    fn count_mails(&mut self, stage: &Stage) -> anyhow::Result<()> {
        let deliveries = deliveries(stage, &self.borne.people)?;
        let mut copies: HashMap<String, usize> = HashMap::new();
        for mail in stage.inbox.mails() {
            let id = mail.message_id.split('@').next().unwrap_or_default();
            *copies.entry(id.to_owned()).or_default() += 1;
        }
        let copies = |delivery: &Delivery| copies.get(&delivery.id).copied().unwrap_or(0);
        self.mails = deliveries.iter().map(copies).sum();
        let came = |delivery: &&Delivery| delivery.idle || (delivery.sent && copies(delivery) > 0);
        let wanted = MESSAGES * self.borne.people.len();
        self.mails_missing = wanted.saturating_sub(deliveries.iter().filter(came).count());
        let doubled = || deliveries.iter().filter(|delivery| copies(delivery) > 1);
        self.mails_doubled = doubled().count();
        self.mails_doubled_told = doubled().filter(|delivery| delivery.told).count();
        self.latest_mail = deliveries
            .iter()
            .map(|delivery| delivery.took)
            .fold(0.0, f64::max);
        Ok(())
    }
}

/// How many rows are still open when nothing moves any more; 0 as soon as all are decided.
async fn settled(stage: &Stage, people: &[i64]) -> anyhow::Result<usize> {
    let begun = Instant::now();
    loop {
        let open = open(stage, people)?;
        if open == 0 || begun.elapsed() > PATIENCE {
            return Ok(open);
        }
        sleep(Duration::from_millis(500)).await;
    }
}

fn open(stage: &Stage, people: &[i64]) -> anyhow::Result<usize> {
    let counted = stage.ask(&format!(
        "SELECT (SELECT count(*) FROM deliveries WHERE decided_at IS NULL)
              + (SELECT count(*) FROM ticks WHERE state IN ('pending', 'fired'))
              + (SELECT count(*) FROM outbox)
              + (SELECT {MESSAGES} * {} - count(*) FROM deliveries WHERE {TOLD} AND user_id = ANY ('{{{}}}'))",
        people.len(),
        listed(people)
    ))?;
    counted.concat().concat().parse().context("a count")
}

fn deliveries(stage: &Stage, people: &[i64]) -> anyhow::Result<Vec<Delivery>> {
    let rows = stage.ask(&format!(
        "SELECT id, state, coalesce(reason, ''), unknown_at IS NOT NULL OR copies > 1,
                coalesce(extract(epoch FROM decided_at - created_at), 0)
         FROM deliveries WHERE {TOLD} AND user_id = ANY ('{{{}}}')",
        listed(people)
    ))?;
    let delivery = |row: &Vec<String>| Delivery {
        id: row[0].clone(),
        sent: row[1] == "sent",
        idle: row[1] == "skipped" && row[2].starts_with("nothing-"),
        told: row[3] == "t",
        took: number(&row[4]),
    };
    Ok(rows.iter().map(delivery).collect())
}

fn listed(people: &[i64]) -> String {
    people
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(",")
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_default()
}
