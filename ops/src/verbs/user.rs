//! People: forgetting one, and proving it.

use clap::Subcommand;
use operate::purge::{self, Traces};
use store::UserId;

use super::act::{Actor, YES_OR_LOOK, sure};
use crate::{backends::Backends, exit::Refusal, out::Out};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Forgets a person for good: account, tokens, deliveries, jobs; then looks whether anything is left.
    Purge {
        /// The person's id.
        #[arg(allow_hyphen_values = true)]
        user: UserId,
        /// Show what there is of them; forget nothing.
        #[arg(long)]
        dry_run: bool,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
        #[command(flatten)]
        actor: Actor,
    },
}

impl Verb {
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        let Self::Purge {
            user,
            dry_run,
            yes,
            actor,
        } = self;
        let operator = actor.operator(backends)?;
        out.aside("Looking through every job for theirs.");
        if dry_run || !yes {
            let traces = purge::known(&operator, user).await?;
            if dry_run {
                return out.one(&traces, &lines(&traces));
            }
            for (name, many) in lines(&traces) {
                out.aside(&format!("{name}: {many}"));
            }
            sure(out, &format!("Forget user {user} for good?"), YES_OR_LOOK)?;
        }
        let purged = purge::purge(&operator, user, actor.reason.as_deref()).await?;
        let mut told = vec![("receipt", purged.receipt.to_string())];
        told.extend(lines(&purged.before));
        told.push(("left", left(&purged.left)));
        out.one(&purged, &told)?;
        if purged.left.is_nothing() {
            return Ok(());
        }
        Err(Refusal::Partial(format!(
            "something of user {user} is left: {}; a job of theirs may still run, so do it again",
            left(&purged.left)
        ))
        .into())
    }
}

fn lines(traces: &Traces) -> Vec<(&'static str, String)> {
    let rows = &traces.rows;
    let many = |many: i64| many.to_string();
    vec![
        ("accounts", many(rows.accounts)),
        ("tokens", many(rows.tokens)),
        ("agenda", many(rows.agenda)),
        ("deliveries", many(rows.deliveries)),
        ("devices", many(rows.devices)),
        ("preferences", many(rows.preferences)),
        ("requests", many(rows.requests)),
        ("drips", many(rows.drips)),
        ("suppressions", many(rows.suppressions)),
        ("memberships", many(rows.memberships)),
        ("residences", many(rows.residences)),
        ("tasks", many(rows.tasks)),
        ("outbox", many(rows.outbox)),
        ("jobs", traces.jobs.to_string()),
        ("deleted jobs", traces.binned.to_string()),
    ]
}

fn left(traces: &Traces) -> String {
    let left = lines(traces).into_iter().filter(|(_, many)| many != "0");
    let left: Vec<_> = left.map(|(name, many)| format!("{many} {name}")).collect();
    if left.is_empty() {
        "nothing".to_owned()
    } else {
        left.join(", ")
    }
}
