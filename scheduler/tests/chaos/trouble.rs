//! What goes wrong, one thing every few seconds, drawn by chance.

use std::time::Duration;

use platform::Pace;
use standins::{Postgres, Process, Redis, out::aside};

use crate::{chance::Chance, example::Example, passes};

const REPLICAS: usize = 2;

pub(crate) struct Scene<'a> {
    replica: Example<'a>,
    replicas: Vec<Process>,
    redis: Redis,
    postgres: Postgres,
    chance: Chance,
    lease: Duration,
}

#[derive(Debug, Clone, Copy)]
enum Trouble {
    Kill,
    Stop,
    Pause,
    RestartRedis,
    WipeRedis,
    RestartPostgres,
}

/// Those that come more often are there more often.
const ALL: [Trouble; 9] = [
    Trouble::Kill,
    Trouble::Kill,
    Trouble::Kill,
    Trouble::Stop,
    Trouble::Pause,
    Trouble::Pause,
    Trouble::RestartRedis,
    Trouble::WipeRedis,
    Trouble::RestartPostgres,
];

impl<'a> Scene<'a> {
    pub(crate) fn begin(
        replica: Example<'a>,
        redis: Redis,
        postgres: Postgres,
        chance: Chance,
    ) -> Self {
        let lease = Pace::STANDARD.faster(replica.pace).leader_ttl;
        let mut scene = Self {
            replica,
            replicas: Vec::new(),
            redis,
            postgres,
            chance,
            lease,
        };
        (0..REPLICAS).for_each(|_| scene.start());
        scene
    }

    /// Two may well have one name.
    fn start(&mut self) {
        let name = format!("replica-{}", self.chance.below(2));
        self.replicas.push(self.replica.start(&name, 1));
    }

    pub(crate) async fn one_trouble(&mut self) {
        passes(self.chance.millis(3_000)).await;
        let trouble = usize::try_from(self.chance.below(ALL.len() as u64)).unwrap_or_default();
        let one = usize::from(self.chance.one_in(2));
        let part = self.chance.millis(1_500).as_secs_f64();
        aside(&format!("ticks: {:?}", ALL[trouble]));
        self.befall(ALL[trouble], one, self.lease.mul_f64(part))
            .await;
    }

    async fn befall(&mut self, trouble: Trouble, one: usize, long: Duration) {
        match trouble {
            Trouble::Kill => {
                self.replicas.remove(one).kill9();
                self.start();
            }
            Trouble::Stop => {
                let stopped = self.replicas.remove(one);
                stopped.term();
                self.start();
                stopped.wait().await;
            }
            Trouble::Pause => {
                self.replicas[one].pause();
                passes(long).await;
                self.replicas[one].resume();
            }
            Trouble::RestartRedis => self.redis.restart().await.expect("Redis starts"),
            Trouble::WipeRedis => self.redis.flush().expect("Redis answers"),
            Trouble::RestartPostgres => self.postgres.restart().await.expect("Postgres starts"),
        }
    }
}
