//! A day in two households, on this machine.

use std::process::Command;

use anyhow::Context as _;
use clap::Args;

use crate::exit::Refusal;

#[derive(Args)]
pub(crate) struct Demo {
    /// End by itself; status 0 only if exactly the expected mails and pushes arrived.
    #[arg(long)]
    exit: bool,
}

impl Demo {
    /// The stand-ins own everything that the demo starts; this only finds them beside itself.
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let standins = std::env::current_exe()?.with_file_name("honeydue-standins");
        let mut demo = Command::new(&standins);
        demo.arg("demo").args(self.exit.then_some("--exit"));
        let status = demo.status().with_context(|| {
            format!(
                "{} is missing; build it with `make demo`",
                standins.display()
            )
        })?;
        if status.success() {
            Ok(())
        } else {
            Err(
                Refusal::Failed("the demo did not end well; what it said is above".to_owned())
                    .into(),
            )
        }
    }
}
