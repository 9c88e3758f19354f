//! Somebody to write to, a worker that does it, and a post office that keeps every mail.

use std::sync::{Arc, Mutex, PoisonError};

use apalis::prelude::{BoxDynError, Data, WorkerBuilder};
use async_trait::async_trait;
use jiff::Timestamp;
use kinds::{
    Context, Links, Runner, notify,
    ports::{Commit, Email, Mailer, Sent},
    sign_up::{self, Wishes},
};
use platform::{Backend, Claimed, Clock, Ended, Pace, Queue, Run, SWEEP};
use standins::{Database, until};
use store::{
    Delivery, DeliveryId, DeliveryState, Locale, NewTask, NewUser, QuietHours, Store, UserId,
};
use tokio_util::task::AbortOnDropHandle;

pub(crate) const HOME: &str = "https://honeydue.example.com";
pub(crate) const BERLIN: &str = "Europe/Berlin";

pub(crate) struct House {
    pub(crate) store: Store,
    pub(crate) queue: Queue,
    office: Office,
    _workers: Vec<AbortOnDropHandle<()>>,
    _database: Database,
}

/// Takes every mail that the ledger lets go.
#[derive(Clone, Default)]
struct Office(Arc<Mutex<Vec<Email>>>);

#[async_trait]
impl Mailer for Office {
    async fn send(&self, email: &Email, commit: &dyn Commit) -> Sent {
        match commit.commit().await {
            Ok(true) => {}
            Ok(false) => return Sent::NotMine,
            Err(error) => return Sent::Failed(error),
        }
        let kept = Email {
            to: email.to.clone(),
            to_name: email.to_name.clone(),
            subject: email.subject.clone(),
            text: email.text.clone(),
            html: email.html.clone(),
            unsubscribe: email.unsubscribe.clone(),
            message_id: email.message_id.clone(),
            at: email.at,
        };
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(kept);
        let answer = "taken".to_owned();
        Sent::Yes { answer }
    }
}

pub(crate) fn links() -> Links {
    Links::new("a key of this test alone", HOME)
}

pub(crate) fn now() -> Timestamp {
    Clock::system().now()
}

async fn run(job: Claimed, runner: Data<Runner>) -> Result<Ended, BoxDynError> {
    Ok(runner.run(&job).await)
}

impl House {
    pub(crate) async fn new() -> Self {
        let database = standins::database().await;
        store::migrate(&database.url()).await.expect("a schema");
        let store = Store::connect(&database.url()).expect("a store");
        let redis = standins::redis().await.url();
        let queue = Queue::connect(&redis, &standins::prefix()).expect("a queue");
        let office = Office::default();
        let runner = Runner::new(Context {
            store: store.clone(),
            queue: queue.clone(),
            mailer: Arc::new(office.clone()),
            push: None,
            mail_limit: None,
            pace: Pace::STANDARD,
            links: links(),
            mail_domain: "honeydue.example.com".to_owned(),
        });
        let workers = [SWEEP, "mail", "urgent"].map(|name| work(&queue, name, runner.clone()));
        Self {
            store,
            queue,
            office,
            _workers: workers.into(),
            _database: database,
        }
    }

    /// Signed up at that time, with a welcome that nobody has enqueued yet.
    pub(crate) async fn person(&self, locale: Locale, at: Timestamp) -> (UserId, DeliveryId) {
        let mut tx = self.store.begin().await.expect("Postgres answers");
        let new = NewUser {
            email: "ada@example.com".to_owned(),
            name: "Ada".to_owned(),
            password_hash: "none".to_owned(),
            timezone: Some(BERLIN.to_owned()),
            reminder_hour: None,
            digest_hour: None,
            locale,
        };
        let user = tx.add_user(new).await.expect("the address is new");
        tx.add_residence("Home", user).await.expect("a home");
        // Else what these tests wait for would come in the morning whenever they run at night.
        let never = tx.set_quiet_hours(user, QuietHours::Never).await;
        never.expect("no quiet hours");
        let wishes = Wishes {
            timezone: Some(BERLIN.to_owned()),
            ..Wishes::default()
        };
        let begun = sign_up::begin(&mut tx, user, &wishes, at, &Pace::STANDARD).await;
        tx.commit().await.expect("it is committed");
        (user, begun.expect("a welcome")[0])
    }

    /// A chore of theirs, due so many days from their today.
    pub(crate) async fn chore(&self, user: UserId, title: &str, days: i64) -> store::Task {
        let homes = self.store.residences_of(user, 1).await;
        let today = kinds::hours::local_date(Some(BERLIN), now());
        let new = NewTask {
            residence_id: homes.expect("Postgres answers")[0].id,
            title: title.to_owned(),
            due_on: Some(today.saturating_add(jiff::Span::new().days(days))),
        };
        let task = self.store.add_task(user, new).await;
        task.expect("Postgres answers").expect("a task")
    }

    /// Enqueues a job, and waits until it is done.
    pub(crate) async fn does<J: Run<Context>>(&self, job: &J) {
        let id = self.queue.enqueue(job).await.expect("it is accepted").id;
        until("the job is done", async || {
            let shown = self.queue.show(J::QUEUE, id).await;
            shown.expect("Redis answers").is_none()
        })
        .await;
    }

    /// Carries these, and waits until each is decided.
    pub(crate) async fn delivers(&self, ids: &[DeliveryId]) {
        let enqueued = notify::enqueue(&self.store, &self.queue, ids).await;
        enqueued.expect("they are enqueued");
        until("they are decided", async || {
            let rows = self.store.deliveries(ids).await.expect("Postgres answers");
            rows.iter().all(|row| row.decided_at.is_some())
        })
        .await;
    }

    /// What the ledger says of a kind, once nothing of it is open: occasion, state and reason.
    pub(crate) async fn ledger(&self, user: UserId, kind: &str) -> Vec<(String, DeliveryState)> {
        let rows = async || {
            let rows = self.store.deliveries_of(user, 100).await;
            let rows = rows.expect("Postgres answers").into_iter();
            rows.filter(|row| row.kind == kind)
                .collect::<Vec<Delivery>>()
        };
        until("all is decided", async || {
            rows().await.iter().all(|row| row.decided_at.is_some())
        })
        .await;
        let mut told: Vec<_> = rows()
            .await
            .into_iter()
            .map(|row| (row.occasion, row.state))
            .collect();
        told.sort_by(|a, b| a.0.cmp(&b.0));
        told
    }

    /// Taken out of the office.
    pub(crate) fn mails(&self) -> Vec<Email> {
        let mut kept = self.office.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *kept)
    }
}

fn work(queue: &Queue, name: &'static str, runner: Runner) -> AbortOnDropHandle<()> {
    let worker = WorkerBuilder::new(name)
        .backend(Backend::new(queue.clone(), name, 4))
        .data(runner)
        .build(run);
    let running = async move { worker.run().await.expect("nothing ends a worker") };
    AbortOnDropHandle::new(tokio::spawn(running))
}
