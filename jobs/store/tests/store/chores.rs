//! Households and their chores.

use jiff::civil::date;
use store::{NewTask, ResidenceId, StoreError, TaskChange, TaskId, UserId};

use crate::{home::Home, people::sign_up};

#[tokio::test]
async fn chores_do_not_exist_for_strangers() {
    let db = Home::new().await;
    let (ada, home) = settle(&db, "ada@example.com").await;
    let (bob, _) = settle(&db, "bob@example.com").await;
    let task = db
        .store
        .add_task(ada, chore(home, "Clear the gutter"))
        .await
        .unwrap()
        .unwrap();

    assert_eq!(
        db.store
            .add_task(bob, chore(home, "Let me in"))
            .await
            .unwrap(),
        None
    );
    assert_eq!(db.store.task(bob, task.id).await.unwrap(), None);
    assert_eq!(db.store.tasks_of(bob, 10).await.unwrap(), []);
    assert_eq!(
        db.store
            .update_task(bob, task.id, done(true))
            .await
            .unwrap(),
        None
    );
    assert!(!db.store.delete_task(bob, task.id).await.unwrap());
    assert_eq!(db.store.task(ada, task.id).await.unwrap(), Some(task));
}

#[tokio::test]
async fn members_share_their_chores() {
    let db = Home::new().await;
    let (ada, home) = settle(&db, "ada@example.com").await;
    let (bob, _) = settle(&db, "bob@example.com").await;
    let mut tx = db.store.begin().await.unwrap();
    assert!(tx.add_member(home, bob).await.unwrap());
    assert!(!tx.add_member(home, bob).await.unwrap());
    tx.commit().await.unwrap();

    let task = db
        .store
        .add_task(ada, chore(home, "Change the filter"))
        .await
        .unwrap()
        .unwrap();
    let changed = db
        .store
        .update_task(bob, task.id, done(true))
        .await
        .unwrap()
        .unwrap();
    assert!(changed.done_at.is_some());
    assert!(db.store.delete_task(bob, task.id).await.unwrap());
    assert_eq!(db.store.tasks_of(ada, 10).await.unwrap(), []);
}

#[tokio::test]
async fn a_household_outlives_who_made_it() {
    let db = Home::new().await;
    let (ada, home) = settle(&db, "ada@example.com").await;
    let (bob, _) = settle(&db, "bob@example.com").await;
    let mut tx = db.store.begin().await.unwrap();
    tx.add_member(home, bob).await.unwrap();
    tx.commit().await.unwrap();
    let task = db
        .store
        .add_task(ada, chore(home, "Pay the rent"))
        .await
        .unwrap()
        .unwrap();

    db.sql("DELETE FROM users WHERE email = 'ada@example.com'")
        .await;
    assert_eq!(db.store.task(bob, task.id).await.unwrap(), Some(task));
}

#[tokio::test]
async fn done_stays_done_since_when_it_was_until_it_is_undone() {
    let db = Home::new().await;
    let (ada, home) = settle(&db, "ada@example.com").await;
    let task = db
        .store
        .add_task(ada, chore(home, "Mow the lawn"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(task.done_at, None);

    let first = db
        .store
        .update_task(ada, task.id, done(true))
        .await
        .unwrap()
        .unwrap();
    let again = db
        .store
        .update_task(ada, task.id, done(true))
        .await
        .unwrap()
        .unwrap();
    assert!(first.done_at.is_some());
    assert_eq!(first, again);
    let undone = db
        .store
        .update_task(ada, task.id, done(false))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(undone, task);
}

#[tokio::test]
async fn what_a_change_does_not_name_stays_as_it_is() {
    let db = Home::new().await;
    let (ada, home) = settle(&db, "ada@example.com").await;
    let due = Some(date(2026, 11, 21));
    let new = NewTask {
        due_on: due,
        ..chore(home, "Mow the lawn")
    };
    let task = db.store.add_task(ada, new).await.unwrap().unwrap();

    let renamed = TaskChange {
        title: Some("Rake the leaves".to_owned()),
        ..TaskChange::default()
    };
    let renamed = db
        .store
        .update_task(ada, task.id, renamed)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (renamed.title.as_str(), renamed.due_on),
        ("Rake the leaves", due)
    );

    let some_day = TaskChange {
        due_on: Some(None),
        ..TaskChange::default()
    };
    let some_day = db
        .store
        .update_task(ada, task.id, some_day)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (some_day.title.as_str(), some_day.due_on),
        ("Rake the leaves", None)
    );
    assert_eq!(
        db.store
            .update_task(ada, TaskId(0), done(true))
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn chores_come_open_first_and_the_earliest_due_before_the_others() {
    let db = Home::new().await;
    let (ada, home) = settle(&db, "ada@example.com").await;
    for (title, due_on) in [
        ("done", Some(date(2026, 1, 1))),
        ("some day", None),
        ("late", Some(date(2026, 12, 1))),
        ("soon", Some(date(2026, 11, 1))),
    ] {
        let new = NewTask {
            due_on,
            ..chore(home, title)
        };
        let task = db.store.add_task(ada, new).await.unwrap().unwrap();
        if title == "done" {
            db.store
                .update_task(ada, task.id, done(true))
                .await
                .unwrap();
        }
    }
    assert_eq!(
        titles(db.store.tasks_of(ada, 10).await),
        ["soon", "late", "some day", "done"]
    );
    assert_eq!(titles(db.store.tasks_of(ada, 2).await), ["soon", "late"]);
}

#[tokio::test]
async fn chores_of_several_households_come_as_those_of_one() {
    let db = Home::new().await;
    let (ada, hers) = settle(&db, "ada@example.com").await;
    let (_, his) = settle(&db, "bob@example.com").await;
    let mut tx = db.store.begin().await.unwrap();
    tx.add_member(his, ada).await.unwrap();
    tx.commit().await.unwrap();
    for (place, title, day, is_done) in [
        (hers, "1", 1, false),
        (his, "5", 1, true),
        (hers, "6", 2, true),
        (his, "2", 2, false),
        (hers, "3", 3, false),
        (his, "4", 4, false),
    ] {
        let new = NewTask {
            due_on: Some(date(2026, 11, day)),
            ..chore(place, title)
        };
        let task = db.store.add_task(ada, new).await.unwrap().unwrap();
        let changed = db.store.update_task(ada, task.id, done(is_done)).await;
        changed.unwrap();
    }
    let all = ["1", "2", "3", "4", "5", "6"];
    for limit in [1, 3, 5, 6, 10] {
        let seen = titles(db.store.tasks_of(ada, limit).await);
        let most = all.len().min(usize::try_from(limit).unwrap());
        assert_eq!(seen, all[..most]);
    }
}

#[tokio::test]
async fn what_is_due_counts_both_days_and_nothing_that_is_done() {
    let db = Home::new().await;
    let (ada, home) = settle(&db, "ada@example.com").await;
    for day in 19..=23 {
        let new = NewTask {
            due_on: Some(date(2026, 11, day)),
            ..chore(home, &day.to_string())
        };
        let task = db.store.add_task(ada, new).await.unwrap().unwrap();
        if day == 21 {
            db.store
                .update_task(ada, task.id, done(true))
                .await
                .unwrap();
        }
    }
    db.store
        .add_task(ada, chore(home, "some day"))
        .await
        .unwrap();

    let (from, to) = (date(2026, 11, 20), date(2026, 11, 22));
    let due = async |from, limit| {
        let due = db.store.open_tasks_due(ada, from, to, limit).await.unwrap();
        let titles: Vec<_> = due.first.into_iter().map(|task| task.title).collect();
        (titles.join(" "), due.count)
    };
    assert_eq!(due(Some(from), 10).await, ("20 22".to_owned(), 2));
    assert_eq!(due(None, 10).await, ("19 20 22".to_owned(), 3));
    // What is not listed is counted all the same.
    assert_eq!(due(None, 1).await, ("19".to_owned(), 3));
}

/// Someone with a home of their own.
pub(crate) async fn settle(db: &Home, email: &str) -> (UserId, ResidenceId) {
    let user = sign_up(db, email).await.unwrap();
    let mut tx = db.store.begin().await.unwrap();
    let home = tx.add_residence("Home", user).await.unwrap();
    tx.commit().await.unwrap();
    (user, home)
}

pub(crate) fn chore(residence_id: ResidenceId, title: &str) -> NewTask {
    NewTask {
        residence_id,
        title: title.to_owned(),
        due_on: None,
    }
}

fn done(done: bool) -> TaskChange {
    TaskChange {
        done: Some(done),
        ..TaskChange::default()
    }
}

fn titles(tasks: Result<Vec<store::Task>, StoreError>) -> Vec<String> {
    tasks.unwrap().into_iter().map(|task| task.title).collect()
}
