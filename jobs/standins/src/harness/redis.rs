//! A real Redis.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, SocketAddrV4, TcpStream},
    path::PathBuf,
    sync::OnceLock,
    time::Duration,
};

use anyhow::{bail, ensure};
use uuid::Uuid;

use super::{
    child::Child,
    config,
    fresh::{Port, copy, fresh_dir},
};
use crate::find;

pub struct Redis {
    child: Option<Child>,
    dir: PathBuf,
    port: Port,
    args: Vec<String>,
}

impl Redis {
    /// Starts a private one on a free port, with `args` such as `["--appendonly", "yes"]`.
    pub async fn start(args: &[&str]) -> anyhow::Result<Self> {
        let args: Vec<String> = args.iter().map(ToString::to_string).collect();
        let mut redis = Self {
            child: None,
            dir: fresh_dir("redis")?,
            port: Port::draw()?,
            args,
        };
        redis.restart().await?;
        Ok(redis)
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port())
    }

    pub(crate) fn port(&self) -> u16 {
        self.port.number()
    }

    /// Of the server, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::pid)
    }

    /// Ends it as a crash would.
    pub fn kill(&mut self) {
        self.child = None;
    }

    pub fn pause(&self) {
        self.signal("STOP");
    }

    pub fn resume(&self) {
        self.signal("CONT");
    }

    /// Forgets everything at once, as `FLUSHALL` does.
    pub fn flush(&self) -> anyhow::Result<()> {
        self.tell("FLUSHALL")
    }

    /// Tells it something that it must not refuse, such as `SCRIPT FLUSH`.
    pub fn tell(&self, command: &str) -> anyhow::Result<()> {
        let answer = ask(self.port(), command)?;
        ensure!(!answer.starts_with('-'), "{command}: {answer}");
        Ok(())
    }

    /// Every change since its start, as text where it is text; only if started with `appendonly`.
    pub fn written(&self) -> anyhow::Result<String> {
        let files = std::fs::read_dir(self.dir.join("appendonlydir"))?;
        let mut written = String::new();
        for file in files {
            written.push_str(&String::from_utf8_lossy(&std::fs::read(file?.path())?));
        }
        Ok(written)
    }

    fn signal(&self, name: &str) {
        if let Some(child) = &self.child {
            child.signal(name);
        }
    }

    /// Forgets all that it has stored on disk; only while it is stopped.
    pub fn wipe(&self) -> anyhow::Result<()> {
        std::fs::remove_dir_all(&self.dir)?;
        Ok(std::fs::create_dir_all(&self.dir)?)
    }

    /// Copies what it has on disk, for [`Redis::forget_since_copy`].
    pub fn copy_disk(&self) -> anyhow::Result<()> {
        copy(&self.dir, &self.copied())
    }

    /// Comes back with what it had on disk when that was copied, as after a power cut or from a backup.
    pub async fn forget_since_copy(&mut self) -> anyhow::Result<()> {
        self.kill();
        self.wipe()?;
        copy(&self.copied(), &self.dir)?;
        self.restart().await
    }

    fn copied(&self) -> PathBuf {
        self.dir.with_extension("copy")
    }

    /// Starts it again: same port, same directory.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        self.child = None;
        let (port, dir) = (self.port().to_string(), self.dir.display().to_string());
        let usual = [
            "--port",
            &port,
            "--bind",
            "127.0.0.1",
            "--dir",
            &dir,
            "--save",
            "",
        ];
        let args: Vec<String> = usual
            .iter()
            .map(ToString::to_string)
            .chain(self.args.clone())
            .collect();
        let env = [("LD_LIBRARY_PATH".to_owned(), find::libraries())];
        let child = Child::start(
            &find::server("redis-server")?,
            &args,
            &env,
            &self.dir.join("log"),
        )?;
        for _ in 0..2000 {
            if answers_as(self.port(), child.pid()) {
                self.child = Some(child);
                return Ok(());
            }
            if child.ended().is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        bail!(
            "Redis did not start: {}",
            std::fs::read_to_string(self.dir.join("log")).unwrap_or_default()
        )
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.child = None;
        let _ = std::fs::remove_dir_all(&self.dir);
        let _ = std::fs::remove_dir_all(self.copied());
    }
}

/// Whether the listener is our own child: on a shared machine the port may be another's.
fn answers_as(port: u16, pid: u32) -> bool {
    let mine = format!("process_id:{pid}\r");
    ask(port, "INFO server").is_ok_and(|answer| answer.contains(&mine))
}

pub(crate) fn ask(port: u16, command: &str) -> std::io::Result<String> {
    let address = SocketAddrV4::new(Ipv4Addr::LOCALHOST, port);
    let mut stream = TcpStream::connect_timeout(&address.into(), Duration::from_millis(200))?;
    stream.set_read_timeout(Some(Duration::from_millis(500)))?;
    write!(stream, "{command}\r\n")?;
    // It answers what it has read, and closes: a sentinel knows no `QUIT`.
    stream.shutdown(Shutdown::Write)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Where tests find the Redis they share.
pub struct Shared(String);

impl Shared {
    pub fn url(&self) -> String {
        self.0.clone()
    }
}

/// The Redis that the tests of this process share: use a [`prefix`] of your own on it.
pub async fn redis() -> Shared {
    static RUNNING: OnceLock<Redis> = OnceLock::new();
    static STARTING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    if let Some(url) = config::test_redis_url() {
        return Shared(url);
    }
    let _one_at_a_time = STARTING.lock().await;
    if RUNNING.get().is_none() {
        let redis = Redis::start(&[]).await.expect("a Redis for the tests");
        let _ = RUNNING.set(redis);
    }
    Shared(RUNNING.get().expect("just started").url())
}

/// A key prefix that nobody else uses.
pub fn prefix() -> String {
    format!("t{}:", Uuid::new_v4().simple())
}
