//! What a Postgres begins with.

use std::{path::Path, process::Command};

use anyhow::{Context as _, ensure};

use super::{config, fresh::fresh_dir};
use crate::find;

/// Makes `data` in `dir`, and gives both to whom the server runs as. `initdb` takes a second, so within one
/// run of the tests it is asked once, and what it made is copied.
pub(super) fn initdb(dir: &Path) -> anyhow::Result<()> {
    hand_over(dir)?;
    let data = dir.join("data");
    let Some(scratch) = config::scratch_dir() else {
        return make(&data);
    };
    let made = scratch.join("initdb");
    if !made.is_dir() {
        make_once(&made)?;
    }
    succeed(Command::new("cp").arg("-a").args([&made, &data])).context("copying what initdb made")
}

/// Whole or not at all: of several who do so at once, the first one's stays.
fn make_once(made: &Path) -> anyhow::Result<()> {
    let dir = fresh_dir("initdb")?;
    hand_over(&dir)?;
    let data = dir.join("data");
    make(&data)?;
    let first = std::fs::rename(&data, made);
    ensure!(made.is_dir(), "moving what initdb made: {first:?}");
    Ok(std::fs::remove_dir_all(&dir)?)
}

fn make(data: &Path) -> anyhow::Result<()> {
    let mut args = unprivileged(&find::server("initdb")?);
    args.extend(["-D".to_owned(), data.display().to_string()]);
    args.extend(["-U", "postgres", "-A", "trust", "--no-sync"].map(String::from));
    args.extend(["-E", "UTF8", "--locale", "C.UTF-8"].map(String::from));
    let mut command = Command::new(&args[0]);
    command
        .args(&args[1..])
        .current_dir(data.parent().unwrap_or(data))
        .env("LD_LIBRARY_PATH", find::libraries());
    succeed(&mut command)
}

fn hand_over(dir: &Path) -> anyhow::Result<()> {
    if is_root() {
        succeed(Command::new("chown").arg("nobody").arg(dir))?;
    }
    Ok(())
}

fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let program = command.get_program().display().to_string();
    let ran = command
        .output()
        .with_context(|| format!("running {program}"))?;
    let said = String::from_utf8_lossy(&ran.stderr);
    ensure!(ran.status.success(), "{program}: {said}");
    Ok(())
}

/// The command that runs it: as root it refuses to run, so there it runs as nobody.
pub(super) fn unprivileged(program: &Path) -> Vec<String> {
    let program = program.display().to_string();
    if !is_root() {
        return vec![program];
    }
    let drop = [
        "setpriv",
        "--reuid=nobody",
        "--regid=nogroup",
        "--clear-groups",
        "--",
        &program,
    ];
    drop.map(String::from).to_vec()
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.starts_with(b"0\n"))
}
