//! The frame of a process: settings, logs, health and metrics around the one function it is.

use std::{process::ExitCode, time::Duration};

use anyhow::Context as _;
use clap::{Args, Parser};
use tokio::runtime::Runtime;
use tracing::{error, info};

use crate::{
    Health, LogArgs, MetricsArgs, Stop, TraceArgs, logs, metrics, refusal, serve, traces::Traces,
};

/// What a blocking call gets once everything else has ended; then it is left behind.
const LEFT_BEHIND: Duration = Duration::from_secs(1);

/// The settings that every process has. Flatten them into the process's own clap struct.
#[derive(Debug, Clone, Args)]
pub struct ProcessArgs {
    #[command(flatten)]
    pub log: LogArgs,
    #[command(flatten)]
    pub metrics: MetricsArgs,
    #[command(flatten)]
    pub traces: TraceArgs,
}

/// What a process is given to live with: who tells it to stop, and whom it tells how it is.
#[derive(Clone)]
pub struct Process {
    pub stop: Stop,
    pub health: Health,
}

/// Runs a process from its settings to its exit code.
///
/// 0 when `run` ends well, 1 when it fails (logged), 2 when the settings can't be used. `/livez`,
/// `/readyz` and `/metrics` answer until `run` has returned; readiness ends at the first signal.
pub fn main<A, Run>(name: &'static str, run: Run) -> ExitCode
where
    A: Parser + AsRef<ProcessArgs>,
    Run: AsyncFnOnce(A, Process) -> anyhow::Result<()>,
{
    let args = match refusal::parse::<A>() {
        Ok(args) => args,
        Err(code) => return code,
    };
    let common = args.as_ref().clone();
    if let Err(wrong) = logs::start(name, &common.log) {
        return refusal::refuse(name, &format!("{wrong:#}"));
    }
    let traces = match Traces::start(name, &common.traces) {
        Ok(traces) => traces,
        Err(wrong) => return refusal::refuse(name, &format!("{wrong:#}")),
    };
    let end = in_a_runtime(async {
        framed(name, &common, async |process| run(args, process).await).await
    });
    traces.close();
    ended(end)
}

fn in_a_runtime(process: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = Runtime::new().context("can't start the runtime")?;
    let end = runtime.block_on(process);
    runtime.shutdown_timeout(LEFT_BEHIND);
    end
}

async fn framed(
    name: &'static str,
    args: &ProcessArgs,
    run: impl AsyncFnOnce(Process) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    metrics::install(name, env!("CARGO_PKG_VERSION"))?;
    let process = Process {
        stop: Stop::on_signals()?,
        health: Health::new(),
    };
    let served = serve(args.metrics.metrics_listen, process.health.clone()).await?;
    tokio::spawn(drain_when_told(process.clone()));
    let end = run(process).await;
    served.close().await;
    end
}

async fn drain_when_told(process: Process) {
    process.stop.soft().cancelled().await;
    process.health.drain();
}

fn ended(end: anyhow::Result<()>) -> ExitCode {
    match end {
        Ok(()) => {
            info!("Stopped");
            ExitCode::SUCCESS
        }
        Err(error) => {
            error!(error = format!("{error:#}"), "Failed");
            ExitCode::FAILURE
        }
    }
}
