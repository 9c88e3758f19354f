//! The cluster: servers, proxy, inbox, and the pods of each deployment.

use std::{
    path::PathBuf,
    process::Command,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use futures_util::future::join_all;

use super::{
    pod::{Pod, ROLES, Role},
    proxy::Proxy,
    table::Use,
};
use crate::{Inbox, Postgres, Redis, SmtpOptions, find, out};

/// As the manifests' readiness probe: this often, and unready after two failures.
const PROBE_EVERY: Duration = Duration::from_secs(5);

pub(super) struct Stage {
    pub(super) redis: tokio::sync::Mutex<Redis>,
    pub(super) postgres: tokio::sync::Mutex<Postgres>,
    pub(super) inbox: Inbox,
    pub(super) proxy: Proxy,
    pods: Mutex<Pods>,
    env: Vec<(&'static str, String)>,
    database: String,
    ca: PathBuf,
}

#[derive(Default)]
struct Pods {
    run: Vec<Arc<Pod>>,
    /// They have ended; what they said is still wanted.
    ran: Vec<Arc<Pod>>,
}

impl Stage {
    pub(super) async fn start() -> anyhow::Result<Self> {
        out::aside("Starting Redis, Postgres and the inbox …");
        let redis = Redis::start(&[
            "--appendonly",
            "yes",
            "--appendfsync",
            "everysec",
            "--maxmemory",
            "256mb",
            "--maxmemory-policy",
            "noeviction",
        ])
        .await?;
        let (postgres, inbox) = (
            Postgres::start().await?,
            Inbox::start(SmtpOptions::default()).await?,
        );
        let ca =
            std::env::temp_dir().join(format!("honeydue-ca-{}.pem", uuid::Uuid::new_v4().simple()));
        std::fs::write(&ca, inbox.ca_pem()).context("writing the inbox's certificate")?;
        let database = postgres.url();
        let stage = Self {
            env: env(&redis, &database, &inbox, &ca),
            redis: redis.into(),
            postgres: postgres.into(),
            inbox,
            proxy: Proxy::start().await?,
            pods: Mutex::default(),
            database,
            ca,
        };
        stage.honeydue(&["migrate"])?;
        out::aside("Starting three APIs, two workers and two schedulers …");
        for role in ROLES {
            let starts = (0..role.replicas()).map(|_| stage.add(role));
            join_all(starts)
                .await
                .into_iter()
                .collect::<anyhow::Result<()>>()?;
        }
        Ok(stage)
    }

    fn pods(&self) -> MutexGuard<'_, Pods> {
        self.pods.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those of a role that run now.
    pub(super) fn of(&self, role: Role) -> Vec<Arc<Pod>> {
        self.pods()
            .run
            .iter()
            .filter(|pod| pod.role == role)
            .cloned()
            .collect()
    }

    /// One more, once it is ready.
    pub(super) async fn add(&self, role: Role) -> anyhow::Result<()> {
        let pod = Pod::start(role, &self.env).await?;
        pod.join(self).await;
        self.pods().run.push(pod);
        Ok(())
    }

    /// One of a release that can't reach its database.
    pub(super) async fn add_bad(&self, role: Role) -> anyhow::Result<Arc<Pod>> {
        let mut env = self.env.clone();
        env.push((
            "DATABASE_URL",
            "postgres://nobody@127.0.0.1:9/nowhere".to_owned(),
        ));
        Pod::start(role, &env).await
    }

    /// One less, as Kubernetes ends it.
    pub(super) async fn remove(&self, pod: &Arc<Pod>) {
        let is_it = |one: &Arc<Pod>| Arc::ptr_eq(one, pod);
        self.pods().run.retain(|one| !is_it(one));
        pod.stop(self).await;
        self.pods().ran.push(Arc::clone(pod));
    }

    /// Routes to those that are ready, for as long as it is polled.
    pub(super) async fn probe(&self) {
        let mut failures = std::collections::HashMap::new();
        loop {
            tokio::time::sleep(PROBE_EVERY).await;
            for pod in self.of(Role::Api) {
                let failed = failures.entry(pod.process.pid()).or_insert(0);
                *failed = if pod.is_ready().await { 0 } else { *failed + 1 };
                // It may have been told to go while it was asked.
                if *failed != 1 && self.of(Role::Api).iter().any(|one| Arc::ptr_eq(one, &pod)) {
                    pod.route(self, *failed == 0);
                }
            }
        }
    }

    /// All that the processes of a role have said.
    pub(super) fn said(&self, role: Role) -> String {
        let pods = self.pods();
        let all = pods
            .run
            .iter()
            .chain(&pods.ran)
            .filter(|pod| pod.role == role);
        all.map(|pod| pod.process.logs()).collect()
    }

    pub(super) fn honeydue(&self, args: &[&str]) -> anyhow::Result<String> {
        let env = self.env.iter().map(|(name, value)| (name, value));
        let ran = Command::new(find::ours("honeydue")?)
            .args(args)
            .envs(env)
            .output();
        let ran = ran.context("running honeydue")?;
        let said = String::from_utf8_lossy(&ran.stderr);
        ensure!(ran.status.success(), "honeydue {}: {said}", args.join(" "));
        Ok(String::from_utf8_lossy(&ran.stdout).into_owned())
    }

    pub(super) fn ask(&self, sql: &str) -> anyhow::Result<Vec<Vec<String>>> {
        Postgres::ask_at(&self.database, sql)
    }

    /// By Postgres's clock, as it writes it.
    pub(super) fn now(&self) -> anyhow::Result<String> {
        let answer = self.ask("SELECT clock_timestamp()")?;
        Ok(answer.concat().concat())
    }

    /// What each process that runs has used.
    pub(super) fn uses(&self) -> Vec<Use> {
        let pods = self.pods();
        pods.run
            .iter()
            .filter_map(|pod| Use::of(pod.role.program(), pod.process.pid()))
            .collect()
    }

    /// The last lines of each process, for when it went wrong.
    pub(super) fn logs(&self) -> String {
        let last = |text: String| {
            let lines: Vec<_> = text.lines().collect();
            lines[lines.len().saturating_sub(8)..].join("\n")
        };
        let pods = self.pods();
        let told = pods
            .run
            .iter()
            .map(|pod| format!("--- {}\n{}", pod.role.program(), last(pod.process.logs())));
        told.collect::<Vec<_>>().join("\n")
    }
}

fn env(
    redis: &Redis,
    database: &str,
    inbox: &Inbox,
    ca: &std::path::Path,
) -> Vec<(&'static str, String)> {
    vec![
        ("REDIS_URL", redis.url()),
        ("DATABASE_URL", database.to_owned()),
        ("METRICS_LISTEN", "127.0.0.1:0".to_owned()),
        ("LISTEN", "127.0.0.1:0".to_owned()),
        ("SMTP_URL", inbox.smtp_url()),
        ("SMTP_CA_PATH", ca.display().to_string()),
        (
            "MAIL_FROM",
            "honeyDue <hello@honeydue.example.com>".to_owned(),
        ),
        ("PUBLIC_URL", "https://honeydue.example.com".to_owned()),
        (
            "SECRET_KEY",
            "of-this-loopback-only-and-32-long-at-least".to_owned(),
        ),
        ("LOG_FORMAT", "json".to_owned()),
        // As in the API's manifest; the others hash no passwords.
        ("MALLOC_MMAP_THRESHOLD_", "1048576".to_owned()),
    ]
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.ca);
    }
}
