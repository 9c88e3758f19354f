//! Errors: failures that have the same cause, as one.

mod show;

use clap::{Args, Subcommand};
use operate::{
    Filter, Plan, Verb as Bulk,
    errors::{self, Group, Groups},
    redis,
};
use platform::Queue;

use self::show::show;
use super::{
    act::{Actor, Care},
    flags::scan,
    job::{Filters, carry_out},
};
use crate::{
    backends::Backends,
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
        #[command(flatten)]
        scan: Scan,
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
    #[command(flatten)]
    scan: Scan,
}

#[derive(Args)]
pub(crate) struct Scan {
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
            Self::Show { fingerprint, scan } => {
                show(&backends.queue()?, fingerprint, &scan, out).await
            }
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
        let found = errors::groups(queue, &filter, usize::try_from(self.scan.scan)?).await?;
        out.rows_of(&found, &HEADS, &found.groups, cells)?;
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
    for line in bounds(found, "say --scan to look at more.") {
        out.aside(&line);
    }
}

/// What the groups do not tell: a number that is not the whole says so.
pub(crate) fn bounds(found: &Groups, how_to_see_more: &str) -> Vec<String> {
    let looked = found.more.then(|| {
        format!(
            "Looked at {} jobs and no further; {how_to_see_more}",
            found.looked
        )
    });
    let others = (found.others > 0).then(|| {
        format!(
            "{} failures of yet other sorts are not shown.",
            found.others
        )
    });
    looked.into_iter().chain(others).collect()
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

fn of(fingerprint: String) -> Filter {
    Filter {
        fingerprint: Some(fingerprint),
        ..Filter::default()
    }
}
