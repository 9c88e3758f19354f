//! What goes wrong, one thing a round, drawn by chance.

use std::time::Duration;

use rand::{Rng as _, rngs::SmallRng};
use standins::{out::aside, until};

use crate::{house::House, passes};

pub(crate) const WORKERS: usize = 3;

#[derive(Debug, Clone, Copy)]
enum Trouble {
    KillWorker,
    StallWorker,
    StopWorker,
    KillRedis,
    StallRedis,
    FlushScripts,
    CutConnections,
}

const ALL: [Trouble; 7] = [
    Trouble::KillWorker,
    Trouble::StallWorker,
    Trouble::StopWorker,
    Trouble::KillRedis,
    Trouble::StallRedis,
    Trouble::FlushScripts,
    Trouble::CutConnections,
];

/// One trouble, and proof that work goes on after it.
pub(crate) async fn round(house: &mut House, chance: &mut SmallRng, number: usize) {
    house.hire_up_to(WORKERS);
    house.goes_on(50).await;
    let trouble = ALL[chance.random_range(0..ALL.len())];
    let part = |chance: &mut SmallRng, of: Duration| of.mul_f64(chance.random_range(0.1..1.5));
    let long = part(chance, house.pace.job_lease);
    aside(&format!("{number:4}  {trouble:?}"));
    let worker = chance.random_range(0..house.workers.len());
    trouble.happen(house, worker, long).await;
    house.hire_up_to(WORKERS);
    house.goes_on(50).await;
}

impl Trouble {
    async fn happen(self, house: &mut House, worker: usize, long: Duration) {
        let worker = &house.workers[worker].process;
        match self {
            Self::KillWorker => worker.kill9(),
            Self::StallWorker => {
                worker.pause();
                passes(long).await;
                worker.resume();
            }
            Self::StopWorker => {
                worker.term();
                until("it has drained", async || worker.ended().is_some()).await;
            }
            Self::KillRedis => {
                house.redis.kill();
                passes(long / 10).await;
                house.redis.restart().await.expect("Redis again");
            }
            Self::StallRedis => {
                house.redis.pause();
                passes(long).await;
                house.redis.resume();
            }
            Self::FlushScripts => house.redis.tell("SCRIPT FLUSH").expect("flushed"),
            Self::CutConnections => {
                let all = "CLIENT KILL TYPE normal SKIPME yes";
                house.redis.tell(all).expect("cut");
            }
        }
    }
}
