//! A day in two households, on this machine.

use std::{os::unix::process::CommandExt as _, process::Command};

use anyhow::Context as _;
use clap::Args;

#[derive(Args)]
pub(crate) struct Demo {
    /// End by itself; status 0 only if exactly the expected mails and pushes arrived.
    #[arg(long)]
    exit: bool,
}

impl Demo {
    /// The stand-ins own everything that the demo starts; this only finds them beside itself, and becomes
    /// them, so that who ends this ends all of it.
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let standins = std::env::current_exe()?.with_file_name("honeydue-standins");
        let mut demo = Command::new(&standins);
        let failed = demo.arg("demo").args(self.exit.then_some("--exit")).exec();
        let standins = standins.display();
        Err(failed).with_context(|| format!("{standins} does not start; build it with `make demo`"))
    }
}
