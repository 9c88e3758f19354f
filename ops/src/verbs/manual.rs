//! What shells and `man` want to know of this command line, made from itself.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Command};
use clap_complete::Shell;

use crate::out::Out;

#[derive(Args)]
pub(crate) struct Completions {
    /// Which shell: bash, elvish, fish, powershell or zsh.
    shell: Shell,
}

#[derive(Args)]
pub(crate) struct Man {
    /// Write a page for every verb into this directory, instead of the first one to stdout.
    #[arg(long, value_name = "DIRECTORY")]
    into: Option<PathBuf>,
}

impl Completions {
    pub(crate) fn run(self, mut command: Command, out: &Out) -> anyhow::Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "honeydue", &mut script);
        out.text(&script)
    }
}

impl Man {
    pub(crate) fn run(self, command: Command, out: &Out) -> anyhow::Result<()> {
        let Some(into) = self.into else {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page)?;
            return out.text(&page);
        };
        clap_mangen::generate_to(command, &into)
            .with_context(|| format!("can't write into {}", into.display()))?;
        out.aside(&format!(
            "Read them with `man -l {}/honeydue.1`.",
            into.display()
        ));
        Ok(())
    }
}
