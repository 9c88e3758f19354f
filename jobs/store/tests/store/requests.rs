//! Requests, and the first days: what counts how often, and for how long.

use std::time::Duration;

use store::{DripEnd, Purpose, RequestId, UserId};
use uuid::Uuid;

use crate::home::Home;

const HOUR: Duration = Duration::from_hours(1);

impl Home {
    async fn request(&self, user: UserId, purpose: Purpose, most: i64) -> Option<RequestId> {
        let mut tx = self.store.begin().await.unwrap();
        let added = tx.add_request(user, purpose, HOUR, most).await.unwrap();
        tx.commit().await.unwrap();
        added
    }

    async fn uses(&self, id: RequestId, purpose: Purpose) -> Option<UserId> {
        let mut tx = self.store.begin().await.unwrap();
        let used = tx.use_request(id, purpose).await.unwrap();
        tx.commit().await.unwrap();
        used
    }
}

#[tokio::test]
async fn a_request_counts_once_for_its_purpose_and_until_it_expires() {
    let home = Home::new().await;
    let ada = home.person("ada@example.com").await;
    let reset = home.request(ada, Purpose::PasswordReset, 9).await.unwrap();
    assert_eq!(home.uses(reset, Purpose::VerifyEmail).await, None);
    assert_eq!(home.store.verify_email(reset).await.unwrap(), None);
    assert_eq!(home.uses(reset, Purpose::PasswordReset).await, Some(ada));
    assert_eq!(home.uses(reset, Purpose::PasswordReset).await, None);
    let other = RequestId(Uuid::new_v4());
    assert_eq!(home.uses(other, Purpose::PasswordReset).await, None);

    let late = home.request(ada, Purpose::PasswordReset, 9).await.unwrap();
    let verify = home.request(ada, Purpose::VerifyEmail, 9).await.unwrap();
    home.sql("UPDATE requests SET expires_at = now() - interval '1 s'")
        .await;
    assert_eq!(home.uses(late, Purpose::PasswordReset).await, None);
    assert_eq!(home.store.open_request(late).await.unwrap(), None);
    assert_eq!(home.store.verify_email(verify).await.unwrap(), None);
}

#[tokio::test]
async fn of_many_who_ask_at_once_only_so_many_get_one() {
    let home = Home::new().await;
    let ada = home.person("ada@example.com").await;
    let asks = (0..8).map(|_| home.request(ada, Purpose::PasswordReset, 3));
    let asked = futures_util::future::join_all(asks).await;
    assert_eq!(asked.iter().flatten().count(), 3);
    let other = home.request(ada, Purpose::VerifyEmail, 3).await;
    assert!(other.is_some(), "each purpose counts by itself");
    home.sql("UPDATE requests SET created_at = now() - interval '61 min'")
        .await;
    let later = home.request(ada, Purpose::PasswordReset, 3).await;
    assert!(later.is_some(), "an hour later");
}

#[tokio::test]
async fn somebody_is_enrolled_once_and_an_end_stays() {
    let home = Home::new().await;
    let (ada, now) = (home.person("ada@example.com").await, home.now().await);
    let mut tx = home.store.begin().await.unwrap();
    tx.enrol(ada, now, now).await.unwrap();
    tx.advance_drips(&[(ada, 3, now + HOUR)]).await.unwrap();
    tx.enrol(ada, now, now).await.unwrap();
    assert_eq!(tx.due_drips("onboarding", now, 10).await.unwrap(), []);
    let due = tx.due_drips("onboarding", now + HOUR, 10).await.unwrap();
    assert_eq!((due.len(), due[0].reached), (1, 3));

    tx.end_drips(&[ada], DripEnd::Unsubscribed).await.unwrap();
    tx.end_drips(&[ada], DripEnd::Goal).await.unwrap();
    tx.advance_drips(&[(ada, 7, now)]).await.unwrap();
    tx.enrol(ada, now, now).await.unwrap();
    let due = tx.due_drips("onboarding", now + HOUR, 10).await.unwrap();
    assert_eq!(due, []);
}

/// What a release brings to people who were there before it.
#[tokio::test]
async fn who_is_here_already_hears_of_new_kinds_at_their_hour_of_a_coming_day() {
    let home = Home::new().await;
    let ada = home.person("ada@example.com").await;
    let nobody = home.person("nowhere@example.com").await;
    home.sql("UPDATE users SET timezone = 'Mars/Olympus' WHERE email LIKE 'nowhere%'")
        .await;
    let whole = include_str!("../../migrations/0012_drips_and_summaries.sql");
    home.sql(&whole[whole.find("WITH clocks").unwrap()..]).await;
    for (user, zone, hours) in [(ada, "Europe/Vienna", [10, 8]), (nobody, "UTC", [15, 13])] {
        let agenda = home.store.agenda_of(user).await.unwrap();
        let told = |kind: &str| {
            let row = agenda.iter().find(|row| row.kind == kind).unwrap();
            row.next_at.in_tz(zone).unwrap()
        };
        let (overdue, summary) = (told("overdue-reminder"), told("weekly-summary"));
        assert_eq!([overdue.hour(), summary.hour()], hours);
        assert_eq!(summary.weekday(), jiff::civil::Weekday::Monday);
        assert!(overdue.timestamp() > home.now().await);
    }
}
