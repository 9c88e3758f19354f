//! The worker as it is installed, with all its queues and adapters: how quiet it is when idle, how much
//! memory it takes, and how soon the work of one that was killed is done.

use std::{fs, future::ready, time::Duration};

use anyhow::{Context as _, ensure};
use futures_util::StreamExt as _;
use jiff::SignedDuration;
use platform::{NewJob, Queue};
use redis::aio::MultiplexedConnection;
use standins::{Postgres, Process, Redis, find, out::aside};
use tokio::time::{Instant, sleep};

const QUEUE: &str = "default";
const IDLE: Duration = Duration::from_secs(30);
const LONG_JOBS: usize = 200;
const AT_A_TIME: u64 = 50;

struct Site {
    redis: Redis,
    asks: MultiplexedConnection,
    env: Vec<(&'static str, String)>,
    _postgres: Postgres,
}

pub(crate) async fn measure() -> anyhow::Result<()> {
    let mut site = Site::open().await?;
    site.idle().await?;
    site.memory().await?;
    site.killed().await
}

impl Site {
    async fn open() -> anyhow::Result<Self> {
        let redis = Redis::start(&["--appendonly", "yes"]).await?;
        let postgres = Postgres::start().await?;
        let env = vec![
            ("REDIS_URL", redis.url()),
            ("DATABASE_URL", postgres.url()),
            ("METRICS_LISTEN", "127.0.0.1:0".to_owned()),
            ("SMTP_URL", "smtp://127.0.0.1:9".to_owned()),
            ("MAIL_FROM", "hello@honeydue.example.com".to_owned()),
            ("PUBLIC_URL", "https://honeydue.example.com".to_owned()),
            ("QUEUES", format!("{QUEUE}={AT_A_TIME}")),
        ];
        let migrated = std::process::Command::new(find::ours("honeydue")?)
            .arg("migrate")
            .envs(env.iter().map(|(name, value)| (name, value)))
            .status()?;
        ensure!(migrated.success(), "honeydue migrate");
        let asks = redis::Client::open(redis.url())?;
        let asks = asks.get_multiplexed_async_connection().await?;
        Ok(Self {
            redis,
            asks,
            env,
            _postgres: postgres,
        })
    }

    async fn worker(&self) -> anyhow::Result<Process> {
        let worker = Process::spawn("honeydue-worker", &self.env)?;
        worker.wait_for_log("Working").await;
        Ok(worker)
    }

    async fn idle(&self) -> anyhow::Result<()> {
        let _worker = self.worker().await?;
        let client = redis::Client::open(self.redis.url())?;
        let monitor = client.get_async_monitor().await?;
        let own = |line: String| ready(!line.contains(" lua] "));
        let commands = monitor
            .into_on_message::<String>()
            .filter(|line| own(line.clone()));
        let counted = commands.take_until(sleep(IDLE)).count().await;
        let per_s = float(counted) / IDLE.as_secs_f64();
        aside(&format!(
            "an idle worker, all queues: {per_s:.2} commands/s"
        ));
        Ok(())
    }

    async fn memory(&mut self) -> anyhow::Result<()> {
        let queue = Queue::connect(&self.redis.url(), "honeydue:")?;
        queue.enqueue(probe(0)).await?;
        let empty = self.told("memory", "used_memory").await?;
        let tomorrow = queue.now().await? + SignedDuration::from_hours(24);
        let scheduled = probes(crate::JOBS, 0).into_iter();
        let scheduled = scheduled.map(|job| job.at(tomorrow)).collect();
        let bytes = self.taken(&queue, scheduled, empty).await?;
        aside(&format!("a scheduled job: {bytes:.0} bytes in Redis"));
        queue.purge(QUEUE).await?;
        let bytes = self.taken(&queue, probes(crate::JOBS, 0), empty).await?;
        aside(&format!("a ready job: {bytes:.0} bytes in Redis"));
        self.drained(&queue, empty).await
    }

    /// Bytes a job.
    async fn taken(
        &mut self,
        queue: &Queue,
        jobs: Vec<NewJob>,
        before: f64,
    ) -> anyhow::Result<f64> {
        queue.enqueue_many(jobs).await?;
        let after = self.told("memory", "used_memory").await?;
        Ok((after - before) / float(crate::JOBS))
    }

    async fn drained(&mut self, queue: &Queue, empty: f64) -> anyhow::Result<()> {
        let worker = self.worker().await?;
        self.until_empty(queue).await?;
        let kept = self.told("memory", "used_memory").await? - empty;
        aside(&format!(
            "a worker that drained {} jobs: {} MB at its peak, {:.1} µs of processor a job; {:.0} bytes a job are left",
            crate::JOBS,
            peak_mb(worker.pid())?,
            busy_us(worker.pid())? / float(crate::JOBS),
            (kept / float(crate::JOBS)).max(0.0)
        ));
        Ok(())
    }

    async fn killed(&mut self) -> anyhow::Result<()> {
        let queue = Queue::connect(&self.redis.url(), "honeydue:")?;
        let worker = self.worker().await?;
        queue.enqueue_many(probes(LONG_JOBS, 2000)).await?;
        while queue.counts(QUEUE).await?.running < AT_A_TIME {
            sleep(Duration::from_millis(10)).await;
        }
        worker.kill9();
        let killed = Instant::now();
        let _next = self.worker().await?;
        self.until_empty(&queue).await?;
        aside(&format!(
            "kill -9 with {AT_A_TIME} of {LONG_JOBS} jobs of 2 s running: all done {:.1} s later",
            killed.elapsed().as_secs_f64()
        ));
        Ok(())
    }

    async fn until_empty(&self, queue: &Queue) -> anyhow::Result<()> {
        loop {
            let counts = queue.counts(QUEUE).await?;
            if counts.ready + counts.running + counts.due == 0 {
                return Ok(());
            }
            sleep(Duration::from_millis(10)).await;
        }
    }

    async fn told(&mut self, section: &str, name: &str) -> anyhow::Result<f64> {
        told(&mut self.asks, section, name).await
    }
}

/// A figure that Redis tells of itself.
pub(crate) async fn told(
    asks: &mut MultiplexedConnection,
    section: &str,
    name: &str,
) -> anyhow::Result<f64> {
    let info: redis::InfoDict = redis::cmd("INFO").arg(section).query_async(asks).await?;
    info.get(name).context("a figure of Redis")
}

fn probes(many: usize, sleep_ms: u64) -> Vec<NewJob> {
    vec![probe(sleep_ms); many]
}

fn probe(sleep_ms: u64) -> NewJob {
    // As long as a usual payload is.
    let payload = format!("{:<70}", format!(r#"{{"sleep_ms":{sleep_ms}}}"#));
    NewJob::raw("probe", QUEUE, payload.into_bytes())
}

/// The most memory that it ever had, as Linux tells it.
pub(crate) fn peak_mb(pid: u32) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = line.and_then(|line| line.trim().split(' ').next());
    Ok(kb.context("VmHWM")?.parse::<u64>()? / 1024)
}

/// The processor time that it has had, in µs: Linux counts it in hundredths of a second.
fn busy_us(pid: u32) -> anyhow::Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let after_name = stat.rsplit(") ").next().context("a name")?;
    let ticks = after_name.split(' ').skip(11).take(2);
    let ticks = ticks.map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks * 10_000.0)
}

pub(crate) fn float(many: usize) -> f64 {
    f64::from(u32::try_from(many).unwrap_or(u32::MAX))
}
