//! A database of a test's own, and somebody who lives in it.

use jiff::{SignedDuration, Timestamp};
use sqlx::{Connection as _, PgConnection};
use standins::Database;
use store::{Delivery, DeliveryId, NewDelivery, NewUser, Store, UserId};

pub(crate) struct Home {
    pub(crate) store: Store,
    pub(crate) url: String,
    _database: Database,
}

impl Home {
    pub(crate) async fn new() -> Self {
        let database = standins::database().await;
        let url = database.url();
        store::migrate(&url).await.unwrap();
        Self {
            store: Store::connect(&url).unwrap(),
            url,
            _database: database,
        }
    }

    /// What a test has to do behind the store's back: it can't wait for time to pass.
    pub(crate) async fn sql(&self, sql: &'static str) {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    }

    /// Postgres's clock, the only one that counts.
    pub(crate) async fn now(&self) -> Timestamp {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        let now = sqlx::query_scalar::<_, jiff_sqlx::Timestamp>("SELECT now()");
        now.fetch_one(&mut connection).await.unwrap().into()
    }

    pub(crate) async fn person(&self, email: &str) -> UserId {
        let mut tx = self.store.begin().await.unwrap();
        let id = tx.add_user(person(email)).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// A delivery of `kind` that is due for some hours.
    pub(crate) async fn delivery(&self, user: UserId, kind: &str) -> DeliveryId {
        let new = wanted(user, kind, self.now().await);
        self.consider(&[new]).await[0]
    }

    pub(crate) async fn consider(&self, wanted: &[NewDelivery]) -> Vec<DeliveryId> {
        let mut tx = self.store.begin().await.unwrap();
        let considered = tx.consider(wanted).await.unwrap();
        tx.commit().await.unwrap();
        considered
    }

    pub(crate) async fn row(&self, id: DeliveryId) -> Delivery {
        self.store.delivery(id).await.unwrap().unwrap()
    }
}

pub(crate) fn person(email: &str) -> NewUser {
    NewUser {
        email: email.to_owned(),
        name: "Ada".to_owned(),
        password_hash: "$argon2id$".to_owned(),
        timezone: Some("Europe/Vienna".to_owned()),
        reminder_hour: None,
        digest_hour: Some(18),
    }
}

pub(crate) fn wanted(user_id: UserId, kind: &str, now: Timestamp) -> NewDelivery {
    NewDelivery {
        user_id,
        kind: kind.to_owned(),
        occasion: "2026-11-21".to_owned(),
        day: jiff::civil::date(2026, 11, 21),
        not_before: None,
        not_after: now + SignedDuration::from_hours(6),
        check_at: now + SignedDuration::from_mins(2),
    }
}
