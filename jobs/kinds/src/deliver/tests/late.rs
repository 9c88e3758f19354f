use jiff::SignedDuration;

use super::{given::NOON, *};

#[tokio::test]
async fn what_comes_after_its_window_is_not_sent_and_nobody_dials_for_it() {
    let given = Given::new().await;
    let id = given.wanted::<Chatter>("2126-01-15", at(NOON)).await;
    let late = given.row(id).await.not_after + SignedDuration::from_secs(1);
    given.deliver::<Chatter>(id, late).await.expect("decided");
    let row = given.row(id).await;
    assert_eq!(
        (row.state, row.reason.as_deref()),
        (Skipped, Some("too-late"))
    );
    assert_eq!(given.dialled(), 0);
}
