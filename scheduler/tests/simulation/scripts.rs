//! The model of the scripts, compared with the real ones step by step.

use std::time::Duration;

use jiff::Timestamp;
use platform::{
    NewJob, Queue, SWEEP, State,
    leader::{Candidate, Fired, Held, Renewed},
    timetable::TickId,
};
use standins::until;

use crate::{
    chance::Chance,
    redis::{Redis, Who},
};

const LONG: Duration = Duration::from_hours(1);
/// A lease this long is waited for, so that it counts as expired on both sides.
const BRIEF: Duration = Duration::from_millis(1);
const STEPS: u32 = 120;

/// Both sides. The model's clock moves only when a lease is to expire.
struct Sides {
    real: Queue,
    model: Redis,
    now: Duration,
    chance: Chance,
}

#[test]
fn the_model_does_what_the_scripts_do_whatever_is_asked_in_whatever_order() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for seed in 0..40 {
        runtime.block_on(async {
            let mut sides = Sides::new(seed).await;
            for step in 0..STEPS {
                sides.step().await;
                sides.stand_alike(seed, step).await;
            }
        });
    }
}

fn candidate(who: Who) -> Candidate {
    Candidate {
        owner: who.owner.to_string(),
        term: who.term,
        version: who.version,
    }
}

fn job() -> NewJob {
    NewJob::raw("probe", SWEEP, b"{}".to_vec())
}

/// Without what depends on how long a call took.
fn coarse(renewed: Renewed) -> Option<(Vec<u32>, bool)> {
    match renewed {
        Renewed::Ours { asked, step_down } => {
            let mut versions: Vec<_> = asked.iter().map(|asked| asked.version).collect();
            versions.sort_unstable();
            Some((versions, step_down))
        }
        Renewed::Lost => None,
    }
}

impl Sides {
    async fn new(seed: u64) -> Self {
        let url = standins::redis().await.url();
        Self {
            real: Queue::connect(&url, &standins::prefix()).expect("a Redis URL"),
            model: Redis::default(),
            now: Duration::from_secs(1),
            chance: Chance::new(seed),
        }
    }

    fn who(&mut self) -> Who {
        Who {
            owner: self.chance.below(2),
            term: if self.chance.one_in(3) { 2 } else { 1 },
            version: if self.chance.one_in(2) { 2 } else { 1 },
        }
    }

    fn tick(&mut self) -> TickId {
        let at = i64::try_from(self.chance.below(4)).expect("small");
        TickId::due("line", Timestamp::from_second(at).expect("an instant"))
    }

    fn ttl(&mut self) -> Duration {
        if self.chance.one_in(4) { BRIEF } else { LONG }
    }

    async fn step(&mut self) {
        let (who, tick) = (self.who(), self.tick());
        match self.chance.below(10) {
            0..=2 => self.hold(who).await,
            3 => self.renew(who).await,
            4 if self.chance.one_in(2) => {
                let gone = self.real.let_go(&candidate(who)).await;
                assert_eq!(
                    gone.expect("Redis answers"),
                    self.model.let_go(who, self.now)
                );
            }
            5 => {
                let asked = self.real.ask_to_step_down(who.term).await;
                let expected = self.model.step_down(who.term, self.now);
                assert_eq!(asked.expect("Redis answers"), expected);
            }
            6 => {
                let asked = self
                    .real
                    .ask_fired(&candidate(who), &tick.to_string())
                    .await;
                let expected = self.model.ask_fired(who, &tick, self.now);
                assert_eq!(asked.expect("Redis answers"), expected);
            }
            7 if self.chance.one_in(3) => {
                let receipt = self.real.enqueue(job().id(tick.job())).await;
                let accepted = receipt.expect("Redis answers").accepted();
                assert_eq!(accepted, self.model.carry(&tick));
            }
            _ => self.fire(who, &tick).await,
        }
    }

    async fn hold(&mut self, who: Who) {
        let ttl = self.ttl();
        let held = self.real.hold(&candidate(who), ttl).await;
        let held = held.expect("Redis answers");
        let expected = self.model.hold(who, ttl, self.now);
        assert_eq!(held == Held::Ours, expected == Held::Ours);
        self.expires(ttl, held == Held::Ours).await;
    }

    async fn renew(&mut self, who: Who) {
        let ttl = self.ttl();
        let renewed = self.real.renew(&candidate(who), ttl).await;
        let renewed = coarse(renewed.expect("Redis answers"));
        let expected = coarse(self.model.renew(who, ttl, self.now));
        // On a busy machine a brief lease may be over before the script has read what stands in it.
        let told = |answer: &Option<_>| answer.clone().filter(|_| ttl != BRIEF);
        assert_eq!(renewed.is_some(), expected.is_some());
        assert_eq!(told(&renewed), told(&expected));
        self.expires(ttl, renewed.is_some()).await;
    }

    /// A brief lease is over on both sides before anything else is asked.
    async fn expires(&mut self, ttl: Duration, ours: bool) {
        if ours && ttl == BRIEF {
            self.now += BRIEF;
            until("the lease has expired", async || {
                self.real
                    .leader()
                    .await
                    .is_ok_and(|leader| leader.is_none())
            })
            .await;
        }
    }

    async fn fire(&mut self, who: Who, tick: &TickId) {
        let behind: Vec<_> = if self.chance.one_in(4) {
            vec![self.tick()]
        } else {
            Vec::new()
        };
        let ids: Vec<_> = behind.iter().map(TickId::job).collect();
        let (by, name) = (candidate(who), tick.to_string());
        let fired = self.real.fire(&by, &name, &job(), LONG, &ids).await;
        let expected = self.model.fire(who, tick, LONG, &behind, self.now);
        assert_eq!(fired.expect("Redis answers"), expected);
        assert_ne!(expected, Fired::Unknown);
    }

    async fn stand_alike(&self, seed: u64, step: u32) {
        let led = self.real.leader().await.expect("Redis answers");
        let at = format!("seed {seed}, step {step}");
        assert_eq!(
            led.map(|leader| leader.term),
            self.model.term(self.now),
            "{at}"
        );
        let ready = self.real.list(SWEEP, State::Ready, 100).await;
        let mut ready: Vec<_> = ready.expect("a list").iter().map(|job| job.id).collect();
        let mut expected: Vec<_> = self.model.jobs.iter().map(TickId::job).collect();
        ready.sort_unstable();
        expected.sort_unstable();
        assert_eq!(ready, expected, "{at}");
    }
}
