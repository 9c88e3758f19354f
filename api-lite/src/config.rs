//! How the API is configured: each setting is an environment variable and a flag.

use std::net::SocketAddr;

use clap::Parser;
use platform::Pace;
use process::{LinkArgs, PostgresArgs, ProcessArgs, RedisArgs};

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

impl AsRef<ProcessArgs> for Config {
    fn as_ref(&self) -> &ProcessArgs {
        &self.process
    }
}
