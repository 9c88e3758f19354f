//! A house to work in: a fresh database, fresh keys, and a worker that runs two jobs at a time.

use std::{cell::Cell, io, net::SocketAddr, ops::Deref};

use kinds::Probe;
use platform::{Job, JobId, NewJob, Queue, State, inspect::JobView};
use standins::{Database, Process, until, until_or};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What apalis logs when it begins a job, and where.
const BEGUN: &str = "task started with prev attempts";
const BEGUN_BY: &str = "apalis_core::worker::lifecycle";

pub(crate) struct House {
    queue: Queue,
    redis: String,
    prefix: String,
    database: Database,
}

impl House {
    pub(crate) async fn new() -> House {
        let house = House::without_schema().await;
        house.migrate().await;
        house
    }

    pub(crate) async fn without_schema() -> House {
        let (redis, prefix) = (standins::redis().await.url(), standins::prefix());
        House {
            queue: Queue::connect(&redis, &prefix).expect("a Redis URL"),
            redis,
            prefix,
            database: standins::empty_database().await,
        }
    }

    pub(crate) async fn migrate(&self) {
        let migrated = store::migrate(&self.database.url()).await;
        migrated.expect("a fresh database");
    }

    pub(crate) async fn probe(&self, sleep_ms: u64) -> JobId {
        let probe = Probe {
            sleep_ms,
            ..Probe::default()
        };
        self.queue.enqueue(&probe).await.expect("it is accepted").id
    }

    /// Any job, whether or not anybody can do it.
    pub(crate) async fn raw(&self, kind: &str, payload: &[u8], attempts: u8) -> JobId {
        let job = NewJob::raw(kind, Probe::QUEUE, payload.to_vec()).max_attempts(attempts);
        self.queue.enqueue(job).await.expect("it is accepted").id
    }

    /// Waits until it is dead, and why it is.
    pub(crate) async fn dies(&self, job: JobId) -> String {
        let seen = Cell::new(None);
        let not_yet = || format!("it is dead: {:?}", seen.take());
        until_or(not_yet, async || {
            let job = self.show(job).await;
            let dead = job.as_ref().is_some_and(|job| job.state == State::Dead);
            seen.set(job);
            dead
        })
        .await;
        let dead = self.show(job).await.expect("the dead are kept");
        dead.errors.last().expect("a reason").text.clone()
    }

    pub(crate) async fn state(&self, job: JobId) -> Option<State> {
        self.show(job).await.map(|job| job.state)
    }

    /// Where it stands, its attempts begun, and its leases lost.
    pub(crate) async fn seen(&self, job: JobId) -> (State, u8, u8) {
        let job = self.show(job).await.expect("it still stands");
        (job.state, job.attempt, job.lost)
    }

    /// Waits until it is done, and so forgotten.
    pub(crate) async fn is_gone(&self, job: JobId) {
        until("the job is done", async || self.state(job).await.is_none()).await;
    }

    async fn show(&self, job: JobId) -> Option<JobView> {
        let shown = self.queue.show(Probe::QUEUE, job).await;
        shown.expect("Redis answers")
    }
}

pub(crate) struct Worker(Process);

impl Worker {
    pub(crate) fn start(house: &House, pace: u32) -> Worker {
        let env = [
            ("REDIS_URL", house.redis.clone()),
            ("REDIS_PREFIX", house.prefix.clone()),
            ("DATABASE_URL", house.database.url()),
            ("METRICS_LISTEN", "127.0.0.1:0".to_owned()),
            ("SMTP_URL", "smtp+plain://127.0.0.1:1".to_owned()),
            ("MAIL_FROM", "hello@example.com".to_owned()),
            ("PUBLIC_URL", "https://honeydue.example.com".to_owned()),
            (
                "SECRET_KEY",
                "of-this-loopback-only-and-32-long-at-least".to_owned(),
            ),
            ("QUEUES", format!("{}=2", Probe::QUEUE)),
            ("PACE", pace.to_string()),
            ("LOG_FORMAT", "json".to_owned()),
            ("LOG", format!("info,{BEGUN_BY}=trace")),
        ];
        Worker(Process::spawn("honeydue-worker", &env).expect("it is built"))
    }

    /// Waits until it has begun that many jobs. Redis can't say: there a job runs as soon as it is
    /// claimed, when it may still be on its way to us.
    pub(crate) async fn has_begun(&self, jobs: usize) {
        until(&format!("it has begun {jobs} jobs"), async || {
            self.logs().matches(BEGUN).count() == jobs
        })
        .await;
    }

    /// Waits until `path` is answered with this status.
    pub(crate) async fn says(&self, path: &str, status: u16) {
        let address = self.address().await;
        let wanted = format!("HTTP/1.1 {status} ");
        until(&format!("{path} says {status}"), async || {
            let answer = get(address, path).await;
            let answer = answer.unwrap_or_else(|gone| panic!("{gone}:\n{}", self.logs()));
            answer.starts_with(&wanted)
        })
        .await;
    }

    /// Where it serves, as it says itself.
    async fn address(&self) -> SocketAddr {
        let line = self.wait_for_log("\"listening\"").await;
        let line: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let addr = line["addr"].as_str().or(line["fields"]["addr"].as_str());
        addr.and_then(|addr| addr.parse().ok())
            .expect("it says where")
    }
}

impl Deref for Worker {
    type Target = Process;

    fn deref(&self) -> &Process {
        &self.0
    }
}

async fn get(address: SocketAddr, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}
