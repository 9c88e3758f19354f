//! `job retry`, `cancel`, `delete`, `undo` and `resume`: shown, asked, done, accounted for.

use clap::Args;
use operate::{
    Done, Filter, Operator, Plan, Verb,
    bulk::{PerSecond, Told, go_on},
    redis,
};
use platform::JobId;
use uuid::Uuid;

use super::{
    account::{account, preview, show_samples, word},
    filters::Filters,
};
use crate::{
    backends::Backends,
    exit::Refusal,
    out::Out,
    verbs::act::{Actor, Care, YES_OR_LOOK, sure},
};

#[derive(Args)]
pub(crate) struct Write {
    /// The jobs' ids; or say by flags which jobs are meant.
    #[arg(value_name = "ID", conflicts_with_all = ["queue", "state", "kind", "error", "arg", "user", "since", "before", "all"])]
    ids: Vec<JobId>,
    /// All of them, whatever they are.
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    filters: Filters,
    #[command(flatten)]
    care: Care,
    #[command(flatten)]
    actor: Actor,
}

impl Write {
    pub(super) async fn run(
        self,
        verb: Verb,
        backends: &Backends,
        out: &Out,
    ) -> anyhow::Result<()> {
        if self.ids.is_empty() && self.filters.is_any() && !self.all {
            return Err(Refusal::Usage(
                "which jobs? Give ids, or filter by --queue, --kind, --error and so on, or say --all".to_owned(),
            )
            .into());
        }
        let operator = self.actor.operator(backends)?;
        let now = redis(operator.queue.now()).await?;
        let named = !self.ids.is_empty();
        let filter = if named {
            Filter {
                ids: self.ids,
                ..Filter::default()
            }
        } else {
            self.filters.at(now)
        };
        let plan = Plan::new(verb, filter, self.care.max, now);
        // Who names a job means it, unless nothing can bring it back.
        let care = Care {
            yes: self.care.yes || named && verb != Verb::Erase,
            ..self.care
        };
        carry_out(&operator, plan, &care, self.actor.reason.as_deref(), out).await
    }
}

/// Shows what it would touch and asks, unless told not to; then does it.
pub(crate) async fn carry_out(
    operator: &Operator,
    mut plan: Plan,
    care: &Care,
    reason: Option<&str>,
    out: &Out,
) -> anyhow::Result<()> {
    if care.dry_run || !care.yes {
        let would = plan.dry_run(operator).await?;
        if care.dry_run {
            return preview(&would, plan.verb, out);
        }
        if would.touched == 0 {
            return account(Ok(would), plan.verb, out);
        }
        ask(&would, plan.verb, out)?;
        plan = plan.agreed(would.touched);
    }
    let few = !plan.filter.ids.is_empty();
    let told = |told: Told<'_>| match told {
        Told::Receipt(_) if few => {}
        told => watch(&told, plan.shown, out),
    };
    let done = plan.carry_out(operator, reason, care.rate, told).await;
    account(done, plan.verb, out)
}

fn ask(would: &Done, verb: Verb, out: &Out) -> Result<(), Refusal> {
    show_samples(would, out);
    let jobs = if would.touched == 1 { "job" } else { "jobs" };
    let question = format!("{} {} {jobs}?", word(verb).0, would.touched);
    sure(out, &question, YES_OR_LOOK)
}

pub(super) async fn undo(
    receipt: Uuid,
    actor: &Actor,
    backends: &Backends,
    out: &Out,
) -> anyhow::Result<()> {
    let operator = actor.operator(backends)?;
    let plan = Plan::undo(&operator.receipt(receipt).await?)?;
    carry_out(&operator, plan, &Care::none(), actor.reason.as_deref(), out).await
}

pub(super) async fn resume(
    receipt: Uuid,
    rate: Option<PerSecond>,
    actor: &Actor,
    backends: &Backends,
    out: &Out,
) -> anyhow::Result<()> {
    let operator = actor.operator(backends)?;
    let operation = operator.receipt(receipt).await?;
    let verb = Plan::of(&operation)?.verb;
    let done = go_on(&operator, &operation, rate, |told| watch(&told, None, out)).await;
    account(done, verb, out)
}

fn watch(told: &Told<'_>, total: Option<u64>, out: &Out) {
    match told {
        Told::Receipt(operation) => out.aside(&format!(
            "Receipt {}: if this is cut off, go on with `honeydue job resume {}`.",
            operation.id, operation.id
        )),
        Told::Progress(progress) => out.progress(progress.touched + progress.refused, total),
    }
}
