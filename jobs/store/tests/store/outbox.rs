//! What a kind that does not speak wants done: wanted until its job is done, or for as long as it may wait.

use jiff::SignedDuration;
use serde_json::json;
use store::NewOutbox;
use uuid::Uuid;

use crate::{
    home::Home,
    reconcile::{GRACE, HALF_HOUR, TWO_SECONDS},
};

async fn add_outbox(home: &Home) -> Uuid {
    let now = home.now().await;
    let new = NewOutbox {
        id: Uuid::new_v4(),
        kind: "export".to_owned(),
        queue: "default".to_owned(),
        payload: json!({ "user_id": 7 }),
        not_before: None,
        not_after: now + SignedDuration::from_hours(1),
        check_at: now + SignedDuration::from_mins(2),
    };
    let mut tx = home.store.begin().await.unwrap();
    assert!(tx.add_outbox(&new).await.unwrap());
    assert!(!tx.add_outbox(&new).await.unwrap());
    tx.commit().await.unwrap();
    new.id
}

#[tokio::test]
async fn an_outbox_row_is_carried_until_its_job_is_done() {
    let home = Home::new().await;
    let (store, id) = (&home.store, add_outbox(&home).await);
    assert!(
        store
            .outbox_for_relay(TWO_SECONDS, 10)
            .await
            .unwrap()
            .is_empty()
    );
    home.sql("UPDATE outbox SET created_at = created_at - interval '3 s'")
        .await;
    let due = store.outbox_for_relay(TWO_SECONDS, 10).await.unwrap();
    assert_eq!((due[0].id, &due[0].payload), (id, &json!({ "user_id": 7 })));
    store.mark_outbox_relayed(&[id]).await.unwrap();
    home.sql("UPDATE outbox SET check_at = now(), claimed_at = now() - interval '1 h'")
        .await;
    assert!(
        store
            .outbox_for_relay(TWO_SECONDS, 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        store.outbox_for_check(HALF_HOUR, 10).await.unwrap().len(),
        1
    );
    assert!(
        store
            .outbox_for_check(HALF_HOUR, 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.open_outbox(Uuid::nil(), 10).await.unwrap().len(), 1);
    assert!(store.delete_outbox(id).await.unwrap());
    assert!(!store.delete_outbox(id).await.unwrap());
    assert!(store.open_outbox(Uuid::nil(), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_outbox_row_past_its_deadline_is_dropped_by_name() {
    let home = Home::new().await;
    let (store, id) = (&home.store, add_outbox(&home).await);
    assert!(store.give_up_outbox(10, GRACE).await.unwrap().is_empty());
    home.sql("UPDATE outbox SET not_after = now() - interval '61 s'")
        .await;
    assert_eq!(store.give_up_outbox(10, GRACE).await.unwrap()[0].id, id);
    assert!(store.open_outbox(Uuid::nil(), 10).await.unwrap().is_empty());
}
