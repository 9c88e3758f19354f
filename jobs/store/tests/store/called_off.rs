//! Deliveries that an operator calls off, and back.

use store::DeliveryState::{Considered, Sending, Skipped, Unknown};
use uuid::Uuid;

use crate::home::Home;

const RECEIPT: &str = "an operator's cancel, receipt 1";

#[tokio::test]
async fn what_may_have_gone_is_never_called_skipped_and_what_is_being_sent_is_left() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let mut ids = Vec::new();
    for kind in ["considered", "young", "old", "unknown"] {
        ids.push(home.delivery(ada, kind).await);
    }
    let token = Uuid::new_v4();
    for id in &ids[1..] {
        assert!(store.begin_sending(*id, token, 3).await.unwrap());
    }
    assert!(store.unknown(ids[3], token, "cut").await.unwrap());
    home.sql("UPDATE deliveries SET sending_at = now() - interval '121 s' WHERE kind = 'old'")
        .await;

    let withdrawn = store.withdraw_deliveries(&ids, RECEIPT).await.unwrap();
    assert_eq!(withdrawn, 3);
    let called_off = [Skipped, Sending, Unknown, Unknown];
    for (id, state) in ids.iter().zip(called_off) {
        let row = home.row(*id).await;
        assert_eq!(
            (row.state, row.decided_at.is_some()),
            (state, state != Sending)
        );
        assert!(!store.begin_sending(*id, Uuid::new_v4(), 3).await.unwrap());
    }
    assert!(!store.sent(ids[2], token, "250 ok").await.unwrap());

    assert_eq!(
        store.reinstate_deliveries(&ids, "another").await.unwrap(),
        0
    );
    assert_eq!(store.reinstate_deliveries(&ids, RECEIPT).await.unwrap(), 3);
    let back = [Considered, Sending, Unknown, Unknown];
    for (id, state) in ids.iter().zip(back) {
        let row = home.row(*id).await;
        assert_eq!((row.state, row.decided_at, row.reason), (state, None, None));
        let begun = store.begin_sending(*id, Uuid::new_v4(), 3).await.unwrap();
        assert_eq!(begun, state != Sending);
    }
    assert!(store.sent(ids[1], token, "250 ok").await.unwrap());
}
