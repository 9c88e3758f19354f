//! Claims jobs as slots come free, and waits without polling while there are none.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use tokio::{
    select,
    time::{Instant, sleep, timeout},
};
use tracing::{info, warn};

use super::{Shared, slots::Speed};
use crate::{Claimed, QueueError, claim::Claims, retry::chance, settle::hand_back};

/// While Redis is away it is asked again after 50 ms at first, half a second at most.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_millis(500);

pub(super) async fn run(shared: Arc<Shared>) {
    let (mut speed, mut failures) = (Speed::new(), 0);
    // A claim is never cut short by the drain: dropped half way, what it leased would have to wait
    // for the leases to expire. Only the waits are.
    while !shared.drain.soft.is_cancelled() {
        (shared.beat)();
        let wait = go_round(&shared, &mut speed, &mut failures).await;
        select! {
            () = shared.drain.soft.cancelled() => {}
            () = shared.wait(wait) => {}
        }
    }
    hand_back_rest(&shared).await;
}

/// Why there is nothing to claim right now.
pub(super) enum Wait {
    None,
    ForASlot,
    /// At most this long: then something is due, or a lease expires.
    ForNews(Option<Duration>),
    ForRedis(Duration),
}

async fn go_round(shared: &Shared, speed: &mut Speed, failures: &mut u32) -> Wait {
    let room = shared.slots.room(speed);
    if room == 0 {
        return Wait::ForASlot;
    }
    match claim(shared, room).await {
        Ok((brought, next)) => {
            if std::mem::take(failures) > 0 {
                info!(queue = shared.name, "Redis is back");
            }
            if brought < room {
                Wait::ForNews(next)
            } else {
                Wait::None
            }
        }
        Err(error) => {
            if *failures == 0 {
                warn!(queue = shared.name, %error, "can't claim; trying until Redis is back");
            }
            *failures = failures.saturating_add(1);
            let wait = FIRST_WAIT
                .saturating_mul(2_u32.saturating_pow(*failures - 1))
                .min(LONGEST_WAIT);
            Wait::ForRedis(wait.mul_f64(0.5 + chance() / 2.0))
        }
    }
}

async fn claim(shared: &Shared, room: usize) -> Result<(usize, Option<Duration>), QueueError> {
    let believed_until = Instant::now() + shared.belief();
    let fence = shared.fences.next();
    let Claims { jobs, next } = shared
        .queue
        .claim(&shared.lane, room, shared.pace.job_lease, fence)
        .await?;
    let brought = jobs.len();
    shared.slots.take(brought);
    shared.held.add(&jobs, believed_until);
    if believed_until < Instant::now() + shared.pace.job_lease / 3 {
        shared.doubt_all().await;
    }
    shared.inbox.put(jobs);
    Ok((brought, next))
}

impl Shared {
    async fn wait(&self, why: Wait) {
        let longest = self.pace.job_lease / 2;
        match why {
            Wait::None => {}
            Wait::ForASlot => {
                let _ = timeout(longest, self.slots.freed()).await;
            }
            Wait::ForNews(next) => {
                self.wait_for_news(next.map_or(longest, |next| next.min(longest)))
                    .await;
            }
            // After an outage leases are extended before more is claimed: what we run comes first.
            Wait::ForRedis(wait) => {
                sleep(wait).await;
                let _ = self.extend_all().await;
            }
        }
    }

    /// Half a lease at most: a lost token, or a timer armed on a Redis wiped since, costs no more.
    async fn wait_for_news(&self, at_most: Duration) {
        // Redis counts in whole ms: a hair early would find nothing and ask twice.
        let timer = at_most + Duration::from_micros(500);
        let _ = timeout(timer, self.news.wait()).await;
    }
}

/// Hands back what was claimed and never begun.
pub(super) async fn hand_back_rest(shared: &Shared) {
    join_all(
        shared
            .inbox
            .take_all()
            .into_iter()
            .map(|job| give_back(shared, job)),
    )
    .await;
}

async fn give_back(shared: &Shared, job: Claimed) {
    shared.settle(&job, hand_back(&job)).await;
    shared.slots.free();
}
