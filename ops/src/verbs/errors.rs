//! Errors: failures that have the same cause, as one.

use clap::{Args, Subcommand};
use operate::{
    Filter, Plan, Verb as Bulk,
    errors::{self, Group, Groups},
    redis,
};
use platform::Queue;

use super::{
    act::{Actor, Care},
    flags::scan,
    job::{Filters, carry_out},
};
use crate::{
    backends::Backends,
    exit::Refusal,
    out::{Out, time},
};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// What jobs failed of that are dead or tried again, the most frequent first.
    Ls(Ls),
    /// One sort of failure, and some of its jobs.
    Show {
        /// As `errors ls` shows it.
        fingerprint: String,
    },
    /// Gives the dead jobs of one sort of failure all their attempts again, and no others.
    Retry {
        /// As `errors ls` shows it.
        fingerprint: String,
        #[command(flatten)]
        care: Care,
        #[command(flatten)]
        actor: Actor,
    },
}

#[derive(Args)]
pub(crate) struct Ls {
    #[command(flatten)]
    filters: Filters,
    /// Look at so many jobs at most; 1 to 1000000.
    #[arg(
        long,
        default_value_t = 100_000,
        value_name = "N",
        value_parser = scan(),
        allow_hyphen_values = true
    )]
    scan: u32,
}

impl Verb {
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        match self {
            Self::Ls(verb) => verb.run(&backends.queue()?, out).await,
            Self::Show { fingerprint } => show(&backends.queue()?, fingerprint, out).await,
            Self::Retry {
                fingerprint,
                care,
                actor,
            } => {
                let operator = actor.operator(backends)?;
                let now = redis(operator.queue.now()).await?;
                let plan = Plan::new(Bulk::Retry, of(fingerprint), care.max, now);
                carry_out(&operator, plan, &care, actor.reason.as_deref(), out).await
            }
        }
    }
}

impl Ls {
    async fn run(self, queue: &Queue, out: &Out) -> anyhow::Result<()> {
        let filter = self.filters.at(redis(queue.now()).await?);
        let found = errors::groups(queue, &filter, usize::try_from(self.scan)?).await?;
        out.rows(&HEADS, &found.groups, cells)?;
        say_bounds(&found, out);
        if let Some(first) = found.groups.iter().find(|group| group.dead > 0) {
            out.aside(&format!(
                "Look closer with `honeydue errors show {}`.",
                first.fingerprint
            ));
        }
        Ok(())
    }
}

fn say_bounds(found: &Groups, out: &Out) {
    if found.more {
        out.aside(&format!(
            "Looked at {} jobs and no further; say --scan to look at more.",
            found.looked
        ));
    }
    if found.others > 0 {
        out.aside(&format!(
            "{} failures of yet other sorts are not shown.",
            found.others
        ));
    }
}

pub(crate) const HEADS: [&str; 9] = [
    "FINGERPRINT",
    "KIND",
    "CODE",
    "DEAD",
    "RETRYING",
    "PEOPLE",
    "FIRST",
    "LAST",
    "MESSAGE",
];

pub(crate) fn cells(group: &Group) -> Vec<String> {
    vec![
        group.fingerprint.clone(),
        group.kind.clone(),
        group.code.clone(),
        group.dead.to_string(),
        group.retrying.to_string(),
        group.people.to_string(),
        time(Some(group.first_seen)),
        time(Some(group.last_seen)),
        group.message.chars().take(60).collect(),
    ]
}

/// As many as a queue keeps of the dead.
const SCAN: usize = 100_000;

fn of(fingerprint: String) -> Filter {
    Filter {
        fingerprint: Some(fingerprint),
        ..Filter::default()
    }
}

async fn show(queue: &Queue, fingerprint: String, out: &Out) -> anyhow::Result<()> {
    let found = errors::groups(queue, &of(fingerprint.clone()), SCAN).await?;
    let Some(group) = found.groups.first() else {
        return Err(Refusal::NotFound(format!(
            "no job failed like {fingerprint:?}; `honeydue errors ls` shows what did"
        ))
        .into());
    };
    let lines = [
        ("error", group.fingerprint.clone()),
        ("kind", group.kind.clone()),
        ("code", group.code.clone()),
        ("message", group.message.clone()),
        ("dead", group.dead.to_string()),
        ("retrying", group.retrying.to_string()),
        ("people", group.people.to_string()),
        ("first seen", time(Some(group.first_seen))),
        ("last seen", time(Some(group.last_seen))),
        ("example", group.example.to_string()),
    ];
    out.one(group, &lines)?;
    say_bounds(&found, out);
    if group.dead > 0 {
        out.aside(&format!(
            "Once its cause is gone: `honeydue errors retry {fingerprint}`. One of them: `honeydue job show {}`.",
            group.example
        ));
    }
    Ok(())
}
