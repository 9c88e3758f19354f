//! How the scheduler is configured: each setting is an environment variable and a flag.

use clap::Parser;
use platform::Pace;
use process::{PostgresArgs, ProcessArgs, RedisArgs, Secret};

/// Asks on time: fires honeyDue's timetable, and keeps Redis carrying what Postgres wants.
///
/// Run several; one leads, and another takes over within seconds.
#[derive(Debug, Parser)]
#[command(name = "honeydue-scheduler", version)]
pub struct Config {
    #[command(flatten)]
    pub process: ProcessArgs,
    #[command(flatten)]
    pub redis: RedisArgs,
    #[command(flatten)]
    pub postgres: PostgresArgs,

    /// Where to migrate the schema at the start: Postgres itself, not a pooler. Without it, the
    /// scheduler waits until somebody has migrated.
    #[arg(
        long,
        env = "MIGRATE_DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub migrate_database_url: Option<Secret>,

    /// What this replica is called in `honeydue leader status`; the boot's id is appended.
    #[arg(
        long,
        env = "HOSTNAME",
        default_value = "scheduler",
        value_name = "NAME"
    )]
    pub name: String,

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
