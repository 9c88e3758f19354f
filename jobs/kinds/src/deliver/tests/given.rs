//! A person, a ledger, and a mail server that answers what it is told to.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp, civil::Date};
use platform::{Allowance, Failure, Outcome, Pace, Queue};
use standins::Database;
use store::{Delivery, DeliveryId, NewDelivery, NewTask, NewUser, Store, User, UserId};

use crate::{
    Context, Notice, Reason, Say,
    deliver::deliver_at,
    mail::Rendered,
    ports::{Commit, Email, Mailer, Sent},
};

/// Something that people may do without.
pub(super) struct Chatter;
/// Something that people have to know.
pub(super) struct Must;

/// An occasion about which there is nothing to say any more.
pub(super) const MOOT: &str = "moot";

impl Notice for Chatter {
    const NAME: &'static str = "task-reminder";
    const WINDOW: Duration = Duration::from_hours(6);

    async fn say(_: &Context, row: &Delivery, _: &User, _: Timestamp) -> Result<Say, Failure> {
        Ok(match row.occasion.as_str() {
            MOOT => Say::Nothing(Reason::NothingDue),
            _ => Say::Message(message()),
        })
    }
}

impl Notice for Must {
    const NAME: &'static str = "welcome";
    const REQUIRED: bool = true;
    const WINDOW: Duration = Duration::from_hours(48);

    async fn say(_: &Context, _: &Delivery, _: &User, _: Timestamp) -> Result<Say, Failure> {
        Ok(Say::Message(message()))
    }
}

fn message() -> Rendered {
    Rendered {
        subject: "Hello".to_owned(),
        text: "Hello".to_owned(),
        html: "Hello".to_owned(),
        unsubscribe: None,
    }
}

/// Takes every mail, but for what it was told to answer first.
#[derive(Default)]
pub(super) struct Scripted {
    answers: Mutex<VecDeque<Sent>>,
    dialled: Mutex<usize>,
    /// Of what the ledger let go.
    subjects: Mutex<Vec<String>>,
}

#[async_trait]
impl Mailer for Scripted {
    async fn send(&self, email: &Email, commit: &dyn Commit) -> Sent {
        *held(&self.dialled) += 1;
        let answer = held(&self.answers).pop_front();
        match answer {
            Some(Sent::Yes { .. }) | None => match commit.commit().await {
                Ok(true) => {
                    held(&self.subjects).push(email.subject.clone());
                    Sent::Yes {
                        answer: "250 taken".to_owned(),
                    }
                }
                Ok(false) => Sent::NotMine,
                Err(error) => Sent::Failed(error),
            },
            Some(Sent::Unknown(why)) => match commit.commit().await {
                Ok(true) => Sent::Unknown(why),
                Ok(false) => Sent::NotMine,
                Err(error) => Sent::Failed(error),
            },
            Some(before) => before,
        }
    }
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) struct Given {
    pub(super) ctx: Context,
    pub(super) user: UserId,
    mailer: Arc<Scripted>,
    /// One of the shared server's, which goes with it.
    database: Option<Database>,
}

/// In the afternoon of a Viennese winter's day.
pub(super) const NOON: &str = "2126-01-15T11:00:00Z";

pub(super) fn at(instant: &str) -> Timestamp {
    instant.parse().expect("an instant")
}

impl Given {
    pub(super) async fn new() -> Self {
        Self::limited(None).await
    }

    pub(super) async fn limited(mail_limit: Option<Allowance>) -> Self {
        let database = standins::database().await;
        let given = Self::over(&database.url(), mail_limit).await;
        Self {
            database: Some(database),
            ..given
        }
    }

    /// Over an empty database of whoever asks.
    pub(super) async fn over(url: &str, mail_limit: Option<Allowance>) -> Self {
        store::migrate(url).await.expect("a schema");
        let store = Store::connect(url).expect("a store");
        let redis = standins::redis().await.url();
        let mailer = Arc::new(Scripted::default());
        let user = person(&store).await;
        let ctx = Context {
            store,
            queue: Queue::connect(&redis, &standins::prefix()).expect("a queue"),
            mailer: mailer.clone(),
            push: None,
            mail_limit,
            pace: Pace::STANDARD,
            links: crate::Links::new("a key of this test", "https://honeydue.example.com"),
            mail_domain: "example.com".to_owned(),
        };
        Self {
            ctx,
            user,
            mailer,
            database: None,
        }
    }

    pub(super) fn answers(&self, answer: Sent) {
        held(&self.mailer.answers).push_back(answer);
    }

    pub(super) fn dialled(&self) -> usize {
        *held(&self.mailer.dialled)
    }

    /// Of the last mail that was taken.
    pub(super) fn subject(&self) -> String {
        held(&self.mailer.subjects)
            .last()
            .expect("a mail")
            .to_owned()
    }

    /// So many chores that are due on that date.
    pub(super) async fn chores(&self, many: usize, due_on: Date) {
        let homes = self.ctx.store.residences_of(self.user, 1).await;
        let new = NewTask {
            residence_id: homes.expect("Postgres answers")[0].id,
            title: format!("Due {due_on}"),
            due_on: Some(due_on),
        };
        let mut tx = self.ctx.store.begin().await.expect("a transaction");
        for _ in 0..many {
            let added = tx.add_task(self.user, new.clone()).await;
            added.expect("Postgres answers").expect("a chore");
        }
        tx.commit().await.expect("they are committed");
    }

    /// Behind the store's back.
    pub(super) fn sql(&self, sql: &str) {
        let database = self.database.as_ref().expect("a database of its own");
        database.ask(sql).expect("it is done");
    }

    /// A delivery that is wanted from `now` on.
    pub(super) async fn wanted<N: Notice>(&self, occasion: &str, now: Timestamp) -> DeliveryId {
        let after = |wait: SignedDuration| now.saturating_add(wait).expect("a time");
        let new = NewDelivery {
            user_id: self.user,
            kind: N::NAME.to_owned(),
            occasion: occasion.to_owned(),
            day: NewDelivery::day_of(now),
            not_before: None,
            not_after: after(SignedDuration::from_hours(6)),
            check_at: after(SignedDuration::from_mins(2)),
        };
        let mut tx = self.ctx.store.begin().await.expect("a transaction");
        let ids = tx.consider(&[new]).await.expect("it is considered");
        tx.commit().await.expect("it is committed");
        ids[0]
    }

    pub(super) async fn deliver<N: Notice>(&self, id: DeliveryId, now: Timestamp) -> Outcome {
        deliver_at::<N>(&self.ctx, now, id).await
    }

    /// Considers and delivers one; how it stands then.
    pub(super) async fn tell<N: Notice>(&self, occasion: &str, now: Timestamp) -> Delivery {
        let id = self.wanted::<N>(occasion, now).await;
        let _ = self.deliver::<N>(id, now).await;
        self.row(id).await
    }

    pub(super) async fn row(&self, id: DeliveryId) -> Delivery {
        let row = self.ctx.store.delivery(id).await.expect("Postgres answers");
        row.expect("it is there")
    }
}

async fn person(store: &Store) -> UserId {
    let mut tx = store.begin().await.expect("a transaction");
    let added = tx.add_user(NewUser {
        email: "Ada@Example.com".to_owned(),
        name: "Ada".to_owned(),
        password_hash: "none".to_owned(),
        timezone: Some("Europe/Vienna".to_owned()),
        reminder_hour: None,
        digest_hour: None,
        locale: store::Locale::En,
    });
    let user = added.await.expect("a person");
    tx.add_residence("Home", user).await.expect("a home");
    tx.commit().await.expect("it is committed");
    user
}

/// How long a job that is put off waits.
pub(super) fn later(outcome: Outcome) -> Duration {
    match outcome {
        Err(Failure::Later(wait, _)) => wait,
        other => panic!("it is not put off: {other:?}"),
    }
}
