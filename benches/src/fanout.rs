//! A million people due at one instant, and all of honeyDue: how soon each has their delivery and job, what
//! that takes, and how fast their mail goes while the rest waits in Postgres.
//!
//! First reminders, which nobody has anything in: so the fan-out itself is what takes long. Then digests
//! that everybody has something in, against the stand-in of a mail server, which shares this machine.

use std::time::Duration;

use anyhow::Context as _;
use platform::{NewJob, Queue, SWEEP};
use standins::{House, out::aside};
use tokio::time::{Instant, sleep};

use crate::worker::{float, peak_mb, told};

const PEOPLE: usize = 1_000_000;
const SEND_FOR: Duration = Duration::from_mins(5);
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Somebody whose hour has come, a job that has not been enqueued, and a delivery that is not decided.
const DUE: &str = "EXISTS (SELECT FROM agenda WHERE next_at <= now() - interval '1 h')";
const UNSENT: &str =
    "EXISTS (SELECT FROM deliveries WHERE state = 'considered' AND relayed_at IS NULL)";
const OPEN: &str = "EXISTS (SELECT FROM deliveries WHERE decided_at IS NULL)";

struct Site {
    house: House,
    queue: Queue,
    redis: redis::aio::MultiplexedConnection,
    worker: usize,
    deepest: u64,
}

/// `people`, a million if it is not said.
pub(crate) async fn measure(people: Option<&str>) -> anyhow::Result<()> {
    let people = people.map_or(Ok(PEOPLE), str::parse).context("people")?;
    let mut site = Site::open().await?;
    site.fill(people)?;
    site.fan_out(people).await?;
    site.send().await
}

impl Site {
    async fn open() -> anyhow::Result<Self> {
        let mut house = House::start(1).await?;
        let url = house.redis.url();
        let redis = redis::Client::open(url.clone())?
            .get_multiplexed_async_connection()
            .await?;
        let queue = Queue::connect(&url, "honeydue:")?;
        let worker = house.spawn("worker", "honeydue-worker")?;
        Ok(Self {
            house,
            queue,
            redis,
            worker,
            deepest: 0,
        })
    }

    fn fill(&self, people: usize) -> anyhow::Result<()> {
        aside(&format!("Filling Postgres with {people} people …"));
        let sql = include_str!("people.sql").replace(":people", &people.to_string());
        self.house.postgres.ask(&sql)?;
        Ok(())
    }

    async fn fan_out(&mut self, people: usize) -> anyhow::Result<()> {
        let begun = self.sweep("task-reminder").await?;
        while self.holds(&format!("{DUE} OR {UNSENT}"))? {
            self.look().await?;
        }
        let took = begun.elapsed().as_secs_f64();
        while self.holds(OPEN)? {
            self.look().await?;
        }
        let all = begun.elapsed().as_secs_f64();
        let decided = self.count("kind = 'task-reminder' AND state = 'skipped'")?;
        anyhow::ensure!(decided == people, "{decided} of {people} were decided");
        aside(&format!(
            "fan-out of {people}: last enqueue after {took:.0} s, {:.0} people/s; all decided after {all:.0} s",
            float(people) / took
        ));
        self.sizes().await
    }

    async fn send(&mut self) -> anyhow::Result<()> {
        let begun = self.sweep("daily-digest").await?;
        while begun.elapsed() < SEND_FOR && self.holds(&format!("{DUE} OR {OPEN}"))? {
            self.look().await?;
        }
        let took = begun.elapsed().as_secs_f64();
        let sent = self.count("kind = 'daily-digest' AND state = 'sent'")?;
        aside(&format!(
            "{sent} digests sent in {took:.0} s, {:.0} a second; the rest waits in Postgres",
            float(sent) / took
        ));
        self.sizes().await
    }

    /// Makes everybody due for `kind` at once; the timetable sweeps once a minute, and we once now.
    async fn sweep(&self, kind: &str) -> anyhow::Result<Instant> {
        self.house.postgres.ask(&format!(
            "INSERT INTO agenda SELECT id, '{kind}', now() - interval '1 h 1 s' FROM users"
        ))?;
        self.house.postgres.ask("ANALYZE")?;
        let at = self.queue.now().await?;
        let payload = serde_json::json!({ "at": at }).to_string();
        let begun = Instant::now();
        let sweep = NewJob::raw("sweep", SWEEP, payload.into_bytes());
        self.queue.enqueue(sweep).await?;
        Ok(begun)
    }

    fn holds(&self, condition: &str) -> anyhow::Result<bool> {
        let asked = format!("SELECT {condition}");
        Ok(self.house.postgres.ask(&asked)?[0][0] == "t")
    }

    async fn look(&mut self) -> anyhow::Result<()> {
        self.deepest = self.deepest.max(self.queue.depth("mail").await?);
        sleep(LOOK_EVERY).await;
        Ok(())
    }

    fn count(&self, which: &str) -> anyhow::Result<usize> {
        let counted = format!("SELECT count(*) FROM deliveries WHERE {which}");
        Ok(self.house.postgres.ask(&counted)?[0][0].parse()?)
    }

    async fn sizes(&mut self) -> anyhow::Result<()> {
        let redis = told(&mut self.redis, "memory", "used_memory_peak").await?;
        let load = std::fs::read_to_string("/proc/loadavg")?;
        aside(&format!(
            "    so far at their peak: worker {} MB, Redis {:.0} MB, {} jobs waiting; load {}",
            peak_mb(self.house.process(self.worker).pid())?,
            redis / 1024.0 / 1024.0,
            self.deepest,
            load.split(' ').next().unwrap_or_default()
        ));
        Ok(())
    }
}
