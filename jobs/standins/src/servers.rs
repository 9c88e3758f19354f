//! Runs a command beside servers that live as long as it does.

use std::{
    ffi::OsString,
    os::unix::process::ExitStatusExt as _,
    process::{Command, ExitStatus},
};

use anyhow::{Context as _, Result};

use crate::{Postgres, Redis, config};

/// The command's status, the way a shell would say it.
///
/// The command finds the servers in its environment, where [`crate::redis`] and
/// [`crate::database`] look first.
pub fn with_servers(command: &[OsString]) -> Result<u8> {
    let (program, args) = command.split_first().context("there is no command to run")?;
    let redis = Redis::start_forgetful()?;
    let postgres = Postgres::begin()?;
    let status = Command::new(program)
        .args(args)
        .env(config::REDIS, redis.url())
        .env(config::DATABASE, postgres.url())
        .status()
        .with_context(|| format!("{} did not start", program.display()))?;
    Ok(said(status))
}

fn said(status: ExitStatus) -> u8 {
    let by_signal = status.signal().map(|signal| 128 + signal);
    let code = status.code().or(by_signal);
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
