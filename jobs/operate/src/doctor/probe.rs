//! A job of no consequence, through whoever works: the one check that nothing can feign.

use std::time::{Duration, Instant};

use kinds::Probe;
use platform::{Job as _, Queue, State};

use super::Finding;
use crate::{Trouble, redis};

const LONGEST: Duration = Duration::from_secs(10);
const BETWEEN: Duration = Duration::from_millis(50);

pub(super) async fn through_a_worker(queue: &Queue) -> Finding {
    match probe(queue).await {
        Ok(finding) => finding,
        Err(Trouble::Redis(platform::QueueError::Full)) => {
            Finding::critical("probe", "Redis is full: new jobs are refused")
                .mend("free some with `honeydue job delete --all --for-good`, which takes the dead; give it more memory")
        }
        Err(trouble) => Finding::unknown("probe", &trouble),
    }
}

async fn probe(queue: &Queue) -> Result<Finding, Trouble> {
    if redis(queue.paused(Probe::QUEUE)).await?.is_some() {
        return Ok(Finding::skipped(
            "probe",
            format!("{} is paused", Probe::QUEUE),
        ));
    }
    let begun = Instant::now();
    let id = redis(queue.enqueue(&Probe::default())).await?.id;
    while begun.elapsed() < LONGEST {
        match redis(queue.show(Probe::QUEUE, id))
            .await?
            .map(|job| job.state)
        {
            None | Some(State::Done) => {
                let took = begun.elapsed().as_millis();
                return Ok(Finding::ok(
                    "probe",
                    format!("a worker did a job within {took} ms"),
                ));
            }
            Some(State::Dead) => {
                return Ok(
                    Finding::critical("probe", format!("a worker gave the job {id} up"))
                        .mend(format!("`honeydue job show {id}` says why")),
                );
            }
            Some(_) => tokio::time::sleep(BETWEEN).await,
        }
    }
    redis(queue.cancel(Probe::QUEUE, id, "the doctor waited long enough")).await?;
    Ok(Finding::critical("probe", format!("nobody did a job within {} s", LONGEST.as_secs()))
        .mend("see with `honeydue worker ls` that somebody works, and with `honeydue queue ls` what is before it"))
}
