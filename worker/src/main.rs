//! Does the jobs.

use std::{process::ExitCode, sync::Arc};

use honeydue_worker::{Config, adapters::smtp::Smtp, work};
use kinds::{Context, Links, Runner};
use process::Process;
use store::Store;

fn main() -> ExitCode {
    process::main("honeydue-worker", run)
}

async fn run(config: Config, process: Process) -> anyhow::Result<()> {
    let queue = kinds::connect(&config.redis.redis_url, &config.redis.redis_prefix)?;
    let store = Store::connect(&config.postgres.database_url)?;
    work::ready_when_connected(&process.health, &queue, &store);
    let mailer = mailer(&config)?;
    let push = config.push.carriers(config.pace.send_timeout)?;
    work::agree_on_partitions(&queue, &process.stop).await?;
    work::until_postgres_is_ready(&store, &process.stop).await;
    let runner = Runner::new(Context {
        store,
        queue: queue.clone(),
        mailer: Arc::new(mailer),
        push,
        mail_limit: config.mail_limit(),
        pace: config.pace,
        links: Links::new(&config.links.secret_key, &config.links.public_url),
        mail_domain: config.mail_domain(),
    });
    work::until_told_to_stop(&config, &queue, runner, &process).await
}

fn mailer(config: &Config) -> anyhow::Result<Smtp> {
    let ca = config.smtp_ca()?;
    let mut mailer = Smtp::new(&config.smtp_url, &config.mail_from, ca.as_deref())?;
    if let Some(mailbox) = config.updates_from() {
        mailer = mailer.updates_from(mailbox)?;
    }
    Ok(mailer.within(config.pace.send_timeout))
}
