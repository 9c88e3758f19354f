//! How long nobody leads: twenty pairs of schedulers at the shipped pace, whose leaders are ended ten
//! times each. `make take-over` runs it; it fails if it takes longer than is promised.

#[path = "../tests/house/mod.rs"]
mod house;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use house::House;
use standins::{Process, out, until};
use uuid::Uuid;

const PAIRS: usize = 20;
const TIMES: usize = 10;

/// Two schedulers with a house of their own; who is ended comes back under another name.
struct Pair {
    house: House,
    processes: Vec<(String, Process)>,
    born: usize,
}

/// How a leader ends.
#[derive(Debug, Clone, Copy)]
enum End {
    Kill,
    Term,
}

impl Pair {
    async fn new() -> Self {
        let mut pair = Self {
            house: House::new().await,
            processes: Vec::new(),
            born: 0,
        };
        pair.start();
        pair.start();
        pair
    }

    fn start(&mut self) {
        self.born += 1;
        let name = format!("replica-{}", self.born);
        let env = [
            ("REDIS_URL", self.house.redis.clone()),
            ("REDIS_PREFIX", self.house.prefix.clone()),
            ("DATABASE_URL", self.house.postgres.clone()),
            ("METRICS_LISTEN", "127.0.0.1:0".to_owned()),
            ("HOSTNAME", name.clone()),
            ("LOG_FORMAT", "json".to_owned()),
        ];
        let process = Process::spawn("honeydue-scheduler", &env).expect("it is built");
        self.processes.push((name, process));
    }

    /// Takes the one that leads from the pair, once the other is there as well.
    async fn take_leader(&mut self) -> (String, Process) {
        for (_, process) in &self.processes {
            process.wait_for_log("\"listening\"").await;
        }
        until("one of them leads", async || self.leads().await.is_some()).await;
        let place = self
            .leads()
            .await
            .expect("it leads, as it did a moment ago");
        self.processes.remove(place)
    }

    async fn leads(&self) -> Option<usize> {
        let leader = self.house.leader().await?;
        let name = leader.owner.split('/').next()?;
        self.processes.iter().position(|(known, _)| known == name)
    }

    /// Ends the leader at any moment between two renewals, and waits for the next.
    async fn take_over(&mut self, end: End) -> Duration {
        let leader = self.take_leader().await;
        let moment = u64::from(Uuid::new_v4().as_bytes()[0]) * 20;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        let ended = Instant::now();
        match end {
            End::Kill => leader.1.kill9(),
            End::Term => leader.1.term(),
        }
        until("the other leads", async || self.leads().await.is_some()).await;
        let took = ended.elapsed();
        self.start();
        took
    }
}

async fn measure(pairs: &mut [Pair], end: End) -> Vec<Duration> {
    let measured = pairs.iter_mut().map(async |pair| {
        let mut took = Vec::new();
        for _ in 0..TIMES {
            took.push(pair.take_over(end).await);
        }
        took
    });
    let mut all: Vec<_> = join_all(measured).await.into_iter().flatten().collect();
    all.sort_unstable();
    all
}

/// The smallest that is not exceeded by so many in a hundred.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() * percent).div_ceil(100) - 1]
}

/// Whether ninety-nine of a hundred were as quick as `promised`.
fn tell(end: End, took: &[Duration], promised: Duration) -> bool {
    let [half, most, all] = [50, 99, 100].map(|percent| percentile(took, percent));
    let many = took.len();
    out::aside(&format!(
        "{end:?}: {many} take-overs, p50 {half:.2?}, p99 {most:.2?}, longest {all:.2?}; promised: p99 {promised:?}"
    ));
    most <= promised
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut pairs = Vec::new();
    for _ in 0..PAIRS {
        pairs.push(Pair::new().await);
    }
    let promised = [(End::Term, 1), (End::Kill, 17)];
    let mut kept = true;
    for (end, seconds) in promised {
        let took = measure(&mut pairs, end).await;
        kept &= tell(end, &took, Duration::from_secs(seconds));
    }
    if kept {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
