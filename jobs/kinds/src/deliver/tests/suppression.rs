use super::{given::NOON, *};

fn bounce() -> Answer {
    Answer::Bounced {
        answer: "550 5.1.1 no such user".to_owned(),
    }
}

#[tokio::test]
async fn an_address_that_bounced_gets_nothing_more_and_nobody_dials_for_it() {
    let given = Given::new().await;
    given.answers(bounce());
    let row = given.tell::<Chatter>("first", at(NOON)).await;
    assert_eq!(
        (row.state.to_string(), row.reason.as_deref()),
        ("bounced".to_owned(), Some("bounced"))
    );
    assert_eq!(given.dialled(), 1);
    let row = given.tell::<Must>("welcome", at(NOON)).await;
    assert_eq!(
        (row.state, row.reason.as_deref()),
        (Skipped, Some("suppressed"))
    );
    assert_eq!(given.dialled(), 1);
    let store = &given.ctx.store;
    let found = store
        .suppression_of(given.user)
        .await
        .expect("Postgres answers");
    assert!(found.is_some_and(|found| !found.lapsed));
}

#[tokio::test]
async fn another_address_gets_mail_again_and_so_does_one_that_an_operator_lifts() {
    let given = Given::new().await;
    given.answers(bounce());
    given.tell::<Chatter>("first", at(NOON)).await;
    given.sql("UPDATE users SET email = 'ada@example.org'");
    assert_eq!(given.tell::<Chatter>("second", at(NOON)).await.state, Sent);
    // Capitals make no other address.
    given.sql("UPDATE users SET email = 'ADA@example.com'");
    assert_eq!(
        given.tell::<Chatter>("third", at(NOON)).await.state,
        Skipped
    );
    let store = &given.ctx.store;
    assert!(
        store
            .lift_suppression(given.user)
            .await
            .expect("Postgres answers")
    );
    assert_eq!(given.tell::<Chatter>("fourth", at(NOON)).await.state, Sent);
}

#[tokio::test]
async fn a_fault_of_ours_or_of_the_content_suppresses_nobody_and_leaves_its_reason() {
    let given = Given::new().await;
    let minute = Duration::from_mins(1);
    let faults = [
        (
            Answer::Unwelcome(minute, "535 bad credentials".to_owned()),
            "provider-refuses-us",
        ),
        (
            Answer::Later(minute, "421 busy".to_owned()),
            "provider-busy",
        ),
        (
            Answer::Refused {
                answer: "554 5.7.1 policy".to_owned(),
            },
            "refused",
        ),
        (Answer::Failed(anyhow!("451 greylisted")), "failed"),
    ];
    for (fault, reason) in faults {
        given.answers(fault);
        let row = given.tell::<Chatter>(reason, at(NOON)).await;
        assert_eq!(
            (row.state, row.reason.as_deref()),
            (Considered, Some(reason))
        );
        assert!(row.answer.is_some(), "{reason}");
    }
    let found = given.ctx.store.suppression_of(given.user).await;
    assert_eq!(found.expect("Postgres answers"), None);
}
