//! `job retry`, `cancel`, `delete`, `undo` and `resume`: shown, asked, done, accounted for.

use clap::Args;
use operate::{
    Done, Filter, Operator, Plan, Verb,
    bulk::{PerSecond, Told, go_on},
    redis,
};
use platform::JobId;
use uuid::Uuid;

use super::{filters::Filters, ls};
use crate::{
    backends::Backends,
    exit::Refusal,
    out::Out,
    verbs::act::{Actor, Care, sure},
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
        // Who names a job means it.
        let care = Care {
            yes: self.care.yes || named,
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
            let question = format!("{} {} jobs?", word(plan.verb).0, would.touched);
            sure(out, &question)?;
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

fn preview(would: &Done, verb: Verb, out: &Out) -> anyhow::Result<()> {
    show_samples(would, out);
    not_found(would)?;
    let lines = [(word(verb).2, would.touched.to_string())];
    out.one(would, &lines)
}

fn show_samples(would: &Done, out: &Out) {
    if would.samples.is_empty() {
        return;
    }
    out.aside_table(&ls::HEADS, &would.samples, ls::cells);
}

fn account(done: Result<Done, operate::Trouble>, verb: Verb, out: &Out) -> anyhow::Result<()> {
    out.progress_over();
    let done = done?;
    not_found(&done)?;
    if let ([only], 0) = (&done.refusals[..], done.touched) {
        return Err(Refusal::Refused(format!(
            "{} was not {}: {}; nothing was changed",
            only.id,
            word(verb).1,
            only.why
        ))
        .into());
    }
    let receipt = done.receipt.unwrap_or_default();
    let mut lines = vec![
        ("receipt", receipt.to_string()),
        (word(verb).1, done.touched.to_string()),
    ];
    lines.extend((done.refused > 0).then(|| ("refused", refused(&done))));
    out.one(&done, &lines)?;
    if verb == Verb::Delete && done.touched > 0 {
        out.aside(&format!(
            "Within a week they can come back: `honeydue job undo {receipt}`."
        ));
    }
    if done.cut {
        out.aside("It ended at --max; there may be more.");
    }
    if done.refused > 0 || !done.missing.is_empty() {
        return Err(Refusal::Partial(partly(&done)).into());
    }
    Ok(())
}

fn refused(done: &Done) -> String {
    let why = done.why.iter().map(|(why, many)| format!("{many} {why}"));
    format!("{}: {}", done.refused, why.collect::<Vec<_>>().join(", "))
}

fn partly(done: &Done) -> String {
    let told = done
        .refusals
        .iter()
        .map(|one| format!("{}: {}", one.id, one.why));
    let missing = done
        .missing
        .iter()
        .map(|id| format!("{id}: it stands nowhere"));
    let all: Vec<String> = told.chain(missing).collect();
    format!("not all of them were touched: {}", all.join("; "))
}

fn not_found(done: &Done) -> Result<(), Refusal> {
    match &done.missing[..] {
        [first, ..] if done.looked == 0 => Err(Refusal::NotFound(format!(
            "no job {first} stands in any queue; it may be done, which is not kept"
        ))),
        _ => Ok(()),
    }
}

/// The verb as a question, as what was done, and as what would be.
fn word(verb: Verb) -> (&'static str, &'static str, &'static str) {
    match verb {
        Verb::Retry => ("Retry", "retried", "would be retried"),
        Verb::Cancel => ("Cancel", "cancelled", "would be cancelled"),
        Verb::Delete => ("Delete", "deleted", "would be deleted"),
        Verb::Erase => ("Delete for good", "erased", "would be erased"),
        Verb::Undo => ("Restore", "restored", "would be restored"),
    }
}
