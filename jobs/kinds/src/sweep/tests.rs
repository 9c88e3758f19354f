use std::{collections::BTreeSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::SignedDuration;
use platform::{Failure, Pace};
use standins::Database;
use store::{DeliveryId, NewUser, Store};

use super::*;
use crate::ports::{Commit, Email, Mailer, Sent};

/// People enough for three pages.
const PEOPLE: usize = 1200;
const KIND: &str = "daily-digest";

/// A sweep sends nothing.
struct Nobody;

#[async_trait]
impl Mailer for Nobody {
    async fn send(&self, _: &Email, _: &dyn Commit) -> Sent {
        panic!("a sweep sends nothing")
    }
}

struct House {
    ctx: Context,
    _database: Database,
}

impl House {
    async fn new() -> Self {
        let database = standins::database().await;
        store::migrate(&database.url()).await.expect("a schema");
        let redis = standins::redis().await;
        let ctx = Context {
            store: Store::connect(&database.url()).expect("a store"),
            queue: crate::connect(&redis.url(), &standins::prefix()).expect("a queue"),
            mailer: Arc::new(Nobody),
            push: None,
            mail_limit: None,
            pace: Pace::STANDARD,
            links: crate::Links::new("a key", "https://honeydue.example.com"),
            mail_domain: String::new(),
        };
        Self {
            ctx,
            _database: database,
        }
    }

    async fn people(&self, many: usize) -> BTreeSet<UserId> {
        let mut tx = self.ctx.store.begin().await.expect("a transaction");
        let mut people = BTreeSet::new();
        for n in 0..many {
            let user = tx.add_user(person(n)).await.expect("a person");
            tx.set_agenda(user, KIND, at()).await.expect("an agenda");
            people.insert(user);
        }
        tx.commit().await.expect("people");
        people
    }

    async fn sweep(&self) -> Outcome {
        fan_out::go(&Sweep { at: at() }, &self.ctx, at).await
    }

    /// Who has a delivery, once for each.
    async fn considered(&self) -> Vec<UserId> {
        let mut all = Vec::new();
        let mut after = DeliveryId::default();
        loop {
            let open = self.ctx.store.open_deliveries(after, 500).await;
            let open = open.expect("the ledger");
            let Some(last) = open.last() else { break };
            after = last.id;
            all.extend(open.iter().map(|row| row.user_id));
        }
        all.sort();
        all
    }

    async fn wait_in_queue(&self, many: usize, due: Option<Duration>) {
        let job = NewJob::raw("probe", "mail", b"{}".to_vec());
        let job = match due {
            Some(wait) => {
                let now = self.ctx.queue.now().await.expect("Redis's clock");
                job.at(now.saturating_add(wait).expect("an instant"))
            }
            None => job,
        };
        let jobs = self.ctx.queue.enqueue_many(vec![job; many]).await;
        assert_eq!(jobs.expect("jobs").len(), many);
    }
}

fn person(n: usize) -> NewUser {
    NewUser {
        email: format!("p{n}@example.com"),
        name: "P".to_owned(),
        password_hash: String::new(),
        timezone: None,
        reminder_hour: None,
        digest_hour: None,
        locale: store::Locale::En,
    }
}

fn at() -> Timestamp {
    "2026-11-21T03:00:00Z".parse().expect("an instant")
}

#[tokio::test]
async fn everybody_due_has_one_delivery_and_one_job_and_is_due_again_tomorrow() {
    let house = House::new().await;
    let people = house.people(PEOPLE).await;
    house.sweep().await.expect("a sweep");
    house.sweep().await.expect("another");
    assert!(house.considered().await.into_iter().eq(people.clone()));
    assert_eq!(house.ctx.queue.depth("mail").await.unwrap(), 1200);
    let next = house.ctx.store.agenda_of(*people.first().unwrap()).await;
    let next = next.unwrap()[0].next_at;
    assert!(next > at() && next.to_string().starts_with("2026-11-22T03:"));
}

/// At each of the two places where that matters: before its commit and right after it.
#[tokio::test]
async fn a_sweep_that_dies_anywhere_leaves_nobody_out_and_nobody_twice() {
    let house = House::new().await;
    let people = house.people(PEOPLE).await;
    let sweep = Sweep { at: at() };
    let mut tx = house.ctx.store.begin().await.unwrap();
    tx.due_agenda(&[KIND], at(), PAGE.into()).await.unwrap();
    drop(tx);
    let page = sweep.page(&house.ctx, at()).await.unwrap();
    let unsent = page.considered;
    assert_eq!((page.is_last, unsent.len()), (false, 500));
    standins::until("the next sweep finds what the dead one held", || async {
        house.sweep().await.is_ok() && house.considered().await.len() == PEOPLE
    })
    .await;
    assert!(house.considered().await.into_iter().eq(people));
    // Whose jobs it took along, the relay brings.
    let relayed = house.ctx.store.due_for_relay(Duration::ZERO, 2000).await;
    let relayed: BTreeSet<_> = relayed.unwrap().iter().map(|row| row.id).collect();
    assert_eq!(relayed, unsent.into_iter().collect());
}

#[tokio::test]
async fn two_sweeps_at_once_share_the_people() {
    let house = House::new().await;
    let people = house.people(PEOPLE).await;
    let (one, two) = tokio::join!(house.sweep(), house.sweep());
    one.and(two).expect("both");
    house
        .sweep()
        .await
        .expect("what one held while the other looked");
    assert!(house.considered().await.into_iter().eq(people));
}

#[tokio::test]
async fn while_many_wait_to_be_sent_a_sweep_steps_aside_and_leaves_the_rest_to_the_next() {
    let house = House::new().await;
    house.people(3).await;
    house.wait_in_queue(20_001, None).await;
    let early = house.sweep().await;
    assert!(matches!(early, Err(Failure::Later(wait, _)) if wait == Duration::from_secs(1)));
    let late = || at().saturating_add(Duration::from_secs(121)).unwrap();
    fan_out::go(&Sweep { at: at() }, &house.ctx, late)
        .await
        .expect("it leaves the rest");
    assert!(house.considered().await.is_empty());
}

#[tokio::test]
async fn the_first_days_step_aside_as_well() {
    let house = House::new().await;
    house.wait_in_queue(20_001, None).await;
    let drip = crate::Drip { at: at() };
    let early = fan_out::go(&drip, &house.ctx, at).await;
    assert!(matches!(early, Err(Failure::Later(wait, _)) if wait == Duration::from_secs(1)));
}

#[tokio::test]
async fn what_was_put_off_until_the_morning_holds_nobody_up() {
    let house = House::new().await;
    house.people(3).await;
    house
        .wait_in_queue(20_001, Some(Duration::from_hours(9)))
        .await;
    let now = house.ctx.queue.now().await.unwrap();
    fan_out::go(&Sweep { at: at() }, &house.ctx, || now)
        .await
        .expect("a sweep");
    assert_eq!(house.considered().await.len(), 3);
}

/// Everything was down for two days and an hour, until half an hour after today's.
#[tokio::test]
async fn after_days_without_a_sweep_todays_is_made_while_its_window_is_open_and_the_older_ones_are_left_out()
 {
    let house = House::new().await;
    let user = *house.people(1).await.first().unwrap();
    let occasions = async || -> Vec<_> {
        let rows = house.ctx.store.deliveries_of(user, 10).await.unwrap();
        rows.into_iter().map(|row| row.occasion).collect()
    };
    let back = at() + SignedDuration::from_hours(49);
    for _ in 0..2 {
        let swept = fan_out::go(&Sweep { at: back }, &house.ctx, || back).await;
        swept.expect("a sweep");
        let mut told = occasions().await;
        told.sort();
        // What is too late leaves its row with the reason, as the last that was owed.
        assert_eq!(told, ["2026-11-21", "2026-11-23"]);
    }
    let next = house.ctx.store.agenda_of(user).await.unwrap()[0].next_at;
    assert!(next.to_string().starts_with("2026-11-24T03:"), "{next}");
}

#[tokio::test]
async fn after_days_without_a_sweep_nothing_is_made_whose_window_is_over() {
    let house = House::new().await;
    let user = *house.people(1).await.first().unwrap();
    let back = at() + SignedDuration::from_hours(61);
    let swept = fan_out::go(&Sweep { at: back }, &house.ctx, || back).await;
    swept.expect("a sweep");
    assert_eq!(house.considered().await, [user]);
    let next = house.ctx.store.agenda_of(user).await.unwrap()[0].next_at;
    assert!(next.to_string().starts_with("2026-11-24T03:"), "{next}");
}
