use std::sync::Arc;

use crate::given::{client, inbox, send};

#[tokio::test]
async fn a_mail_held_before_its_content_is_not_in_the_inbox_until_released() {
    let inbox = Arc::new(inbox().await);
    inbox.hold_before_data(true);
    let sending = sending(&inbox);

    inbox.wait_for_held(1).await;
    assert!(inbox.mails().is_empty());
    assert!(!sending.is_finished());

    inbox.release();
    assert!(sending.await.expect("no panic"));
    assert_eq!((inbox.mails().len(), inbox.held()), (1, 0));
}

#[tokio::test]
async fn a_mail_held_after_its_content_is_visible_before_its_sender_knows() {
    let inbox = Arc::new(inbox().await);
    inbox.hold_after_data(true);
    let sending = sending(&inbox);

    inbox.wait_for_held(1).await;
    assert_eq!(inbox.mails().len(), 1);
    assert!(!sending.is_finished());

    inbox.release();
    assert!(sending.await.expect("no panic"));
    assert_eq!(inbox.held(), 0);
}

#[tokio::test]
async fn a_sender_that_dies_is_held_no_longer() {
    let inbox = Arc::new(inbox().await);
    inbox.hold_before_data(true);
    let sending = sending(&inbox);
    inbox.wait_for_held(1).await;

    sending.abort();
    standins::until("nothing is held", async || inbox.held() == 0).await;
    assert!(inbox.mails().is_empty());
}

fn sending(inbox: &Arc<standins::Inbox>) -> tokio::task::JoinHandle<bool> {
    let client = client(inbox);
    tokio::spawn(async move { send(&client, "ada@example.com").await.is_ok() })
}
