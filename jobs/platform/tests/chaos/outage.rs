//! A Redis that is away for long, with workers at work and jobs coming.

use std::time::Duration;

use standins::out::aside;
use tokio::time::Instant;

use crate::{house::House, passes, trouble::WORKERS};

/// How a process ends that a job takes down, by SIGABRT, in the words of the shell that watches it.
const ABORTED: i32 = 128 + 6;

/// Ten seconds, then a minute, at the pace of the house: no worker ends, and all go on by themselves.
pub(crate) async fn redis_is_away(house: &mut House) {
    for away in [10, 60].map(|seconds| house.paced(Duration::from_secs(seconds))) {
        house.hire_up_to(WORKERS);
        house.goes_on(50).await;
        house.redis.kill();
        passes(away).await;
        nobody_ended(house);
        house.redis.restart().await.expect("Redis again");
        let back = Instant::now();
        house.goes_on(50).await;
        nobody_ended(house);
        aside(&format!(
            "Redis away for {away:?} under load: no worker ended, work went on {:.1?} after it was back",
            back.elapsed()
        ));
    }
}

fn nobody_ended(house: &House) {
    for worker in &house.workers {
        let by_itself = |ended: &std::process::ExitStatus| ended.code() != Some(ABORTED);
        let ended = worker.process.ended().filter(by_itself);
        assert_eq!(ended, None, "a worker ended:\n{}", house.logs());
    }
}
