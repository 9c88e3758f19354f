use store::QuietHours;

use super::{given::MOOT, *};

/// Eleven at night in Vienna, and eight in the morning.
const NIGHT: &str = "2126-01-15T22:00:00Z";
const MORNING: &str = "2126-01-16T07:00:00Z";

#[tokio::test]
async fn quiet_hours_put_a_message_off_to_their_end() {
    let given = Given::new().await;
    let id = given.wanted::<Chatter>("2126-01-15", at(NIGHT)).await;
    let wait = later(given.deliver::<Chatter>(id, at(NIGHT)).await);
    assert_eq!(wait, Duration::from_hours(9));
    let row = given.row(id).await;
    assert_eq!(
        (row.state, row.reason.as_deref(), row.not_before),
        (Considered, Some("quiet-hours"), Some(at(MORNING)))
    );
    // Nobody looks after it all night, and an hour after its time it is moot.
    assert_eq!(row.check_at, at("2126-01-16T07:02:00Z"));
    assert_eq!(row.not_after, at("2126-01-16T08:00:00Z"));
    // Whoever runs it again before the morning is sent away as well.
    assert_eq!(
        later(
            given
                .deliver::<Chatter>(id, at("2126-01-16T06:00:00Z"))
                .await
        ),
        Duration::from_hours(1)
    );
    assert_eq!(given.dialled(), 0);
    given
        .deliver::<Chatter>(id, at(MORNING))
        .await
        .expect("sent");
    assert_eq!(given.row(id).await.state, Sent);
}

#[tokio::test]
async fn what_is_moot_by_the_end_of_quiet_hours_is_not_sent() {
    let given = Given::new().await;
    let id = given.wanted::<Chatter>("2126-01-15", at(NIGHT)).await;
    later(given.deliver::<Chatter>(id, at(NIGHT)).await);
    given.sql(&format!("UPDATE deliveries SET occasion = '{MOOT}'"));
    given
        .deliver::<Chatter>(id, at(MORNING))
        .await
        .expect("decided");
    let row = given.row(id).await;
    assert_eq!(
        (row.state, row.reason.as_deref()),
        (Skipped, Some("nothing-due"))
    );
}

#[tokio::test]
async fn quiet_hours_that_begin_anew_end_a_message_instead_of_putting_it_off_for_ever() {
    let given = Given::new().await;
    let id = given.wanted::<Chatter>("2126-01-15", at(NIGHT)).await;
    later(given.deliver::<Chatter>(id, at(NIGHT)).await);
    let mut tx = given.ctx.store.begin().await.expect("a transaction");
    let quiet = QuietHours::Own {
        from: jiff::civil::time(7, 0, 0, 0),
        until: jiff::civil::time(12, 0, 0, 0),
    };
    tx.set_quiet_hours(given.user, quiet)
        .await
        .expect("it is set");
    tx.commit().await.expect("it is committed");
    given
        .deliver::<Chatter>(id, at(MORNING))
        .await
        .expect("decided");
    let row = given.row(id).await;
    assert_eq!(
        (row.state, row.reason.as_deref()),
        (Skipped, Some("quiet-again"))
    );
    assert_eq!(given.dialled(), 0);
}

#[tokio::test]
async fn what_is_required_comes_at_night_and_to_who_switched_it_off() {
    let given = Given::new().await;
    let mut tx = given.ctx.store.begin().await.expect("a transaction");
    for kind in [Must::NAME, Chatter::NAME] {
        tx.set_preference(given.user, kind, Channel::Mail, false)
            .await
            .expect("it is set");
    }
    tx.commit().await.expect("it is committed");
    assert_eq!(given.tell::<Must>("welcome", at(NIGHT)).await.state, Sent);
    let row = given.tell::<Chatter>("2126-01-15", at(NIGHT)).await;
    assert_eq!(
        (row.state, row.reason.as_deref()),
        (Skipped, Some("switched-off"))
    );
}
