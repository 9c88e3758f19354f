//! Nothing open is ever forgotten, and nothing stays open for ever.

use std::time::Duration;

use store::{
    Delivery, DeliveryId,
    DeliveryState::{Sending, Skipped, Unknown},
    GivenUp,
};
use uuid::Uuid;

use crate::home::Home;

pub(crate) const TWO_SECONDS: Duration = Duration::from_secs(2);
pub(crate) const GRACE: Duration = Duration::from_mins(1);
pub(crate) const HALF_HOUR: Duration = Duration::from_mins(30);

fn ids(rows: &[Delivery]) -> Vec<DeliveryId> {
    rows.iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn what_nobody_enqueued_is_relayed_once_it_is_old_enough() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let id = home.delivery(ada, "welcome").await;
    assert!(
        store
            .due_for_relay(TWO_SECONDS, 10)
            .await
            .unwrap()
            .is_empty()
    );
    home.sql("UPDATE deliveries SET created_at = created_at - interval '3 s'")
        .await;
    assert_eq!(
        ids(&store.due_for_relay(TWO_SECONDS, 10).await.unwrap()),
        [id]
    );
}

#[tokio::test]
async fn a_relay_that_dies_before_it_enqueues_holds_its_rows_for_a_moment_only() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let id = home.delivery(ada, "welcome").await;
    home.sql("UPDATE deliveries SET created_at = created_at - interval '1 h'")
        .await;
    assert_eq!(store.due_for_relay(TWO_SECONDS, 10).await.unwrap().len(), 1);
    assert!(
        store
            .due_for_relay(TWO_SECONDS, 10)
            .await
            .unwrap()
            .is_empty()
    );
    home.sql("UPDATE deliveries SET claimed_at = claimed_at - interval '3 s'")
        .await;
    assert_eq!(store.due_for_relay(TWO_SECONDS, 10).await.unwrap().len(), 1);
    store.mark_relayed(&[id]).await.unwrap();
    home.sql("UPDATE deliveries SET claimed_at = claimed_at - interval '3 s'")
        .await;
    assert!(
        store
            .due_for_relay(TWO_SECONDS, 10)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn each_look_after_an_open_row_waits_twice_as_long_up_to_a_limit() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let id = home.delivery(ada, "welcome").await;
    let mut waits = Vec::new();
    for _ in 0..5 {
        assert!(store.due_for_check(HALF_HOUR, 10).await.unwrap().is_empty());
        home.sql("UPDATE deliveries SET check_at = now()").await;
        assert_eq!(store.due_for_check(HALF_HOUR, 10).await.unwrap().len(), 1);
        let wait = home.row(id).await.check_at.duration_since(home.now().await);
        waits.push(wait.as_secs_f64() / 60.0);
    }
    for (wait, expected) in waits.iter().zip([4.0, 8.0, 16.0, 30.0, 30.0]) {
        assert!((wait - expected).abs() < 0.5, "{waits:?}");
    }
}

#[tokio::test]
async fn what_is_decided_is_not_looked_after() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let decided = home.delivery(ada, "welcome").await;
    let sending = home.delivery(ada, "task-reminder").await;
    store.skip(decided, "nothing due").await.unwrap();
    store
        .begin_sending(sending, Uuid::new_v4(), 2)
        .await
        .unwrap();
    home.sql("UPDATE deliveries SET check_at = now()").await;
    assert_eq!(
        ids(&store.due_for_check(HALF_HOUR, 10).await.unwrap()),
        [sending]
    );
    assert_eq!(
        ids(&store
            .open_deliveries(DeliveryId::default(), 10)
            .await
            .unwrap()),
        [sending]
    );
}

#[tokio::test]
async fn a_walk_over_all_open_rows_meets_each_once() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let mut wanted = Vec::new();
    for kind in ["a", "b", "c", "d", "e"] {
        wanted.push(home.delivery(ada, kind).await);
    }
    let (mut met, mut after) = (Vec::new(), DeliveryId::default());
    loop {
        let page = store.open_deliveries(after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.id;
        met.extend(ids(&page));
    }
    wanted.sort();
    assert_eq!(met, wanted);
}

#[tokio::test]
async fn past_its_deadline_what_was_never_sent_is_skipped_and_what_may_have_gone_is_unknown() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let considered = home.delivery(ada, "a").await;
    let sending = home.delivery(ada, "b").await;
    let unknown = home.delivery(ada, "c").await;
    let token = Uuid::new_v4();
    store
        .begin_sending(sending, Uuid::new_v4(), 2)
        .await
        .unwrap();
    store.begin_sending(unknown, token, 2).await.unwrap();
    store
        .unknown(unknown, token, "cut after DATA")
        .await
        .unwrap();
    assert_eq!(store.give_up(10, GRACE).await.unwrap(), GivenUp::default());
    home.sql("UPDATE deliveries SET not_after = now() - interval '61 s'")
        .await;

    let first = store.give_up(10, GRACE).await.unwrap();
    assert_eq!(
        first,
        GivenUp {
            skipped: 1,
            unknown: 1
        },
        "its sender still has its time"
    );
    assert_eq!(home.row(sending).await.state, Sending);

    home.sql("UPDATE deliveries SET sending_at = sending_at - interval '61 s'")
        .await;
    assert_eq!(
        store.give_up(10, GRACE).await.unwrap(),
        GivenUp {
            skipped: 0,
            unknown: 1
        }
    );
    let states = [
        home.row(considered).await,
        home.row(sending).await,
        home.row(unknown).await,
    ];
    assert_eq!(
        states.map(|row| (row.state, row.decided_at.is_some())),
        [(Skipped, true), (Unknown, true), (Unknown, true)]
    );
    assert_eq!(
        home.row(considered).await.reason.as_deref(),
        Some("too-late")
    );
    assert_eq!(
        home.row(unknown).await.reason.as_deref(),
        Some("unanswered")
    );
}

#[tokio::test]
async fn what_held_a_row_up_until_it_was_too_late_stays_in_front_of_what_the_provider_said() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let mut rows = Vec::new();
    let long = "5".repeat(300);
    for (kind, reason, answer) in [
        ("a", "refused", "554 5.7.1 policy"),
        ("b", "send-limit", ""),
        ("c", "refused", &long),
    ] {
        for occasion in [kind.to_owned(), format!("{kind}-by-its-job")] {
            let id = home.delivery(ada, &occasion).await;
            assert!(store.note(id, reason, answer).await.unwrap());
            rows.push(id);
        }
    }
    for by_its_job in rows.iter().skip(1).step_by(2) {
        assert!(store.too_late(*by_its_job).await.unwrap());
    }
    home.sql("UPDATE deliveries SET not_after = now() - interval '61 s'")
        .await;
    assert_eq!(store.give_up(10, GRACE).await.unwrap().skipped, 3);

    let cut = format!("refused: {}", &long[..291]);
    for (pair, kept) in rows
        .chunks(2)
        .zip(["refused: 554 5.7.1 policy", "send-limit", &cut])
    {
        for id in pair {
            let row = home.row(*id).await;
            assert_eq!(
                (row.state, row.reason.as_deref()),
                (Skipped, Some("too-late"))
            );
            assert_eq!(row.answer.as_deref(), Some(kept));
        }
    }
}
