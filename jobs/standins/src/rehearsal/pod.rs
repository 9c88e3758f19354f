//! One process in the place of one pod: how it comes, is found ready, and goes.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context as _;
use tokio::time::sleep;

use super::stage::Stage;
use crate::{Process, out};

/// As in the manifests: whoever routes to an API learns within this that it goes …
const ROUTES_LEARN: Duration = Duration::from_secs(1);
/// … and only after this it is told to stop.
const PAUSE: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(200);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Api,
    Worker,
    Scheduler,
}

pub(super) const ROLES: [Role; 3] = [Role::Api, Role::Worker, Role::Scheduler];

impl Role {
    pub(super) fn program(self) -> &'static str {
        match self {
            Self::Api => "honeydue-api",
            Self::Worker => "honeydue-worker",
            Self::Scheduler => "honeydue-scheduler",
        }
    }

    pub(super) fn replicas(self) -> usize {
        match self {
            Self::Api => 3,
            Self::Worker | Self::Scheduler => 2,
        }
    }
}

pub(super) struct Pod {
    pub(super) role: Role,
    pub(super) process: Process,
    /// Where an API answers.
    pub(super) address: Option<SocketAddr>,
    metrics: String,
}

impl Pod {
    /// Starts it; it is not ready yet, and nobody is sent to it.
    pub(super) async fn start(role: Role, env: &[(&str, String)]) -> anyhow::Result<Arc<Self>> {
        let process = Process::spawn(role.program(), env)?;
        let metrics = process.metrics_addr().await;
        let address = match role {
            Role::Api => Some(answering(&process).await?),
            Role::Worker | Role::Scheduler => None,
        };
        Ok(Arc::new(Self {
            role,
            process,
            address,
            metrics,
        }))
    }

    pub(super) async fn is_ready(&self) -> bool {
        let metrics = self.metrics.clone();
        let asked = tokio::task::spawn_blocking(move || crate::http::get(&metrics, "/readyz"));
        matches!(asked.await, Ok(Ok((200, _))))
    }

    /// Waits until it is ready, and lets people come.
    pub(super) async fn join(&self, stage: &Stage) {
        while !self.is_ready().await {
            sleep(LOOK_EVERY).await;
        }
        self.route(stage, true);
    }

    pub(super) fn route(&self, stage: &Stage, on: bool) {
        if let Some(address) = self.address {
            stage.proxy.route(address, on);
        }
    }

    /// As Kubernetes ends a pod: those who route to it are told, and it too, a pause later.
    pub(super) async fn stop(&self, stage: &Stage) {
        if self.address.is_some() {
            sleep(ROUTES_LEARN).await;
            self.route(stage, false);
            sleep(PAUSE.saturating_sub(ROUTES_LEARN)).await;
        }
        self.process.term();
        let status = self.process.wait().await;
        if !status.success() {
            out::aside(&format!("{} ended with {status}", self.role.program()));
        }
    }
}

async fn answering(process: &Process) -> anyhow::Result<SocketAddr> {
    let line = process.wait_for_log("\"Answering\"").await;
    let address = line.split("\"addr\":\"").nth(1);
    let address = address.and_then(|rest| rest.split('"').next());
    address
        .and_then(|address| address.parse().ok())
        .with_context(|| format!("no address in {line}"))
}
