use platform::{Allowance, Rate};

use super::{given::NOON, *};

#[tokio::test]
async fn beyond_the_send_limit_mails_wait_their_turn_but_not_those_that_are_required() {
    let rate = Rate {
        count: 2,
        per: Duration::from_hours(1),
        burst: 2,
    };
    let given = Given::limited(Some(Allowance { name: "mail", rate })).await;
    for occasion in ["first", "second"] {
        assert_eq!(given.tell::<Chatter>(occasion, at(NOON)).await.state, Sent);
    }
    let id = given.wanted::<Chatter>("third", at(NOON)).await;
    let wait = later(given.deliver::<Chatter>(id, at(NOON)).await);
    assert!(wait <= Duration::from_mins(30), "{wait:?}");
    let row = given.row(id).await;
    assert_eq!(
        (row.state, row.reason.as_deref()),
        (Considered, Some("send-limit"))
    );
    assert_eq!(given.dialled(), 2);
    assert_eq!(given.tell::<Must>("welcome", at(NOON)).await.state, Sent);
}
