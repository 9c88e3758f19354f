//! `honeydue-standins`: the outside world, on loopback.

use std::{
    os::unix::process::ExitStatusExt as _,
    process::{Command, ExitCode, ExitStatus},
};

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use standins::{Postgres, Redis, out};

/// The outside world on loopback, for tests and for trying things out.
#[derive(Parser)]
#[command(version)]
struct Standins {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Run a command beside a Redis and a Postgres that end with it.
    ///
    /// It finds them in `TEST_REDIS_URL` and `TEST_DATABASE_URL`.
    Servers {
        #[arg(last = true, required = true, value_name = "COMMAND")]
        command: Vec<String>,
    },
    /// Play a day in two households on all of honeyDue, and show who got what.
    Demo {
        /// End by itself; status 0 only if exactly the expected mails and pushes arrived.
        #[arg(long)]
        exit: bool,
    },
    /// Play roll-outs and failures on the whole topology under steady load, and count what each cost;
    /// status 0 only if nothing was lost, and no more failed than is documented.
    Rehearse {
        /// Only these plays; all of them if none is named.
        #[arg(value_name = "PLAY")]
        plays: Vec<String>,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Standins::parse().verb).await {
        Ok(code) => code,
        Err(error) => {
            out::aside(&format!("honeydue-standins: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(verb: Verb) -> anyhow::Result<ExitCode> {
    match verb {
        Verb::Servers { command } => beside_servers(&command).await,
        Verb::Rehearse { plays } => standins::rehearsal::play(&plays).await,
        Verb::Demo { exit } => standins::demo::play(exit).await.map(|()| ExitCode::SUCCESS),
    }
}

async fn beside_servers(command: &[String]) -> anyhow::Result<ExitCode> {
    let (program, args) = command
        .split_first()
        .context("there is no command to run")?;
    let (redis, postgres) = (Redis::start(&[]).await?, Postgres::start().await?);
    postgres.teach()?;
    let status = Command::new(program)
        .args(args)
        .env("TEST_REDIS_URL", redis.url())
        .env("TEST_DATABASE_URL", postgres.url())
        .status()
        .with_context(|| format!("{program} did not start"))?;
    Ok(ExitCode::from(as_a_shell_says(status)))
}

fn as_a_shell_says(status: ExitStatus) -> u8 {
    let by_signal = status.signal().map(|signal| 128 + signal);
    let code = status.code().or(by_signal);
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
