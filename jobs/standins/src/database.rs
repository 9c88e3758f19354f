//! A database of one's own on the shared Postgres.

use std::process::Command;
use std::thread;

use anyhow::{Context as _, Result, bail};
use url::Url;
use uuid::Uuid;

use crate::{blocking::blocking, find, shared};

/// Empty when created, and dropped (with whoever is connected) when this is.
pub struct Database {
    maintenance: Url,
    name: String,
}

/// A fresh one. Panics if there is no Postgres to create it in.
pub async fn database() -> Database {
    match blocking(Database::create).await {
        Ok(database) => database,
        Err(error) => panic!("{error:#}"),
    }
}

impl Database {
    pub fn url(&self) -> String {
        let mut url = self.maintenance.clone();
        url.set_path(&self.name);
        url.into()
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    fn create() -> Result<Self> {
        let maintenance = shared::maintenance_url();
        let maintenance = Url::parse(&maintenance).context("the database's URL can't be read")?;
        let name = format!("test_{}", Uuid::new_v4().simple());
        run(&mut tool("createdb", &maintenance)?, &name)?;
        Ok(Self { maintenance, name })
    }
}

impl Drop for Database {
    /// Best effort, and nobody waits for it.
    fn drop(&mut self) {
        let Ok(mut dropdb) = tool("dropdb", &self.maintenance) else {
            return;
        };
        dropdb.args(["--force", "--if-exists"]);
        let name = self.name.clone();
        thread::spawn(move || run(&mut dropdb, &name));
    }
}

/// One of Postgres's own tools, told where the server is. The password stays out of the arguments.
fn tool(name: &str, maintenance: &Url) -> Result<Command> {
    let mut command = find::program(name)?.command();
    let mut url = maintenance.clone();
    if let Some(password) = url.password() {
        command.env("PGPASSWORD", password);
    }
    let _ = url.set_password(None); // only a URL without a host can't
    command.env("PGCONNECT_TIMEOUT", "10");
    command.args(["--maintenance-db", url.as_str()]);
    Ok(command)
}

fn run(command: &mut Command, database: &str) -> Result<()> {
    let output = command.arg(database).output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
