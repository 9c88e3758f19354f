//! What operators did, what they called off and took back, whom they forgot, and what came from elsewhere.

use jiff::Timestamp;
use serde_json::json;
use store::{NewImport, NewOperation, NewOutbox, UserId};
use uuid::Uuid;

use crate::home::Home;

fn operation(verb: &str) -> NewOperation {
    NewOperation {
        id: Uuid::new_v4(),
        verb: verb.to_owned(),
        by_whom: "ada".to_owned(),
        reason: None,
        plan: json!({ "verb": verb }),
        as_of: Timestamp::UNIX_EPOCH,
    }
}

fn wanted(user: UserId) -> NewOutbox {
    let at = |text: &str| text.parse().unwrap();
    NewOutbox {
        id: Uuid::new_v4(),
        kind: "probe".to_owned(),
        queue: "default".to_owned(),
        payload: json!({ "user_id": user }),
        not_before: Some(at("2126-01-01T09:00:00Z")),
        not_after: at("2126-02-01T09:00:00Z"),
        check_at: at("2126-01-01T09:02:00Z"),
    }
}

#[tokio::test]
async fn an_operation_is_counted_once_and_listed_the_latest_first() {
    let home = Home::new().await;
    let (first, second) = (operation("job retry"), operation("job delete"));
    for new in [&first, &second, &first] {
        home.store.begin_operation(new).await.unwrap();
    }
    assert!(home.store.end_operation(first.id, 7, 1).await.unwrap());
    assert!(!home.store.end_operation(first.id, 8, 0).await.unwrap());
    let all = home.store.operations(None, 10).await.unwrap();
    let told: Vec<_> = all
        .iter()
        .map(|one| (one.verb.as_str(), one.touched, one.ended_at.is_some()))
        .collect();
    assert_eq!(told, [("job delete", 0, false), ("job retry", 7, true)]);
    let older = home
        .store
        .operations(Some(all[0].begun_at), 10)
        .await
        .unwrap();
    assert_eq!(older.len(), 1);
}

#[tokio::test]
async fn what_was_withdrawn_comes_back_by_the_same_receipt_alone() {
    let home = Home::new().await;
    let (row, receipt) = (wanted(UserId(7)), Uuid::new_v4());
    let mut tx = home.store.begin().await.unwrap();
    assert!(tx.add_outbox(&row).await.unwrap());
    tx.commit().await.unwrap();
    let before = home.store.outbox_rows(&[row.id]).await.unwrap();
    assert_eq!(before[0].not_before, row.not_before);

    assert_eq!(
        home.store
            .withdraw_outbox(&[row.id], receipt)
            .await
            .unwrap(),
        1
    );
    assert_eq!(home.store.outbox_rows(&[row.id]).await.unwrap(), []);
    let stranger = home
        .store
        .reinstate_outbox(&[row.id], Uuid::new_v4())
        .await
        .unwrap();
    assert_eq!(stranger, 0);
    assert_eq!(
        home.store
            .reinstate_outbox(&[row.id], receipt)
            .await
            .unwrap(),
        1
    );
    assert_eq!(home.store.outbox_rows(&[row.id]).await.unwrap(), before);
}

#[tokio::test]
async fn a_tick_that_was_called_off_is_skipped_until_it_is_taken_back() {
    let home = Home::new().await;
    let now = home.now().await;
    home.store
        .record_pending("sweep@x", "sweep", now, None)
        .await
        .unwrap();
    let ids = ["sweep@x".to_owned()];
    assert_eq!(
        home.store.withdraw_ticks(&ids, "receipt 1").await.unwrap(),
        1
    );
    assert_eq!(
        home.store.reinstate_ticks(&ids, "receipt 2").await.unwrap(),
        0
    );
    assert_eq!(
        home.store.reinstate_ticks(&ids, "receipt 1").await.unwrap(),
        1
    );
    let tick = home.store.tick("sweep@x").await.unwrap().unwrap();
    assert_eq!(
        (tick.state.to_string(), tick.reason),
        ("fired".to_owned(), None)
    );
}

#[tokio::test]
async fn what_came_before_does_not_come_again() {
    let home = Home::new().await;
    let new = |source: &str| NewImport {
        source: source.to_owned(),
        job: Uuid::new_v4(),
    };
    let (first, second) = (Uuid::new_v4(), Uuid::new_v4());
    for (receipt, sources, expected) in [
        (first, ["a", "b"], vec!["a", "b"]),
        (second, ["b", "c"], vec!["c"]),
    ] {
        let mut tx = home.store.begin().await.unwrap();
        let mut came = tx.import(&sources.map(new), receipt).await.unwrap();
        came.sort();
        tx.commit().await.unwrap();
        assert_eq!(came, expected);
    }
    assert_eq!(home.store.imported(first).await.unwrap(), 2);
}

#[tokio::test]
async fn of_a_forgotten_person_no_row_is_left_and_a_shared_home_stays() {
    let home = Home::new().await;
    let (ada, ben) = (
        home.person("ada@example.com").await,
        home.person("ben@example.com").await,
    );
    let mut tx = home.store.begin().await.unwrap();
    tx.add_outbox(&wanted(ada)).await.unwrap();
    tx.add_outbox(&wanted(ben)).await.unwrap();
    let aside = [wanted(ada), wanted(ben)];
    for row in &aside {
        tx.add_outbox(row).await.unwrap();
    }
    tx.commit().await.unwrap();
    let aside = aside.map(|row| row.id);
    let put = home.store.withdraw_outbox(&aside, Uuid::new_v4()).await;
    assert_eq!(put.unwrap(), 2);
    home.sql("INSERT INTO residences (name, owner_id) SELECT 'shared', min(id) FROM users")
        .await;
    home.sql("INSERT INTO residences (name, owner_id) SELECT 'lonely', min(id) FROM users")
        .await;
    home.sql("INSERT INTO members SELECT r.id, u.id FROM residences r, users u WHERE r.name = 'shared' OR u.id = r.owner_id").await;
    home.sql("INSERT INTO tasks (residence_id, title) SELECT id, 'gutter' FROM residences")
        .await;
    let before = home.store.held_of(ben).await.unwrap();
    let held = home.store.held_of(ada).await.unwrap();
    assert_eq!(
        (held.accounts, held.residences, held.tasks, held.outbox),
        (1, 1, 1, 2)
    );
    home.store.purge_user(ada).await.unwrap();
    assert!(home.store.held_of(ada).await.unwrap().is_nothing());
    // The shared home is Ben's alone now; nothing of it is gone.
    let after = home.store.held_of(ben).await.unwrap();
    assert_eq!((after.residences, after.tasks), (1, 1));
    let but_for_homes = |held: store::Held| store::Held {
        residences: 0,
        tasks: 0,
        ..held
    };
    assert_eq!(but_for_homes(after), but_for_homes(before));
    home.store.purge_user(ada).await.unwrap();
}
