//! Queues: what waits where.

use clap::Subcommand;
use platform::inspect::Counts;

use crate::{
    backends::{Backends, redis},
    out::{Out, span},
};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// All queues, with how many jobs stand where, and since when the first in line waits.
    Ls,
}

impl Verb {
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        let Self::Ls = self;
        let queue = backends.queue()?;
        let now = redis(queue.now()).await?;
        let mut counts = Vec::new();
        for name in kinds::catalog().queues() {
            counts.push(redis(queue.counts(name)).await?);
        }
        let age = |counts: &Counts| {
            counts.oldest.map_or("–".to_owned(), |at| {
                span(now.duration_since(at).as_secs())
            })
        };
        out.rows(
            &["QUEUE", "READY", "RUNNING", "LATER", "DEAD", "OLDEST"],
            &counts,
            |counts| {
                let numbers =
                    [counts.ready, counts.running, counts.due, counts.dead].map(|n| n.to_string());
                [counts.queue.clone()]
                    .into_iter()
                    .chain(numbers)
                    .chain([age(counts)])
                    .collect()
            },
        )?;
        let dead: u64 = counts.iter().map(|counts| counts.dead).sum();
        if dead > 0 {
            out.aside(&format!(
                "{dead} dead. See them with `honeydue job ls --state dead`."
            ));
        }
        Ok(())
    }
}
