//! Mails that carry a link: it works, it stands in the mail alone, and it is made anew for each copy.

use kinds::requests;
use platform::{NewJob, Pace};
use standins::until;
use store::{
    DeliveryId,
    DeliveryState::{Sent, Skipped},
    Locale, Purpose, UserId,
};

use crate::house::{HOME, House, links, now};

impl House {
    async fn asks(&self, user: UserId, purpose: Purpose) -> Vec<DeliveryId> {
        let mut tx = self.store.begin().await.expect("Postgres answers");
        let asked = requests::ask(&mut tx, user, purpose, now(), &Pace::STANDARD).await;
        tx.commit().await.expect("it is committed");
        asked.expect("Postgres answers")
    }
}

/// What stands after `token=` in the one link to that page.
fn token(text: &str, page: &str) -> String {
    let (_, rest) = text
        .split_once(&format!("{HOME}/{page}?token="))
        .expect("a link");
    rest.split_whitespace().next().expect("a token").to_owned()
}

#[tokio::test]
async fn the_welcome_carries_the_link_that_proves_the_address() {
    let house = House::new().await;
    let (ada, welcome) = house.person(Locale::En, now()).await;
    house.delivers(&[welcome]).await;
    let mail = house.mails().remove(0);
    let id = links().requested(Purpose::VerifyEmail, &token(&mail.text, "verify-email"));
    let verified = house.store.verify_email(id.expect("a token of ours")).await;
    assert_eq!(verified.expect("Postgres answers"), Some(ada));
    assert_eq!(mail.unsubscribe, None, "it is required");
}

#[tokio::test]
async fn who_forgot_gets_a_link_that_is_kept_nowhere() {
    let house = House::new().await;
    let (ada, _) = house.person(Locale::De, now()).await;
    let asked = house.asks(ada, Purpose::PasswordReset).await;
    house.delivers(&asked).await;
    let mail = house.mails().remove(0);
    assert_eq!(
        (mail.subject.as_str(), mail.unsubscribe),
        ("Wähle ein neues Passwort", None)
    );
    let token = token(&mail.text, "reset-password");
    let row = house
        .store
        .delivery(asked[0])
        .await
        .expect("Postgres answers")
        .expect("a row");
    assert!(!format!("{row:?}").contains(&token));
    let id = links().requested(Purpose::PasswordReset, &token);
    assert_eq!(id.map(|id| id.to_string()), Some(row.occasion));
}

#[tokio::test]
async fn a_link_that_was_used_meanwhile_is_not_sent() {
    let house = House::new().await;
    let (ada, _) = house.person(Locale::En, now()).await;
    let mut tx = house.store.begin().await.expect("Postgres answers");
    let asked = requests::ask(&mut tx, ada, Purpose::PasswordReset, now(), &Pace::STANDARD).await;
    tx.close_requests(ada, Purpose::PasswordReset)
        .await
        .expect("Postgres answers");
    tx.commit().await.expect("it is committed");
    house.delivers(&asked.expect("Postgres answers")).await;
    assert_eq!(house.ledger(ada, "password-reset").await[0].1, Skipped);

    let asked = house.asks(ada, Purpose::VerifyEmail).await;
    house.delivers(&asked).await;
    assert_eq!(house.ledger(ada, "verify-email").await[0].1, Sent);
}

#[tokio::test]
async fn who_forgot_waits_behind_no_digest() {
    let house = House::new().await;
    let (ada, _) = house.person(Locale::En, now()).await;
    let slow = || NewJob::raw("probe", "mail", br#"{"sleep_ms":60000}"#.to_vec());
    let jobs = (0..100).map(|_| slow()).collect();
    house.queue.enqueue_many(jobs).await.expect("they fit");
    let counts = async || house.queue.counts("mail").await.expect("Redis answers");
    until("every slot for mail is taken", async || {
        counts().await.running >= 4
    })
    .await;
    let asked = house.asks(ada, Purpose::PasswordReset).await;
    house.delivers(&asked).await;
    assert_eq!(house.mails().len(), 1);
    assert!(counts().await.ready > 0, "digests still wait");
}
