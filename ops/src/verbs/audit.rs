//! The audit: who did what, to how many, and why.

use clap::{Args, Subcommand};
use operate::{Moment, Plan, redis};
use platform::Queue;
use store::{Operation, Store};

use super::flags::Limit;
use crate::{
    backends::{Backends, postgres},
    out::{Out, time},
};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// What operators did, the latest first.
    Ls(Ls),
}

#[derive(Args)]
pub(crate) struct Ls {
    #[command(flatten)]
    limit: Limit,
    /// Only what began before then: an instant, or how long ago.
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    before: Option<Moment>,
}

impl Verb {
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        let Self::Ls(verb) = self;
        let store = backends.store()?;
        let before = verb.before(backends).await?;
        let mut found = postgres(store.operations(before, verb.limit.limit.into())).await?;
        if found.iter().any(|operation| operation.ended_at.is_none()) {
            so_far(&mut found, &backends.queue()?, &store).await?;
        }
        draw(&found, out)
    }
}

impl Ls {
    async fn before(&self, backends: &Backends) -> anyhow::Result<Option<jiff::Timestamp>> {
        Ok(match self.before {
            Some(Moment::At(at)) => Some(at),
            Some(moment) => Some(moment.ago(redis(backends.queue()?.now()).await?)),
            None => None,
        })
    }
}

/// What goes on, or was cut off, is counted where it is done still.
async fn so_far(operations: &mut [Operation], queue: &Queue, store: &Store) -> anyhow::Result<()> {
    let queues: Vec<_> = kinds::catalog().queues().into_iter().collect();
    for operation in operations.iter_mut().filter(|one| one.ended_at.is_none()) {
        let touched = if operation.verb.starts_with("import ") {
            postgres(store.imported(operation.id)).await?
        } else {
            redis(queue.touched(&queues, operation.id)).await?
        };
        operation.touched = i64::try_from(touched).unwrap_or(i64::MAX);
    }
    Ok(())
}

fn draw(operations: &[Operation], out: &Out) -> anyhow::Result<()> {
    let heads = [
        "RECEIPT", "BEGUN", "WHO", "VERB", "TOUCHED", "REFUSED", "ENDED", "WHY",
    ];
    out.rows(&heads, operations, |operation| {
        vec![
            operation.id.to_string(),
            time(Some(operation.begun_at)),
            operation.by_whom.clone(),
            operation.verb.clone(),
            operation.touched.to_string(),
            operation.refused.to_string(),
            time(operation.ended_at),
            operation.reason.clone().unwrap_or_else(|| "–".to_owned()),
        ]
    })?;
    // Only work in bulk goes on by its receipt.
    let open = |one: &&Operation| one.ended_at.is_none() && Plan::of(one).is_ok();
    if let Some(open) = operations.iter().find(open) {
        out.aside(&format!(
            "Receipt {} has not ended. If nobody is at it, go on with `honeydue job resume {}`.",
            open.id, open.id
        ));
    }
    Ok(())
}
