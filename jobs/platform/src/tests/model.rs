//! Random lives of a few jobs, compared step by step with a model of what the scripts should do.

mod book;
mod steps;
mod world;

use proptest::{prelude::*, test_runner::Config};

use self::{steps::Step, world::World};

/// Long enough for a job to be claimed, lost, taken back, buried, retried and wiped.
const STEPS: usize = 100;

proptest! {
    #![proptest_config(Config { cases: 40, max_shrink_iters: 500, failure_persistence: None, ..Config::default() })]

    #[test]
    fn whatever_is_done_in_whatever_order_redis_stands_as_the_model_says(
        steps in proptest::collection::vec(steps::any(), 1..STEPS),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        runtime.unwrap().block_on(live(steps));
    }
}

async fn live(steps: Vec<Step>) {
    let mut world = World::new().await;
    for step in steps {
        world.take(&step).await;
        world.compare(&step).await;
    }
}
