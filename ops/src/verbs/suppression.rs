//! Suppressions: whose address takes no mail, and giving it another chance.

use clap::{Args, Subcommand};
use operate::{Trouble, postgres};
use serde_json::json;
use store::UserId;

use super::{
    act::{Actor, YES, sure},
    flags::Limit,
};
use crate::{
    backends::Backends,
    out::{Out, time},
};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// People whose address bounced for good, the latest first.
    Ls(Ls),
    /// Lets mail go to a person's address again.
    Lift(Lift),
}

#[derive(Args)]
pub(crate) struct Ls {
    #[command(flatten)]
    limit: Limit,
}

#[derive(Args)]
pub(crate) struct Lift {
    /// The person's id.
    #[arg(allow_hyphen_values = true)]
    user: UserId,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    actor: Actor,
}

impl Verb {
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        match self {
            Self::Ls(verb) => verb.run(backends, out).await,
            Self::Lift(verb) => verb.run(backends, out).await,
        }
    }
}

impl Ls {
    async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let found = postgres(backends.store()?.suppressions(self.limit.limit.into())).await?;
        out.rows(
            &["USER", "SINCE", "BY DELIVERY", "STILL HOLDS"],
            &found,
            |row| {
                let holds = if row.lapsed {
                    "no, they have another address"
                } else {
                    "yes"
                };
                vec![
                    row.user_id.to_string(),
                    time(Some(row.created_at)),
                    row.delivery_id.to_string(),
                    holds.to_owned(),
                ]
            },
        )
    }
}

impl Lift {
    async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let user = self.user;
        let operator = self.actor.operator(backends)?;
        let none = || Trouble::NotFound(format!("mail to user {user} is not suppressed"));
        let found = postgres(operator.store.suppression_of(user)).await?;
        let found = found.ok_or_else(none)?;
        let since = time(Some(found.created_at));
        out.aside(&format!("Mail to user {user} is suppressed since {since}."));
        if !self.yes {
            sure(out, "Send to that address again?", YES)?;
        }
        let lifting = async {
            if postgres(operator.store.lift_suppression(user)).await? {
                return Ok(((), 1));
            }
            Err(none())
        };
        let (reason, plan) = (self.actor.reason.as_deref(), json!({ "user": user }));
        operator
            .once("suppression lift", reason, plan, lifting)
            .await?;
        out.aside("They get mail again.");
        Ok(())
    }
}
