//! A house of one's own to look into, and what the command line said.

use std::process::{Command, Output};

use insta::{Settings, internals::SettingsBindDropGuard};
use platform::{JobId, NewJob, Queue};
use standins::Database;
use store::{Locale, NewUser, Store, UserId};

use crate::raw::redis_at;

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
        Self::beside(standins::redis().await.url()).await
    }

    /// With a Redis of its own.
    pub(crate) async fn beside(redis: String) -> Self {
        let prefix = standins::prefix();
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

    /// The command line, told where this house is, and to be patient with a busy machine.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = honeydue(args);
        command
            .env("REDIS_URL", &self.redis)
            .env("REDIS_PREFIX", &self.prefix)
            .env("DATABASE_URL", self.database.url())
            .env("HONEYDUE_TIMEOUT", "5s");
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

impl Given {
    /// Gives up all that is ready in `default`, each failing as `text` says, which may name `{n}`: as
    /// workers would, in no time.
    pub(crate) async fn buries_all(&self, text: &str) {
        self.buries_all_of("default", text).await;
    }

    pub(crate) async fn buries_all_of(&self, queue: &str, text: &str) {
        let mut redis = redis_at(&self.redis).await;
        let key = |name: &str| format!("{}{{{queue}.0}}:{name}", self.prefix);
        let bury = redis::Script::new(BURY);
        // In slices, as other tests use this Redis, too.
        let mut done = 0_u64;
        loop {
            let mut call = bury.prepare_invoke();
            call.key(key("ready")).key(key("dead")).key(key("trail"));
            call.arg(text).arg(done);
            let buried: u64 = call.invoke_async(&mut redis).await.expect("some are dead");
            if buried == 0 {
                return;
            }
            done += buried;
        }
    }

    /// Enqueues so many probes of so many people, one after the other.
    pub(crate) async fn probes(&self, many: usize) {
        let job = |_| NewJob::raw("probe", "default", br#"{"sleep_ms":0}"#.to_vec());
        let enqueued = self.queue.enqueue_many((0..many).map(job).collect()).await;
        enqueued.expect("Redis answers");
    }

    /// A new person of this name.
    pub(crate) async fn signs_up(&self, name: &str) -> UserId {
        let mut tx = self.store.begin().await.expect("Postgres answers");
        let new = NewUser {
            email: format!("{name}@example.com"),
            name: name.to_owned(),
            password_hash: "none".to_owned(),
            timezone: None,
            reminder_hour: None,
            digest_hour: None,
            locale: Locale::En,
        };
        let user = tx.add_user(new).await.expect("the address is new");
        tx.commit().await.expect("it is committed");
        user
    }

    /// How many jobs of `default` stand where: ready, due, dead.
    pub(crate) async fn stand(&self) -> (u64, u64, u64) {
        let counts = self.queue.counts("default").await.expect("Redis answers");
        (counts.ready, counts.due, counts.dead)
    }
}

const BURY: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local many = math.min(redis.call('LLEN', KEYS[1]), 500)
for n = ARGV[2] + 1, ARGV[2] + many do
  local id = redis.call('LPOP', KEYS[1]):sub(1, 16)
  local text = ARGV[1]:gsub('{n}', string.format('%d', n))
  local fault = { at = now, attempt = 10, code = 'failed', text = text }
  redis.call('HSET', KEYS[3], id, cjson.encode({ attempt = 10, lost = 0, errors = { fault } }))
  redis.call('ZADD', KEYS[2], string.format('%.0f', now), id)
end
return many
";

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
    settings.add_filter(r"(?m)  \d+ s( +–)?$", "  [age]");
    settings.add_filter(r#""oldest_s":( ?)\d+"#, r#""oldest_s":$1"[age]""#);
    settings.add_filter(r"20\d\d-\d\d-\d\d", "[day]");
    settings.add_filter(r"os error \d+", "os error [number]");
    // Where in its own source Postgres noticed.
    settings.add_filter(r" at line \d\d+", "");
    settings.bind_to_scope()
}

pub(crate) fn instant(text: &str) -> jiff::Timestamp {
    text.parse().expect("an instant")
}
