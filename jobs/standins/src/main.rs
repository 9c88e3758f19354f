//! `honeydue-standins`: the outside world, on loopback.

use std::{ffi::OsString, process::ExitCode};

use clap::{Parser, Subcommand};
use standins::{out, with_servers};

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
        command: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    match run(Standins::parse().verb) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            out::aside(&format!("honeydue-standins: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(verb: Verb) -> anyhow::Result<u8> {
    match verb {
        Verb::Servers { command } => with_servers(&command),
    }
}
