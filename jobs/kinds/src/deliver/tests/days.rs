//! Of which day a message speaks: of the one on which it is read.

use jiff::civil::{Date, date};

use super::*;
use crate::{DailyDigest, OverdueReminder, TaskReminder, WeeklySummary};

const FRIDAY: Date = date(2126, 1, 18);
const SATURDAY: Date = date(2126, 1, 19);

/// Wanted at eleven on a Friday night, and put off until Saturday morning: the subject of what comes then.
async fn overnight<N: Notice>(given: &Given) -> Option<String> {
    let (night, morning) = (at("2126-01-18T22:00:00Z"), at("2126-01-19T07:00:00Z"));
    let occasion = N::HOURS
        .expect("its hour")
        .occasion(Some("Europe/Vienna"), night);
    let id = given.wanted::<N>(&occasion, night).await;
    later(given.deliver::<N>(id, night).await);
    given.deliver::<N>(id, morning).await.expect("decided");
    (given.row(id).await.state == Sent).then(|| given.subject())
}

#[tokio::test]
async fn put_off_over_the_night_a_reminder_calls_today_what_is_due_when_it_is_read() {
    let given = Given::new().await;
    given.chores(1, SATURDAY).await;
    let subject = overnight::<TaskReminder>(&given).await;
    assert_eq!(subject.as_deref(), Some("Due today: Due 2126-01-19"));
}

#[tokio::test]
async fn a_reminder_that_was_asked_for_ahead_speaks_of_the_day_that_it_is_for() {
    let given = Given::new().await;
    given.chores(1, SATURDAY).await;
    let friday = at("2126-01-18T10:00:00Z");
    let id = given.wanted::<TaskReminder>("2126-01-19", friday).await;
    given
        .deliver::<TaskReminder>(id, friday)
        .await
        .expect("decided");
    assert_eq!(given.subject(), "Due today: Due 2126-01-19");
}

#[tokio::test]
async fn a_reminder_of_what_was_due_yesterday_is_left_to_the_one_of_what_is_overdue() {
    let given = Given::new().await;
    given.chores(1, FRIDAY).await;
    assert_eq!(overnight::<TaskReminder>(&given).await, None);
    let subject = overnight::<OverdueReminder>(&given).await;
    assert_eq!(subject.as_deref(), Some("Overdue: Due 2126-01-18"));
}

#[tokio::test]
async fn a_digest_and_a_summary_that_were_put_off_know_what_is_late_by_then() {
    let given = Given::new().await;
    given.chores(1, FRIDAY).await;
    given.chores(2, SATURDAY).await;
    let digest = overnight::<DailyDigest>(&given).await;
    assert_eq!(digest.as_deref(), Some("Your home: 1 overdue, 2 due today"));
    let summary = overnight::<WeeklySummary>(&given).await;
    assert_eq!(
        summary.as_deref(),
        Some("Your week at home: 1 overdue, 2 due this week")
    );
}

#[tokio::test]
async fn subjects_count_more_than_a_mail_names_and_what_is_late_hides_nothing_of_today() {
    let given = Given::new().await;
    given.chores(101, date(2126, 1, 17)).await;
    given.chores(1, SATURDAY).await;
    let overdue = overnight::<OverdueReminder>(&given).await;
    assert_eq!(overdue.as_deref(), Some("101 tasks are overdue"));
    let digest = overnight::<DailyDigest>(&given).await;
    assert_eq!(
        digest.as_deref(),
        Some("Your home: 101 overdue, 1 due today")
    );
    let reminder = overnight::<TaskReminder>(&given).await;
    assert_eq!(reminder.as_deref(), Some("Due today: Due 2126-01-19"));
}
