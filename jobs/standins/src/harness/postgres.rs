//! A real Postgres, fast because nothing in it needs to outlive a power cut.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};

use super::{
    child::Child,
    fresh::{Port, fresh_dir},
    initdb::{initdb, unprivileged},
};
use crate::find;

pub struct Postgres {
    child: Option<Child>,
    dir: PathBuf,
    port: Port,
}

impl Postgres {
    /// Makes and starts a private one on a free port.
    pub async fn start() -> anyhow::Result<Self> {
        let mut postgres = Self {
            child: None,
            dir: fresh_dir("postgres")?,
            port: Port::draw()?,
        };
        initdb(&postgres.dir)?;
        postgres.restart().await?;
        Ok(postgres)
    }

    /// The maintenance database, from which others are created.
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    pub(super) fn url_of(&self, database: &str) -> String {
        format!(
            "postgres://postgres@127.0.0.1:{}/{database}",
            self.port.number()
        )
    }

    /// What `psql` answers to SQL: rows of cells.
    pub fn ask(&self, sql: &str) -> anyhow::Result<Vec<Vec<String>>> {
        Self::ask_at(&self.url(), sql)
    }

    /// The same, of the one at `url`.
    pub(crate) fn ask_at(url: &str, sql: &str) -> anyhow::Result<Vec<Vec<String>>> {
        let mut command = Command::new(find::server("psql")?);
        command
            .args(["-qXAtF\t", "-v", "ON_ERROR_STOP=1", url, "-c", sql])
            .env("LD_LIBRARY_PATH", find::libraries());
        let ran = command.output().context("running psql")?;
        let said = String::from_utf8_lossy(&ran.stderr);
        ensure!(ran.status.success(), "psql: {said}");
        let answer = String::from_utf8_lossy(&ran.stdout);
        let cells = |line: &str| line.split('\t').map(str::to_owned).collect();
        Ok(answer.lines().map(cells).collect())
    }

    /// Ends it as a crash would.
    pub fn kill(&mut self) {
        if let Some(child) = self.child.take() {
            // Its workers would hold the port and the data a moment longer than the postmaster.
            child.signal("QUIT");
            while child.ended().is_none() {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }

    fn data(&self) -> String {
        self.dir.join("data").display().to_string()
    }

    /// Starts it again: same port, same data.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        self.kill();
        let server = find::server("postgres")?;
        let (port, data, sockets) = (
            self.port.number().to_string(),
            self.data(),
            self.dir.display().to_string(),
        );
        let mut args = unprivileged(&server);
        args.extend(
            ["-D", &data, "-p", &port, "-k", &sockets, "-h", "127.0.0.1"].map(String::from),
        );
        // Commits stay synchronous: what a killed Postgres had confirmed must be there afterwards.
        for setting in [
            "fsync=off",
            "full_page_writes=off",
            "max_connections=300",
            "shared_buffers=64MB",
        ] {
            args.extend(["-c".to_owned(), setting.to_owned()]);
        }
        let env = [("LD_LIBRARY_PATH".to_owned(), find::libraries())];
        let child = Child::start(Path::new(&args[0]), &args[1..], &env, &self.dir.join("log"))?;
        for _ in 0..4000 {
            if is_ready(&self.dir, self.port.number()) {
                self.child = Some(child);
                return Ok(());
            }
            if child.ended().is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        bail!(
            "Postgres did not start: {}",
            std::fs::read_to_string(self.dir.join("log")).unwrap_or_default()
        )
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// Ready by its own word, in a file that only our own server writes: the port alone may be another's.
fn is_ready(dir: &Path, port: u16) -> bool {
    let pid_file = std::fs::read_to_string(dir.join("data/postmaster.pid")).unwrap_or_default();
    let lines: Vec<&str> = pid_file.lines().map(str::trim).collect();
    lines.get(3) == Some(&port.to_string().as_str()) && lines.get(7) == Some(&"ready")
}
