//! `job retry`, `cancel`, `delete`, `undo` and `resume`: shown, asked, done, accounted for.

use clap::Args;
use operate::{
    Filter, Operator, Plan, Verb,
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
        let named = !self.ids.is_empty();
        let filter = if named {
            Filter {
                ids: self.ids,
                ..Filter::default()
            }
        } else {
            let now = redis(operator.queue.now()).await?;
            self.filters.at(now)
        };
        let plan = Plan::new(verb, filter, self.care.max);
        // Who names a job means it, unless nothing can bring it back.
        let care = Care {
            yes: self.care.yes || named && verb != Verb::Erase,
            ..self.care
        };
        carry_out(&operator, &plan, &care, self.actor.reason.as_deref(), out).await
    }
}

/// Shows what it would touch and asks, unless told not to; then does it.
pub(crate) async fn carry_out(
    operator: &Operator,
    plan: &Plan,
    care: &Care,
    reason: Option<&str>,
    out: &Out,
) -> anyhow::Result<()> {
    let mut total = None;
    if care.dry_run || !care.yes {
        let would = plan.dry_run(operator).await?;
        if care.dry_run {
            return preview(&would, plan.verb, out);
        }
        total = Some(would.touched);
        if would.touched > 0 {
            show_samples(&would, out);
            let jobs = if would.touched == 1 { "job" } else { "jobs" };
            let question = format!("{} {} {jobs}?", word(plan.verb).0, would.touched);
            sure(out, &question, YES_OR_LOOK)?;
        }
    }
    let few = !plan.filter.ids.is_empty();
    let told = |told: Told<'_>| match told {
        Told::Receipt(_) if few => {}
        told => watch(&told, total, out),
    };
    let done = plan.carry_out(operator, reason, care.rate, told).await;
    account(done, plan.verb, out)
}

pub(super) async fn undo(
    receipt: Uuid,
    actor: &Actor,
    backends: &Backends,
    out: &Out,
) -> anyhow::Result<()> {
    let operator = actor.operator(backends)?;
    let plan = Plan::undo(&operator.receipt(receipt).await?)?;
    carry_out(
        &operator,
        &plan,
        &Care::none(),
        actor.reason.as_deref(),
        out,
    )
    .await
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
