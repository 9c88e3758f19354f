//! Taking jobs over from another queue.

use std::{io, path::PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use operate::import::{Line, Mapping, Moved, Source, carry, survey};

use super::act::{Actor, YES_OR_LOOK, sure};
use crate::{backends::Backends, exit::Refusal, out::Out};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// From Asynq, 0.24 or newer: shows what stands there, and moves what --map knows.
    Asynq(Import),
    /// From stock apalis-redis 1.0, queue by queue.
    Apalis {
        /// The names of its queues there, which are its kinds.
        #[arg(long, value_name = "QUEUE", value_delimiter = ',', required = true)]
        queue: Vec<String>,
        #[command(flatten)]
        import: Import,
    },
}

#[derive(Args)]
pub(crate) struct Import {
    /// The Redis to take from; our own if not said, which may well carry both.
    #[arg(
        long,
        value_name = "URL",
        env = "IMPORT_REDIS_URL",
        hide_env_values = true
    )]
    from: Option<String>,
    /// A TOML file that says which kind becomes which: a table a kind, with `to`, and `user` for a kind
    /// that speaks; or with `skip`. A `-` reads it from standard input.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Show what stands there; move nothing.
    #[arg(long)]
    dry_run: bool,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    actor: Actor,
}

impl Verb {
    pub(crate) async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        match self {
            Self::Asynq(import) => {
                let source = Source::asynq(import.from(backends)?).await?;
                import.run(&source, backends, out).await
            }
            Self::Apalis { queue, import } => {
                let source = Source::apalis(import.from(backends)?, queue).await?;
                import.run(&source, backends, out).await
            }
        }
    }
}

impl Import {
    async fn run(self, source: &Source, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let mapping = self.mapping()?;
        let looks_only = self.dry_run || self.map.is_none();
        if looks_only || !self.yes {
            let lines = survey(source, &mapping).await?;
            if looks_only {
                return show(&lines, self.map.is_some(), out);
            }
            out.aside_table(&HEADS, &lines, cells);
            let movable: u64 = lines.iter().map(|line| line.movable).sum();
            sure(out, &format!("Move {movable} jobs here?"), YES_OR_LOOK)?;
        }
        let operator = self.actor.operator(backends)?;
        let told = |moved| out.progress(moved, None);
        let moved = carry(
            &operator,
            source,
            &mapping,
            self.actor.reason.as_deref(),
            told,
        )
        .await;
        out.progress_over();
        account(&moved?, out)
    }

    fn from<'a>(&'a self, backends: &'a Backends) -> anyhow::Result<&'a str> {
        self.from
            .as_deref()
            .map_or_else(|| backends.redis_url(), Ok)
    }

    fn mapping(&self) -> anyhow::Result<Mapping> {
        let Some(path) = &self.map else {
            return Ok(Mapping::default());
        };
        // What has no disk of its own, such as a pod, is given it by a pipe.
        let text = if path.as_os_str() == "-" {
            io::read_to_string(io::stdin())
        } else {
            std::fs::read_to_string(path)
        };
        let text = text.with_context(|| format!("--map: can't read {}", path.display()))?;
        Ok(Mapping::read(&text)?)
    }
}

const HEADS: [&str; 6] = ["QUEUE", "STATE", "KIND", "COUNT", "MOVABLE", "BECOMES"];

fn cells(line: &Line) -> Vec<String> {
    vec![
        line.queue.clone(),
        line.stands.to_string(),
        line.kind.clone(),
        line.count.to_string(),
        line.movable.to_string(),
        line.becomes.clone(),
    ]
}

fn show(lines: &[Line], mapped: bool, out: &Out) -> anyhow::Result<()> {
    out.rows(&HEADS, lines, cells)?;
    out.aside(if lines.is_empty() {
        "Nothing waits there."
    } else if mapped {
        "Nothing was moved. Leave out --dry-run to move what is movable."
    } else {
        "Nothing was moved. Say with --map which kind becomes which."
    });
    Ok(())
}

fn account(moved: &Moved, out: &Out) -> anyhow::Result<()> {
    let mut lines = vec![
        ("receipt", moved.receipt.to_string()),
        ("moved", moved.moved.to_string()),
        ("came before", moved.known.to_string()),
    ];
    lines.extend((moved.empty > 0).then(|| ("without record", moved.empty.to_string())));
    let left: u64 = moved.left.values().sum();
    lines.push(("left there", left.to_string()));
    out.one(moved, &lines)?;
    if left == 0 {
        return Ok(());
    }
    let why = moved.left.iter().map(|(why, many)| format!("{many} {why}"));
    Err(Refusal::Partial(format!(
        "some were left where they are: {}",
        why.collect::<Vec<_>>().join("; ")
    ))
    .into())
}
