//! Why a person got what they got on a day, and not the rest.

use clap::Args;
use jiff::civil::Date;
use operate::explain::{self, Account, Passed, Step};
use store::UserId;

use crate::{backends::Backends, exit::Refusal, out::Out};

#[derive(Args)]
pub(crate) struct Explain {
    /// The person's id.
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    user: UserId,
    /// Only this kind, with its whole way.
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// The day on their clocks, such as 2026-11-21; today if it is left out.
    #[arg(long, value_name = "DATE")]
    date: Option<Date>,
}

impl Explain {
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        let store = backends.store()?;
        let kind = self.kind.as_deref();
        known(kind)?;
        let accounts = explain::explain(&store, self.user, kind, self.date).await?;
        let accounts =
            accounts.ok_or_else(|| Refusal::NotFound(format!("there is no user {}", self.user)))?;
        if kind.is_some() && out.is_table() {
            return chains(&accounts, out);
        }
        out.rows(
            &["KIND", "OCCASION", "BY", "STATE", "WHY"],
            &accounts,
            cells,
        )
    }
}

fn known(kind: Option<&str>) -> anyhow::Result<()> {
    let kinds: Vec<_> = kinds::notices().iter().map(|topic| topic.kind).collect();
    match kind {
        Some(kind) if !kinds.contains(&kind) => {
            let kinds = kinds.join(", ");
            let wrong = format!("{kind:?} speaks to nobody; those that do are {kinds}");
            Err(Refusal::Usage(wrong).into())
        }
        _ => Ok(()),
    }
}

fn cells(account: &Account) -> Vec<String> {
    let dash = || "–".to_owned();
    vec![
        account.kind.clone(),
        account.occasion.clone().unwrap_or_else(dash),
        account.channel.to_string(),
        account.state.map_or_else(dash, |state| state.to_string()),
        why(account),
    ]
}

fn why(account: &Account) -> String {
    match &account.answer {
        Some(answer) => format!("{}: {answer}", account.why),
        None => account.why.clone(),
    }
}

fn chains(accounts: &[Account], out: &Out) -> anyhow::Result<()> {
    accounts
        .iter()
        .enumerate()
        .try_for_each(|(place, account)| {
            if place > 0 {
                out.text(b"")?;
            }
            chain(account, out)
        })
}

/// One message: what it is, and the way it went.
fn chain(account: &Account, out: &Out) -> anyhow::Result<()> {
    let occasion = account.occasion.as_deref().unwrap_or("no delivery");
    let head = format!(
        "{} by {}, {occasion}: {}",
        account.kind, account.channel, account.reason
    );
    out.text(head.as_bytes())?;
    out.rows(
        &["", "STAGE", "WHAT IT SAYS"],
        &account.chain,
        |step: &Step| {
            vec![
                sign(step.passed).to_owned(),
                step.stage.to_owned(),
                step.says.clone(),
            ]
        },
    )
}

fn sign(passed: Passed) -> &'static str {
    match passed {
        Passed::Yes => "✓",
        Passed::Waits => "…",
        Passed::No => "✗",
        Passed::NotReached => "·",
    }
}
