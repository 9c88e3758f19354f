//! A database of one's own on the Postgres that the tests of this process share.

use std::{process::Command, sync::OnceLock};

use anyhow::{Context as _, ensure};
use uuid::Uuid;

use super::{config, postgres::Postgres};
use crate::find;

pub struct Database {
    server: String,
    name: String,
}

impl Database {
    /// Creates a fresh one on the server that `url` leads to.
    pub fn create(url: &str) -> anyhow::Result<Self> {
        Self::like(url, "template1")
    }

    fn like(url: &str, template: &str) -> anyhow::Result<Self> {
        let database = Self {
            server: url.to_owned(),
            name: format!("t{}", Uuid::new_v4().simple()),
        };
        // Copied file by file it takes half as long as through the log, which nobody here replays.
        let (name, how) = (&database.name, "STRATEGY file_copy");
        database.run(&format!("CREATE DATABASE {name} TEMPLATE {template} {how}"))?;
        Ok(database)
    }

    pub fn url(&self) -> String {
        let (server, _) = self.server.rsplit_once('/').unwrap_or((&self.server, ""));
        format!("{server}/{}", self.name)
    }

    /// What `psql` answers to SQL in it: rows of cells.
    pub fn ask(&self, sql: &str) -> anyhow::Result<Vec<Vec<String>>> {
        Postgres::ask_at(&self.url(), sql)
    }

    fn run(&self, sql: &str) -> anyhow::Result<()> {
        Postgres::ask_at(&self.server, sql).map(drop)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = self.run(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

impl Postgres {
    /// Gives the schema to its template, and so to each database that is created from now on: a test spends
    /// more on migrating than on all else. A `honeydue` that was not built is no error, for then each
    /// test migrates its own.
    pub fn teach(&self) -> anyhow::Result<()> {
        let Ok(honeydue) = find::ours("honeydue") else {
            return Ok(());
        };
        let mut migrate = Command::new(honeydue);
        migrate.arg("migrate");
        migrate.env("DATABASE_URL", self.url_of("template1"));
        let ran = migrate.output().context("running honeydue migrate")?;
        let said = String::from_utf8_lossy(&ran.stderr);
        ensure!(ran.status.success(), "honeydue migrate: {said}");
        Ok(())
    }
}

/// A fresh database. It may have the schema already (see [`Postgres::teach`]), so that to migrate it, as
/// every test does that needs one, costs little.
pub async fn database() -> Database {
    Database::create(&server().await).expect("a database for a test")
}

/// A fresh database with nothing in it.
pub async fn empty_database() -> Database {
    Database::like(&server().await, "template0").expect("a database for a test")
}

async fn server() -> String {
    static RUNNING: OnceLock<Postgres> = OnceLock::new();
    static STARTING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    if let Some(url) = config::test_database_url() {
        return url;
    }
    let _one_at_a_time = STARTING.lock().await;
    if RUNNING.get().is_none() {
        let postgres = Postgres::start().await.expect("a Postgres for the tests");
        let _ = RUNNING.set(postgres);
    }
    RUNNING.get().expect("just started").url()
}
