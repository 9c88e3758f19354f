//! How the worker is configured: each setting is an environment variable and a flag.

mod push;

use std::{path::PathBuf, time::Duration};

use anyhow::Context as _;
use clap::Parser;
use platform::{Allowance, Pace, Rate};
use process::{LinkArgs, PostgresArgs, ProcessArgs, RedisArgs, Secret};

use self::push::PushArgs;
use crate::queues::Shares;

const HOUR: Duration = Duration::from_hours(1);

/// Does honeyDue's jobs. Run as many as you like.
#[derive(Debug, Parser)]
#[command(name = "honeydue-worker", version)]
pub struct Config {
    #[command(flatten)]
    pub process: ProcessArgs,
    #[command(flatten)]
    pub redis: RedisArgs,
    #[command(flatten)]
    pub postgres: PostgresArgs,

    /// The relay that mail leaves by: `smtp://user:password@host:587` (STARTTLS), `smtps://…`, or
    /// `smtp+plain://host:25` for one on the same machine.
    #[arg(long, env = "SMTP_URL", hide_env_values = true, value_name = "URL")]
    pub smtp_url: Secret,

    /// A PEM file of authorities to believe besides the public ones, for a relay of one's own.
    #[arg(long, env = "SMTP_CA_PATH", value_name = "FILE")]
    pub smtp_ca_path: Option<PathBuf>,

    /// Who mail comes from, such as `honeyDue <hello@example.com>`.
    #[arg(long, env = "MAIL_FROM", value_name = "MAILBOX")]
    pub mail_from: String,

    /// The same for mail that people can unsubscribe from, so that what becomes of its good name does not
    /// become of the other's; as `MAIL_FROM` if not said.
    #[arg(long, env = "MAIL_FROM_UPDATES", value_name = "MAILBOX")]
    pub mail_from_updates: Option<String>,

    /// How many mails all workers together hand to the relay in an hour; what people wait for, such as a
    /// welcome, is not held back. Without it, as many as there are. The same for every worker.
    #[arg(long, env = "MAIL_PER_HOUR", value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub mail_per_hour: Option<u32>,

    #[command(flatten)]
    pub push: PushArgs,

    #[command(flatten)]
    pub links: LinkArgs,

    /// How many jobs of each queue run at a time, such as `mail=20,default=10`. Queues not named keep
    /// their usual share.
    #[arg(long, env = "QUEUES", default_value = "", value_name = "NAME=N,…")]
    pub queues: Shares,

    /// What operators see it as, with a few letters more; a pod's name is its host's.
    #[arg(long, env = "HOSTNAME", default_value = "worker", value_name = "NAME")]
    pub worker_name: String,

    /// A divisor for every wait on which correctness hangs; tests run at 20.
    #[arg(
        long,
        env = "PACE",
        default_value = "1",
        hide = true,
        value_name = "DIVISOR"
    )]
    pub pace: Pace,
}

impl Config {
    pub fn smtp_ca(&self) -> anyhow::Result<Option<Vec<u8>>> {
        let read = |path: &PathBuf| {
            std::fs::read(path)
                .with_context(|| format!("SMTP_CA_PATH: can't read {}", path.display()))
        };
        self.smtp_ca_path.as_ref().map(read).transpose()
    }

    /// What is empty counts as not set.
    pub fn updates_from(&self) -> Option<&str> {
        let mailbox = self.mail_from_updates.as_deref();
        mailbox.filter(|mailbox| !mailbox.trim().is_empty())
    }

    pub fn mail_limit(&self) -> Option<Allowance> {
        self.mail_per_hour.map(|count| Allowance {
            name: "mail",
            rate: Rate::new(count, HOUR),
        })
    }

    /// What comes after the @ of `MAIL_FROM`, which the adapter has checked.
    pub fn mail_domain(&self) -> String {
        let address = self.mail_from.trim_end_matches('>');
        address
            .rsplit_once('@')
            .map_or("localhost", |(_, domain)| domain)
            .to_owned()
    }
}

impl AsRef<ProcessArgs> for Config {
    fn as_ref(&self) -> &ProcessArgs {
        &self.process
    }
}
