use futures_util::future::join_all;

use super::{given::NOON, *};

async fn wants_at_most(given: &Given, most: i16) {
    let mut tx = given.ctx.store.begin().await.expect("a transaction");
    tx.set_daily_cap(given.user, Channel::Mail, Some(most))
        .await
        .expect("it is set");
    tx.commit().await.expect("it is committed");
}

#[tokio::test]
async fn beyond_what_a_person_gets_in_a_day_nothing_is_sent_but_what_is_required() {
    let given = Given::new().await;
    for n in 0..crate::preferences::most_a_day(Channel::Mail) {
        assert_eq!(
            given.tell::<Chatter>(&n.to_string(), at(NOON)).await.state,
            Sent
        );
    }
    let row = given.tell::<Chatter>("one more", at(NOON)).await;
    assert_eq!(
        (row.state, row.reason.as_deref()),
        (Skipped, Some("daily-cap"))
    );
    assert_eq!(given.tell::<Must>("welcome", at(NOON)).await.state, Sent);
    // On their clocks the next day begins at eleven in the evening of UTC.
    let tomorrow = at("2126-01-16T08:00:00Z");
    assert_eq!(
        given.tell::<Chatter>("tomorrow", tomorrow).await.state,
        Sent
    );
}

#[tokio::test]
async fn several_workers_at_once_send_no_more_than_the_cap() {
    let given = Given::new().await;
    wants_at_most(&given, 3).await;
    let told = (0..20).map(|n| {
        let given = &given;
        async move { given.tell::<Chatter>(&n.to_string(), at(NOON)).await.state }
    });
    let states = join_all(told).await;
    let count = |wanted| states.iter().filter(|state| **state == wanted).count();
    assert_eq!((count(Sent), count(Skipped)), (3, 17));
}

#[tokio::test]
async fn a_second_attempt_and_a_second_copy_count_once() {
    let given = Given::new().await;
    wants_at_most(&given, 2).await;
    given.answers(Answer::Failed(anyhow!("the server hung up")));
    given.answers(Answer::Unknown("no answer".to_owned()));
    let id = given.wanted::<Chatter>("first", at(NOON)).await;
    for _ in 0..2 {
        given
            .deliver::<Chatter>(id, at(NOON))
            .await
            .expect_err("not yet");
    }
    given.deliver::<Chatter>(id, at(NOON)).await.expect("sent");
    let row = given.row(id).await;
    assert_eq!((row.state, row.copies), (Sent, 2));
    assert_eq!(given.tell::<Chatter>("second", at(NOON)).await.state, Sent);
    assert_eq!(
        given.tell::<Chatter>("third", at(NOON)).await.state,
        Skipped
    );
}

#[tokio::test]
async fn who_wants_none_gets_none() {
    let given = Given::new().await;
    wants_at_most(&given, 0).await;
    assert_eq!(
        given.tell::<Chatter>("first", at(NOON)).await.state,
        Skipped
    );
}
