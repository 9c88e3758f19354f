//! What an operator called off, and whose job comes all the same.

use store::DeliveryState::Unknown;

use super::{Answer, Given, Must, at, given::NOON};

#[tokio::test]
async fn what_may_have_gone_and_was_called_off_is_not_dialled_for_again() {
    let given = Given::new().await;
    given.answers(Answer::Unknown("no answer".to_owned()));
    let row = given.tell::<Must>("welcome", at(NOON)).await;
    assert_eq!((row.state, row.copies, row.decided_at), (Unknown, 1, None));
    let store = &given.ctx.store;
    let ids = [row.id];
    let withdrawn = store.withdraw_deliveries(&ids, "an operator's cancel");
    assert_eq!(withdrawn.await.expect("Postgres answers"), 1);

    let again = given.deliver::<Must>(row.id, at(NOON)).await;
    assert!(again.is_ok(), "{again:?}");
    assert_eq!(given.dialled(), 1);
}
