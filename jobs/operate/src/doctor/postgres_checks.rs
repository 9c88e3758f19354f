//! Postgres: there, up to date, and of the same time.

use platform::Queue;
use store::Store;

use super::{Finding, redis_checks::skew};
use crate::{postgres, redis};

pub(super) async fn all(queue: &Queue, store: Option<&Store>) -> Vec<Finding> {
    let Some(store) = store else {
        return vec![Finding::skipped("postgres", "DATABASE_URL is not set here")];
    };
    let current = match postgres(store.schema_current()).await {
        Ok(current) => current,
        Err(trouble) => {
            return vec![
                Finding::critical("postgres", trouble.to_string())
                    .mend("start it, or set DATABASE_URL right; jobs wait until it is back"),
            ];
        }
    };
    let schema = if current {
        Finding::ok("migrations", "none is pending")
    } else {
        Finding::critical("migrations", "some are pending, and no program starts")
            .mend("run `honeydue migrate`")
    };
    let now = tokio::try_join!(postgres(store.now()), redis(queue.now()));
    let clock = match now {
        Ok((theirs, ours)) => skew("postgres clock", "Postgres's clock", theirs, ours),
        Err(trouble) => Finding::unknown("postgres clock", &trouble),
    };
    vec![Finding::ok("postgres", "it answers"), schema, clock]
}
