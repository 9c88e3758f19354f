//! The load: people who sign up and note chores, and sweeps that remind them of those.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use jiff::{SignedDuration, tz::TimeZone};
use serde_json::{Value, json};
use tokio::{
    task::{AbortHandle, JoinSet, spawn_blocking},
    time::interval,
};
use tokio_util::sync::CancellationToken;

use super::stage::Stage;
use crate::{clock::now, http};

const SIGN_UP_EVERY: Duration = Duration::from_millis(200);
const ASK_EVERY: Duration = Duration::from_secs(4);
/// After the people's chosen hours, whenever they signed up.
const AHEAD: SignedDuration = SignedDuration::from_hours(4);
const CHORES: usize = 2;

/// What the load has seen of the outside.
#[derive(Debug, Default)]
pub(super) struct Borne {
    /// Whose sign-up was answered well.
    pub(super) people: Vec<i64>,
    pub(super) requests: usize,
    pub(super) failed: usize,
    pub(super) slowest: Duration,
}

pub(super) struct Load {
    stage: Arc<Stage>,
    stop: CancellationToken,
    people: tokio::task::JoinHandle<Borne>,
    asking: tokio::task::JoinHandle<()>,
    probing: AbortHandle,
}

impl Load {
    pub(super) fn start(stage: &Arc<Stage>) -> Self {
        let stop = CancellationToken::new();
        let probed = Arc::clone(stage);
        Self {
            stage: Arc::clone(stage),
            people: tokio::spawn(people(stage.proxy.url(), stop.clone())),
            asking: tokio::spawn(asking(Arc::clone(stage), stop.clone())),
            probing: tokio::spawn(async move { probed.probe().await }).abort_handle(),
            stop,
        }
    }

    /// Ends it, and asks for one sweep more, for those who came last.
    pub(super) async fn stop(self) -> anyhow::Result<Borne> {
        self.stop.cancel();
        self.asking.await?;
        let borne = self.people.await?;
        self.probing.abort();
        ask(&self.stage).await?;
        Ok(borne)
    }
}

/// Operators are answered with an error while Redis or Postgres is away, and ask again: so does this.
async fn asking(stage: Arc<Stage>, stop: CancellationToken) {
    let mut every = interval(ASK_EVERY);
    while stop.run_until_cancelled(every.tick()).await.is_some() {
        let _ = ask(&stage).await;
    }
}

async fn ask(stage: &Arc<Stage>) -> anyhow::Result<()> {
    let (stage, at) = (Arc::clone(stage), (now() + AHEAD).to_string());
    let asked = move || {
        let ask = ["schedule", "run", "sweep", "--at", &at, "--yes"];
        stage.honeydue(&[&ask[..], &["--by", "rehearsal"]].concat())
    };
    spawn_blocking(asked).await??;
    Ok(())
}

/// One person after the other, without waiting for those before.
async fn people(url: String, stop: CancellationToken) -> Borne {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let mut every = interval(SIGN_UP_EVERY);
    let mut lives = JoinSet::new();
    while stop.run_until_cancelled(every.tick()).await.is_some() {
        let (url, n) = (url.clone(), COUNT.fetch_add(1, Ordering::Relaxed));
        lives.spawn_blocking(move || live(&url, n));
    }
    lives
        .join_all()
        .await
        .into_iter()
        .fold(Borne::default(), Borne::and)
}

/// Signs up, and notes chores.
fn live(url: &str, n: usize) -> Borne {
    let mut borne = Borne::default();
    let hour = |hours| {
        (now() + SignedDuration::from_hours(hours))
            .to_zoned(TimeZone::UTC)
            .hour()
    };
    let person = json!({
        "email": format!("person-{n}@example.com"), "password": "correct horse battery", "name": "Somebody",
        "reminder_hour": hour(2), "digest_hour": hour(3),
    });
    let Some((id, token)) = borne
        .post(url, "/api/auth/register/", None, &person)
        .and_then(|answer| known(&answer))
    else {
        return borne;
    };
    borne.people.push(id);
    let due = (now() + SignedDuration::from_hours(2))
        .to_zoned(TimeZone::UTC)
        .date()
        .to_string();
    for _ in 0..CHORES {
        borne.post(
            url,
            "/api/tasks/",
            Some(&token),
            &json!({ "title": "Sweep the stage", "due_on": due }),
        );
    }
    borne
}

fn known(answer: &Value) -> Option<(i64, String)> {
    Some((
        answer["user"]["id"].as_i64()?,
        answer["token"].as_str()?.to_owned(),
    ))
}

impl Borne {
    fn post(&mut self, url: &str, path: &str, token: Option<&str>, body: &Value) -> Option<Value> {
        let begun = Instant::now();
        let answer = http::send(url, "POST", path, token, body).context("a request");
        self.requests += 1;
        self.failed += usize::from(answer.is_err());
        self.slowest = self.slowest.max(begun.elapsed());
        answer.ok()
    }

    fn and(mut self, other: Self) -> Self {
        self.people.extend(other.people);
        self.requests += other.requests;
        self.failed += other.failed;
        self.slowest = self.slowest.max(other.slowest);
        self
    }
}
