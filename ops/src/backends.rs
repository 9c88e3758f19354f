//! Redis and Postgres, for the verbs that need them, and how long they may take.

use std::time::Duration;

use clap::Args;
use operate::{patience, span_of};
pub(crate) use operate::{postgres, redis};
use platform::Queue;
use store::Store;

use crate::{
    exit::Refusal,
    verbs::config::{Setting, Shown},
};

#[derive(Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Backends {
    /// The Redis that carries the jobs.
    #[arg(
        long,
        env = "REDIS_URL",
        hide_env_values = true,
        global = true,
        value_name = "URL"
    )]
    redis_url: Option<String>,

    /// What every key in Redis begins with.
    #[arg(
        long,
        env = "REDIS_PREFIX",
        default_value = "honeydue:",
        global = true,
        value_name = "PREFIX"
    )]
    redis_prefix: String,

    /// The Postgres that holds every intention.
    #[arg(
        long,
        env = "DATABASE_URL",
        hide_env_values = true,
        global = true,
        value_name = "URL"
    )]
    database_url: Option<String>,

    /// Postgres without a pooler in between, for migrations; `DATABASE_URL` if not said.
    #[arg(
        long,
        env = "MIGRATE_DATABASE_URL",
        hide_env_values = true,
        global = true,
        value_name = "URL"
    )]
    migrate_database_url: Option<String>,

    /// How long Redis or Postgres may take to answer; 100ms to 5s.
    #[arg(
        long,
        env = "HONEYDUE_TIMEOUT",
        default_value = "2s",
        global = true,
        value_name = "DURATION",
        value_parser = timeout,
        allow_hyphen_values = true
    )]
    timeout: Duration,
}

/// Longer than 5 s the connections themselves do not wait.
fn timeout(text: &str) -> Result<Duration, String> {
    let long = span_of(text)?;
    let sane = Duration::from_millis(100)..=Duration::from_secs(5);
    (sane.contains(&long))
        .then_some(long)
        .ok_or_else(|| "it must be 100ms to 5s".to_owned())
}

impl Backends {
    /// As `config show` shows them.
    pub(crate) fn settings(&self) -> Vec<Setting> {
        let url = |name, url: &Option<String>| Setting::new(name, url.as_deref(), Shown::Url);
        vec![
            url("REDIS_URL", &self.redis_url),
            Setting::new("REDIS_PREFIX", Some(&self.redis_prefix), Shown::Plain),
            url("DATABASE_URL", &self.database_url),
            url("MIGRATE_DATABASE_URL", &self.migrate_database_url),
        ]
    }

    /// Does `work`, and waits in it for no answer longer than was said.
    pub(crate) async fn patiently<T>(&self, work: impl Future<Output = T>) -> T {
        patience::patiently(self.timeout, work).await
    }

    pub(crate) fn queue(&self) -> anyhow::Result<Queue> {
        self.queue_under(&self.redis_prefix)
    }

    pub(crate) fn queue_under(&self, prefix: &str) -> anyhow::Result<Queue> {
        Ok(kinds::connect(self.redis_url()?, prefix)?)
    }

    pub(crate) fn redis_url(&self) -> anyhow::Result<&str> {
        let url = self.redis_url.as_deref();
        Ok(url.ok_or_else(|| missing("REDIS_URL"))?)
    }

    /// A prefix of its own under the usual one, where nothing else is.
    pub(crate) fn prefix_apart(&self, name: &str) -> String {
        let unique = uuid::Uuid::new_v4().simple();
        format!("{}{name}:{unique}:", self.redis_prefix)
    }

    pub(crate) fn store(&self) -> anyhow::Result<Store> {
        let told = self.store_if_told()?;
        Ok(told.ok_or_else(|| missing("DATABASE_URL"))?)
    }

    /// `None`: nobody said where it is. What was said wrong is an error here too.
    pub(crate) fn store_if_told(&self) -> anyhow::Result<Option<Store>> {
        let url = self.database_url.as_deref();
        Ok(url.map(Store::connect).transpose()?)
    }

    /// With the variable that it came from, for who has to say that it is wrong.
    pub(crate) fn migrate_url(&self) -> anyhow::Result<(&'static str, &str)> {
        let direct = ("MIGRATE_DATABASE_URL", &self.migrate_database_url);
        let usual = ("DATABASE_URL", &self.database_url);
        let told = [direct, usual]
            .into_iter()
            .find_map(|(variable, url)| Some((variable, url.as_deref()?)));
        Ok(told.ok_or_else(|| missing("MIGRATE_DATABASE_URL or DATABASE_URL"))?)
    }
}

fn missing(variable: &str) -> Refusal {
    Refusal::Usage(format!(
        "this verb needs {variable}; set it in the environment"
    ))
}
