//! How the API is configured: each setting is an environment variable and a flag.

use std::net::SocketAddr;

use clap::Parser;
use platform::Pace;
use process::{LinkArgs, PostgresArgs, ProcessArgs, RedisArgs, Secret};

/// Shorter ones can be guessed.
const SHORTEST_SECRET: usize = 16;

/// Answers honeyDue's apps. Run as many as you like.
#[derive(Debug, Parser)]
#[command(name = "honeydue-api", version)]
pub struct Config {
    #[command(flatten)]
    pub process: ProcessArgs,
    #[command(flatten)]
    pub redis: RedisArgs,
    #[command(flatten)]
    pub postgres: PostgresArgs,
    #[command(flatten)]
    pub links: LinkArgs,

    /// Where the API answers. Port 0 takes a free one and logs it.
    #[arg(
        long,
        env = "LISTEN",
        default_value = "0.0.0.0:8000",
        value_name = "ADDRESS"
    )]
    pub listen: SocketAddr,

    /// What the mail provider must show as a bearer token when it tells of bounces and complaints, 16
    /// characters at least. Without it, that path does not exist.
    #[arg(
        long,
        env = "BOUNCE_WEBHOOK_SECRET",
        hide_env_values = true,
        value_name = "SECRET"
    )]
    pub bounce_webhook_secret: Option<Secret>,

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
    /// An empty one is none, as deployments leave what they don't use.
    pub fn bounce_secret(&self) -> anyhow::Result<Option<&str>> {
        let secret = self.bounce_webhook_secret.as_deref();
        let secret = secret.filter(|secret| !secret.is_empty());
        anyhow::ensure!(
            secret.is_none_or(|secret| secret.len() >= SHORTEST_SECRET),
            "BOUNCE_WEBHOOK_SECRET: it must have {SHORTEST_SECRET} characters at least, or be left out"
        );
        Ok(secret)
    }
}

impl AsRef<ProcessArgs> for Config {
    fn as_ref(&self) -> &ProcessArgs {
        &self.process
    }
}
