//! What comes by people's own hour: said in their language, or not at all.

use jiff::{SignedDuration, Timestamp};
use kinds::Sweep;
use store::{
    DeliveryState::{Sent, Skipped},
    Locale, TaskChange, UserId,
};

use crate::house::{House, now};

impl House {
    /// Somebody who is due for this kind, and for nothing else that comes by the hour.
    async fn due(&self, kind: &str, locale: Locale) -> UserId {
        let (ada, _) = self.person(locale, now()).await;
        let mut tx = self.store.begin().await.expect("Postgres answers");
        tx.set_agenda(ada, kind, just_now())
            .await
            .expect("it is set");
        tx.commit().await.expect("it is committed");
        ada
    }

    /// How it ended for the one occasion of this kind.
    async fn swept(&self, ada: UserId, kind: &str) -> store::DeliveryState {
        self.does(&Sweep { at: just_now() }).await;
        let told = self.ledger(ada, kind).await;
        assert_eq!(told.len(), 1, "{told:?}");
        told[0].1
    }
}

fn just_now() -> Timestamp {
    now() - SignedDuration::from_secs(1)
}

#[tokio::test]
async fn all_that_is_overdue_comes_in_one_mail_in_the_readers_language() {
    let house = House::new().await;
    let ada = house.due("overdue-reminder", Locale::De).await;
    for (title, days) in [("Dachrinne", -3), ("Filter", -1), ("Miete", 0)] {
        house.chore(ada, title, days).await;
    }
    assert_eq!(house.swept(ada, "overdue-reminder").await, Sent);
    let mail = house.mails().remove(0);
    assert_eq!(mail.subject, "2 Aufgaben sind überfällig");
    assert!(
        mail.text.contains("Dachrinne") && mail.text.contains("fällig gestern"),
        "{}",
        mail.text
    );
    assert!(
        !mail.text.contains("Miete"),
        "today is not late: {}",
        mail.text
    );
}

#[tokio::test]
async fn what_was_done_in_time_is_not_called_overdue() {
    let house = House::new().await;
    let ada = house.due("overdue-reminder", Locale::En).await;
    house.chore(ada, "Pay the rent", 0).await;
    let late = house.chore(ada, "Clear the gutter", -3).await;
    let done = TaskChange {
        done: Some(true),
        ..TaskChange::default()
    };
    house
        .store
        .update_task(ada, late.id, done)
        .await
        .expect("Postgres answers");
    assert_eq!(house.swept(ada, "overdue-reminder").await, Skipped);
    assert!(house.mails().is_empty());
}

#[tokio::test]
async fn the_weekly_summary_has_a_week_for_its_occasion_and_silence_where_nothing_is() {
    let house = House::new().await;
    let ada = house.due("weekly-summary", Locale::En).await;
    house.chore(ada, "Clear the gutter", -30).await;
    assert_eq!(house.swept(ada, "weekly-summary").await, Sent);
    assert!(
        house.ledger(ada, "weekly-summary").await[0]
            .0
            .contains("-W")
    );
    let mail = house.mails().remove(0);
    assert_eq!(mail.subject, "Your week at home: 1 overdue");

    let house = House::new().await;
    let ada = house.due("weekly-summary", Locale::En).await;
    assert_eq!(house.swept(ada, "weekly-summary").await, Skipped);
}
