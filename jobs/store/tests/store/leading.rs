//! What a leader keeps in Postgres besides its ticks.

use crate::home::Home;

#[tokio::test]
async fn no_two_leaders_share_a_term() {
    let home = Home::new().await;
    let first = home.store.next_term().await.unwrap();
    assert!(home.store.next_term().await.unwrap() > first);
}

#[tokio::test]
async fn a_birth_mark_is_replaced_by_the_next() {
    let home = Home::new().await;
    let store = &home.store;
    for mark in ["first", "second"] {
        store.set_birth_mark("default.0", mark).await.unwrap();
    }
    assert_eq!(
        store.birth_marks().await.unwrap(),
        [("default.0".to_owned(), "second".to_owned())]
    );
}
