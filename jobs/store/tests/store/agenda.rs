//! Who is next due for what.

use jiff::{Timestamp, ToSpan as _};
use store::{AgendaRow, NewUser, UserId};

use crate::home::{Home, person};

const REMINDER: &str = "task-reminder";
const DIGEST: &str = "daily-digest";

#[tokio::test]
async fn a_sweep_sees_those_due_by_its_instant_the_earliest_first() {
    let db = Home::new().await;
    let user = db.person("ada@example.com").await;
    for (kind, hour) in [(REMINDER, 14), (DIGEST, 3), ("weekly-summary", 15)] {
        set(&db, user, kind, at(hour)).await;
    }
    assert_eq!(
        kinds(&due(&db, &[REMINDER, DIGEST], at(14), 10).await),
        [DIGEST, REMINDER]
    );
    assert_eq!(
        kinds(&due(&db, &[REMINDER, DIGEST], at(13), 10).await),
        [DIGEST]
    );
    assert_eq!(kinds(&due(&db, &[REMINDER], at(23), 10).await), [REMINDER]);
    assert_eq!(
        kinds(&due(&db, &[REMINDER, DIGEST], at(14), 1).await),
        [DIGEST]
    );
}

#[tokio::test]
async fn a_row_brings_the_zone_and_the_hour_that_its_next_one_follows_from() {
    let db = Home::new().await;
    let mut tx = db.store.begin().await.unwrap();
    let berlin = NewUser {
        timezone: Some("Europe/Berlin".to_owned()),
        reminder_hour: Some(9),
        digest_hour: Some(18),
        ..person("ada@example.com")
    };
    let user = tx.add_user(berlin).await.unwrap();
    tx.set_agenda(user, REMINDER, at(8)).await.unwrap();
    tx.set_agenda(user, DIGEST, at(17)).await.unwrap();
    tx.commit().await.unwrap();

    let rows = due(&db, &[REMINDER, DIGEST], at(20), 10).await;
    let seen: Vec<_> = rows
        .iter()
        .map(|row| (row.timezone.as_deref(), row.hour))
        .collect();
    assert_eq!(
        seen,
        [
            (Some("Europe/Berlin"), Some(9)),
            (Some("Europe/Berlin"), Some(18))
        ]
    );
}

#[tokio::test]
async fn two_sweeps_at_once_never_see_the_same_person() {
    let db = Home::new().await;
    for n in 0..4 {
        let user = db.person(&format!("person{n}@example.com")).await;
        set(&db, user, REMINDER, at(n)).await;
    }
    let (mut one, mut two) = (
        db.store.begin().await.unwrap(),
        db.store.begin().await.unwrap(),
    );
    let first = one.due_agenda(&[REMINDER], at(14), 3).await.unwrap();
    let second = two.due_agenda(&[REMINDER], at(14), 3).await.unwrap();
    assert_eq!((first.len(), second.len()), (3, 1));
    assert!(second.iter().all(|row| !first.contains(row)));
}

#[tokio::test]
async fn a_page_that_was_not_committed_is_due_again() {
    let db = Home::new().await;
    let user = db.person("ada@example.com").await;
    set(&db, user, REMINDER, at(14)).await;

    let mut tx = db.store.begin().await.unwrap();
    assert_eq!(
        tx.due_agenda(&[REMINDER], at(14), 10).await.unwrap().len(),
        1
    );
    assert_eq!(
        tx.advance_agenda(&[moved(user, at(14), tomorrow())])
            .await
            .unwrap(),
        1
    );
    drop(tx);
    standins::until("the page is given back", || async {
        due(&db, &[REMINDER], at(14), 10).await.len() == 1
    })
    .await;
}

#[tokio::test]
async fn an_entry_moves_from_where_it_was_seen_and_from_nowhere_else() {
    let db = Home::new().await;
    let user = db.person("ada@example.com").await;
    set(&db, user, REMINDER, at(14)).await;
    set(&db, user, DIGEST, at(14)).await;

    let mut tx = db.store.begin().await.unwrap();
    assert_eq!(
        tx.advance_agenda(&[moved(user, at(13), tomorrow())])
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        tx.advance_agenda(&[moved(user, at(14), tomorrow())])
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        tx.advance_agenda(&[moved(user, at(14), tomorrow())])
            .await
            .unwrap(),
        0
    );
    tx.commit().await.unwrap();
    assert_eq!(
        kinds(&due(&db, &[REMINDER, DIGEST], at(23), 10).await),
        [DIGEST]
    );
    assert_eq!(
        kinds(&due(&db, &[REMINDER], tomorrow(), 10).await),
        [REMINDER]
    );
}

#[tokio::test]
async fn a_person_has_one_entry_a_kind_and_setting_it_again_moves_it() {
    let db = Home::new().await;
    let user = db.person("ada@example.com").await;
    set(&db, user, REMINDER, at(14)).await;
    set(&db, user, REMINDER, at(9)).await;
    let rows = db.store.agenda_of(user).await.unwrap();
    let seen: Vec<_> = rows
        .iter()
        .map(|row| (row.kind.as_str(), row.next_at))
        .collect();
    assert_eq!(seen, [(REMINDER, at(9))]);
}

#[tokio::test]
async fn who_is_gone_is_due_for_nothing() {
    let db = Home::new().await;
    let user = db.person("ada@example.com").await;
    set(&db, user, REMINDER, at(14)).await;
    db.sql("DELETE FROM users").await;
    assert_eq!(due(&db, &[REMINDER], at(23), 10).await, []);
}

async fn set(db: &Home, user: UserId, kind: &str, next_at: Timestamp) {
    let mut tx = db.store.begin().await.unwrap();
    tx.set_agenda(user, kind, next_at).await.unwrap();
    tx.commit().await.unwrap();
}

async fn due(db: &Home, kinds: &[&str], until: Timestamp, limit: i64) -> Vec<AgendaRow> {
    let mut tx = db.store.begin().await.unwrap();
    let due = tx.due_agenda(kinds, until, limit).await.unwrap();
    tx.commit().await.unwrap();
    due
}

fn kinds(rows: &[AgendaRow]) -> Vec<&str> {
    rows.iter().map(|row| row.kind.as_str()).collect()
}

fn moved(user: UserId, from: Timestamp, to: Timestamp) -> (UserId, String, Timestamp, Timestamp) {
    (user, REMINDER.to_owned(), from, to)
}

/// An hour of one day.
fn at(hour: i64) -> Timestamp {
    "2026-11-21T00:00:00Z".parse::<Timestamp>().unwrap() + hour.hours()
}

fn tomorrow() -> Timestamp {
    at(14 + 24)
}
