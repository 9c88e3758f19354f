//! What is done to the topology, and what each of it may cost.

use std::{sync::Arc, time::Duration};

use futures_util::{
    FutureExt as _,
    future::{BoxFuture, join_all},
};
use tokio::time::sleep;

use super::{
    cost::Cost,
    pod::{Pod, ROLES, Role},
    stage::Stage,
};

/// How long what was lost stays away: longer than a pod on another node takes to start.
const AWAY: Duration = Duration::from_secs(8);
/// Kubernetes gives a roll-out five minutes to get on; that it does not is plain much sooner.
const WATCHED: Duration = Duration::from_secs(30);
const STEADY: Duration = Duration::from_secs(30);

pub(super) struct Play {
    pub(super) name: &'static str,
    pub(super) act: Act,
    /// Whether requests may fail meanwhile: only where Postgres is away, for nothing can be kept then.
    fails: bool,
}

pub(super) struct Act(fn(&Arc<Stage>) -> BoxFuture<'_, anyhow::Result<()>>);

impl Act {
    pub(super) async fn on(&self, stage: &Arc<Stage>) -> anyhow::Result<()> {
        (self.0)(stage).await
    }
}

macro_rules! play {
    ($name:literal, $act:ident) => {
        play!($name, $act, false)
    };
    ($name:literal, $act:ident, $fails:literal) => {
        Play {
            name: $name,
            act: Act(|stage| $act(stage).boxed()),
            fails: $fails,
        }
    };
}

pub(super) const PLAYS: [Play; 8] = [
    play!("steady load", steady),
    play!("rolling update with a migration", rolling_update),
    play!("worker scaled 2, 4, 2", scale),
    play!("node drained", drain),
    play!("Redis rescheduled with its disk", redis_rescheduled),
    play!("Redis disk lost", redis_disk_lost),
    play!("Postgres fails over", postgres_failover, true),
    play!("bad release, rolled back", bad_release),
];

impl Play {
    /// What it cost beyond what is documented.
    pub(super) fn broken_by(&self, cost: &Cost) -> Vec<String> {
        let zeros = [
            ("jobs were lost", cost.jobs_lost),
            ("ticks were missed", cost.ticks_missed),
            ("ticks were fired twice", cost.ticks_doubled),
            ("mails are missing", cost.mails_missing),
            (
                "mails came twice and the ledger does not say so",
                cost.mails_doubled - cost.mails_doubled_told,
            ),
            (
                "requests failed",
                if self.fails { 0 } else { cost.borne.failed },
            ),
        ];
        let broken = zeros.into_iter().filter(|(_, count)| *count > 0);
        broken
            .map(|(what, count)| format!("{}: {count} {what}", self.name))
            .collect()
    }
}

async fn steady(_: &Arc<Stage>) -> anyhow::Result<()> {
    sleep(STEADY).await;
    Ok(())
}

/// The next release's migration adds a column and an index, and leaves its mark where sqlx keeps them; the
/// code that runs must not mind. Then each deployment replaces its pods, one more at a time.
async fn rolling_update(stage: &Arc<Stage>) -> anyhow::Result<()> {
    let name = uuid::Uuid::new_v4().simple().to_string();
    stage.ask(&format!("ALTER TABLE tasks ADD COLUMN next_{name} text"))?;
    stage.ask(&format!(
        "CREATE INDEX CONCURRENTLY next_{name} ON tasks (next_{name})"
    ))?;
    stage.ask(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         SELECT max(version) + 1, 'of the next release', true, '', 0 FROM _sqlx_migrations",
    )?;
    stage.honeydue(&["migrate"])?;
    let rolled = join_all(ROLES.map(|role| roll(stage, role))).await;
    rolled.into_iter().collect()
}

async fn roll(stage: &Arc<Stage>, role: Role) -> anyhow::Result<()> {
    let mut going = Vec::new();
    for old in stage.of(role) {
        stage.add(role).await?;
        let stage = Arc::clone(stage);
        going.push(tokio::spawn(async move { stage.remove(&old).await }));
    }
    Ok(join_all(going)
        .await
        .into_iter()
        .collect::<Result<(), _>>()?)
}

async fn scale(stage: &Arc<Stage>) -> anyhow::Result<()> {
    let old = stage.of(Role::Worker);
    for _ in 0..2 {
        stage.add(Role::Worker).await?;
    }
    sleep(AWAY).await;
    join_all(old.iter().map(|pod| stage.remove(pod))).await;
    Ok(())
}

/// On the node are an API, a worker and the scheduler that leads. They are told to go at once; what comes in
/// their place starts then, elsewhere.
async fn drain(stage: &Arc<Stage>) -> anyhow::Result<()> {
    let leads = |pod: &Arc<Pod>| {
        let logs = pod.process.logs();
        logs.rfind("\"Leading\"") > logs.rfind("\"No longer leading\"")
    };
    let evicted = ROLES.iter().filter_map(|role| {
        let pods = stage.of(*role);
        pods.iter().find(|pod| leads(pod)).or(pods.first()).cloned()
    });
    let moved = evicted.map(|old| async move {
        let ((), came) = tokio::join!(stage.remove(&old), stage.add(old.role));
        came
    });
    join_all(moved).await.into_iter().collect()
}

async fn redis_rescheduled(stage: &Arc<Stage>) -> anyhow::Result<()> {
    let mut redis = stage.redis.lock().await;
    redis.kill();
    sleep(AWAY).await;
    redis.restart().await
}

async fn redis_disk_lost(stage: &Arc<Stage>) -> anyhow::Result<()> {
    let mut redis = stage.redis.lock().await;
    redis.kill();
    redis.wipe()?;
    sleep(AWAY).await;
    redis.restart().await
}

async fn postgres_failover(stage: &Arc<Stage>) -> anyhow::Result<()> {
    let mut postgres = stage.postgres.lock().await;
    postgres.kill();
    sleep(AWAY).await;
    postgres.restart().await
}

/// One pod of each deployment is of a release that can't reach its database. It must never be found ready,
/// so nobody is sent to it and no old pod goes; to roll back is to end it.
async fn bad_release(stage: &Arc<Stage>) -> anyhow::Result<()> {
    let bad = join_all(ROLES.map(|role| stage.add_bad(role))).await;
    let bad = bad.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    let watched = tokio::time::Instant::now();
    while watched.elapsed() < WATCHED {
        for pod in &bad {
            anyhow::ensure!(
                !pod.is_ready().await,
                "a bad {} says that it is ready",
                pod.role.program()
            );
        }
        sleep(Duration::from_secs(1)).await;
    }
    join_all(bad.iter().map(|pod| pod.stop(stage))).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(play: &str, cost: &Cost) -> Vec<String> {
        let play = PLAYS.iter().find(|one| one.name.starts_with(play));
        play.expect("a play").broken_by(cost)
    }

    #[test]
    fn a_second_copy_is_forgiven_only_where_the_ledger_says_so() {
        let mut cost = Cost {
            mails_doubled: 2,
            mails_doubled_told: 2,
            ..Cost::default()
        };
        assert!(broken("node", &cost).is_empty());
        cost.mails_doubled_told = 1;
        assert_eq!(broken("node", &cost).len(), 1);
    }

    #[test]
    fn requests_may_fail_only_while_postgres_is_away() {
        let mut cost = Cost::default();
        cost.borne.failed = 1;
        assert!(broken("Postgres", &cost).is_empty());
        assert_eq!(
            broken("Redis disk", &cost),
            ["Redis disk lost: 1 requests failed"]
        );
    }
}
