//! A database of one's own on the Postgres that the tests of this process share.

use std::sync::OnceLock;

use uuid::Uuid;

use super::{config, postgres::Postgres};

pub struct Database {
    server: String,
    name: String,
}

impl Database {
    /// Creates a fresh one on the server that `url` leads to.
    pub fn create(url: &str) -> anyhow::Result<Self> {
        let database = Self {
            server: url.to_owned(),
            name: format!("t{}", Uuid::new_v4().simple()),
        };
        database.run(&format!("CREATE DATABASE {}", database.name))?;
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

/// A fresh, empty database.
pub async fn database() -> Database {
    static RUNNING: OnceLock<Postgres> = OnceLock::new();
    static STARTING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    if let Some(url) = config::test_database_url() {
        return Database::create(&url).expect("a database for a test");
    }
    let url = {
        let _one_at_a_time = STARTING.lock().await;
        if RUNNING.get().is_none() {
            let postgres = Postgres::start().await.expect("a Postgres for the tests");
            let _ = RUNNING.set(postgres);
        }
        RUNNING.get().expect("just started").url()
    };
    Database::create(&url).expect("a database for a test")
}
