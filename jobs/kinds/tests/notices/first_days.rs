//! The drip: one step at a time, until a chore is done or somebody has had enough.

use jiff::SignedDuration;
use kinds::{Drip, links::Unsubscribe, unsubscribe};
use store::{
    Channel,
    DeliveryState::{Sent, Skipped},
    Locale, TaskChange, UserId,
};

use crate::house::{House, now};

const KIND: &str = "onboarding";

impl House {
    /// Somebody whose steps of the first and the third day have come while nothing ran.
    async fn missed(&self) -> UserId {
        let four_days_ago = now() - SignedDuration::from_hours(96);
        self.person(Locale::En, four_days_ago).await.0
    }

    async fn drips(&self) {
        self.does(&Drip { at: now() }).await;
    }
}

#[tokio::test]
async fn after_days_of_outage_the_newest_step_is_sent_once_and_the_older_says_why_not() {
    let house = House::new().await;
    let ada = house.missed().await;
    for _ in 0..2 {
        house.drips().await;
    }
    let told = [("first-chore", Skipped), ("small-start", Sent)];
    let told = told.map(|(step, state)| (step.to_owned(), state));
    assert_eq!(house.ledger(ada, KIND).await, told);
    let mails = house.mails();
    assert_eq!(
        (mails.len(), mails[0].subject.as_str()),
        (1, "Start with something small")
    );
    assert!(mails[0].unsubscribe.is_some());

    let drip = house
        .store
        .drip_of(ada, KIND)
        .await
        .expect("Postgres answers");
    let drip = drip.expect("it goes on with the seventh day");
    assert_eq!(drip.reached, 3);
    assert!(drip.next_at > now());
}

#[tokio::test]
async fn who_has_done_a_chore_is_urged_no_more() {
    let house = House::new().await;
    let ada = house.missed().await;
    let chore = house.chore(ada, "Water the plants", 0).await;
    let done = TaskChange {
        done: Some(true),
        ..TaskChange::default()
    };
    house
        .store
        .update_task(ada, chore.id, done)
        .await
        .expect("Postgres answers");
    house.drips().await;
    assert_eq!(house.ledger(ada, KIND).await, []);
    assert_eq!(
        house
            .store
            .drip_of(ada, KIND)
            .await
            .expect("Postgres answers"),
        None
    );
}

#[tokio::test]
async fn who_has_unsubscribed_hears_no_more_however_they_did_it() {
    let house = House::new().await;
    let ada = house.missed().await;
    let from = Unsubscribe {
        user: ada,
        kind: KIND.to_owned(),
        channel: Channel::Mail,
    };
    unsubscribe::unsubscribe(&house.store, &from)
        .await
        .expect("Postgres answers");
    house.drips().await;
    assert_eq!(house.ledger(ada, KIND).await, []);

    let house = House::new().await;
    let ada = house.missed().await;
    let mut tx = house.store.begin().await.expect("Postgres answers");
    tx.set_preference(ada, KIND, Channel::Mail, false)
        .await
        .expect("it is set");
    tx.commit().await.expect("it is committed");
    house.drips().await;
    assert_eq!(house.ledger(ada, KIND).await, []);
    assert_eq!(
        house
            .store
            .drip_of(ada, KIND)
            .await
            .expect("Postgres answers"),
        None
    );
    assert!(house.mails().is_empty());
}
