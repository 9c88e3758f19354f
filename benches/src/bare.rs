//! The bare limit: the same scripts, driven by a loop with nothing around them.

use platform::{
    NewJob, Queue,
    bare::{Bare, Prepared},
};
use tokio::time::Instant;

use crate::{JOBS, PAYLOAD};

const QUEUE: &str = "default";
/// Jobs in a claim and in a settlement.
const BATCH: usize = 250;
/// Calls at a time: one is on its way while Redis works on the other. More brought nothing.
const CALLS: usize = 2;

pub(crate) struct Bench {
    queue: Queue,
    bare: Bare,
}

impl Bench {
    pub(crate) fn new(url: &str) -> anyhow::Result<Self> {
        let queue = Queue::connect(url, "bare:")?;
        let bare = Bare::new(queue.clone(), QUEUE);
        Ok(Self { queue, bare })
    }

    /// Jobs a second, with so many in a call, all of it made ready before.
    pub(crate) async fn enqueue(&self, in_a_call: usize) -> anyhow::Result<f64> {
        let job = NewJob::raw("probe", QUEUE, PAYLOAD.to_vec());
        let calls = JOBS / in_a_call;
        let prepared = (0..calls).map(|_| self.bare.prepare(vec![job.clone(); in_a_call]));
        let prepared = prepared.collect::<Result<Vec<_>, _>>()?;
        let begun = Instant::now();
        let (one, other) = prepared.split_at(calls / CALLS);
        tokio::try_join!(self.send(one), self.send(other))?;
        Ok(crate::per_second(JOBS, begun))
    }

    async fn send(&self, calls: &[Prepared]) -> anyhow::Result<()> {
        for call in calls {
            self.bare.enqueue(call).await?;
        }
        Ok(())
    }

    /// Jobs a second, of those that were enqueued.
    pub(crate) async fn drain(&self) -> anyhow::Result<f64> {
        let begun = Instant::now();
        let (one, other) = tokio::try_join!(self.claim_and_finish(), self.claim_and_finish())?;
        Ok(crate::per_second(one + other, begun))
    }

    async fn claim_and_finish(&self) -> anyhow::Result<usize> {
        let mut done = 0;
        loop {
            let jobs = self.bare.claim(BATCH).await?;
            if jobs.is_empty() {
                return Ok(done);
            }
            self.bare.finish(&jobs).await?;
            done += jobs.len();
        }
    }

    pub(crate) async fn forget(&self) -> anyhow::Result<()> {
        Ok(self.queue.purge(QUEUE).await?)
    }
}
