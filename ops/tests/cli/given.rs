//! A house of one's own to look into, and what the command line said.

use std::process::{Command, Output};

use insta::{Settings, internals::SettingsBindDropGuard};
use platform::{JobId, Queue};
use standins::Database;
use store::Store;

pub(crate) struct Given {
    pub(crate) queue: Queue,
    pub(crate) store: Store,
    pub(crate) redis: String,
    pub(crate) prefix: String,
    pub(crate) database: Database,
}

/// How a run ended, and what it said where.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) answer: String,
    pub(crate) aside: String,
}

impl Given {
    pub(crate) async fn new() -> Self {
        let (redis, prefix) = (standins::redis().await.url(), standins::prefix());
        let database = standins::database().await;
        let given = Self {
            queue: Queue::connect(&redis, &prefix).expect("a Redis URL"),
            store: Store::connect(&database.url()).expect("a Postgres URL"),
            redis,
            prefix,
            database,
        };
        let migrated = given.says(&["migrate"]);
        assert_eq!(migrated.code, Some(0), "{migrated:?}");
        given
    }

    /// The command line, told where this house is and nothing else.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = honeydue(args);
        command
            .env("REDIS_URL", &self.redis)
            .env("REDIS_PREFIX", &self.prefix)
            .env("DATABASE_URL", self.database.url());
        command
    }

    pub(crate) fn says(&self, args: &[&str]) -> Said {
        said(&mut self.command(args))
    }

    /// What a run that went well answered.
    pub(crate) fn answers(&self, args: &[&str]) -> String {
        let said = self.says(args);
        assert_eq!(said.code, Some(0), "{args:?}: {said:?}");
        said.answer
    }

    /// Enqueues by the command line.
    pub(crate) fn enqueues(&self, args: &[&str]) -> JobId {
        let all = [&["job", "enqueue", "-o", "json"], args].concat();
        let receipt: serde_json::Value =
            serde_json::from_str(&self.answers(&all)).expect("a receipt as JSON");
        assert_eq!(receipt["accepted"], true, "{receipt}");
        let id = receipt["id"].as_str().expect("an id");
        id.parse().expect("an id of a job")
    }
}

/// The command line, told nothing.
pub(crate) fn honeydue(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_honeydue"));
    command.args(args).env_clear();
    command
}

pub(crate) fn said(command: &mut Command) -> Said {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the command line runs");
    let text = |bytes| String::from_utf8(bytes).expect("it speaks UTF-8");
    Said {
        code: status.code(),
        answer: text(stdout),
        aside: text(stderr),
    }
}

/// What differs from run to run is put aside while this is held. Instants that a test chose are of
/// the next century, and stay.
pub(crate) fn put_aside() -> SettingsBindDropGuard {
    let mut settings = Settings::clone_current();
    let hex = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    settings.add_filter(hex, "[id]");
    settings.add_filter(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "[time]");
    settings.add_filter(r"(?m)  \d+ s$", "  [age]");
    settings.add_filter(r"os error \d+", "os error [number]");
    // Where in its own source Postgres noticed.
    settings.add_filter(r" at line \d\d+", "");
    settings.bind_to_scope()
}

pub(crate) fn instant(text: &str) -> jiff::Timestamp {
    text.parse().expect("an instant")
}
