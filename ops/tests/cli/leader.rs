//! `leader`: which scheduler fires, and asking for another.

use std::time::Duration;

use insta::assert_snapshot;
use platform::leader::{Candidate, Held, Renewed};

use crate::given::{Given, put_aside};

const LEASE: Duration = Duration::from_mins(1);

pub(crate) fn candidate(owner: &str, term: i64) -> Candidate {
    Candidate {
        owner: owner.to_owned(),
        term,
        version: 1,
    }
}

/// What a lease has left is put aside too.
fn put_aside_more() -> impl Sized {
    let aside = put_aside();
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"\b\d{5}\b", "[left]");
    (settings.bind_to_scope(), aside)
}

#[tokio::test]
async fn the_leader_is_shown_with_its_term_and_what_its_lease_has_left() {
    let (given, _aside) = (Given::new().await, put_aside_more());
    let held = given
        .queue
        .hold(&candidate("scheduler-0/b1", 7), LEASE)
        .await;
    assert_eq!(held.unwrap(), Held::Ours);
    assert_snapshot!(given.answers(&["leader", "status"]), @"
    leader     scheduler-0/b1
    term       7
    timetable  version 1
    lease      [left] ms left unless renewed
    ");
    assert_snapshot!(given.answers(&["leader", "status", "-o", "json"]), @r#"
    {
      "owner": "scheduler-0/b1",
      "term": 7,
      "version": 1,
      "left_ms": [left]
    }
    "#);
    assert_snapshot!(given.answers(&["leader", "status", "-o", "jsonl"]), @r#"{"owner":"scheduler-0/b1","term":7,"version":1,"left_ms":[left]}"#);
}

/// Leads until it is asked to step down; then the next one does, if there is one.
pub(crate) async fn leads(given: &Given, who: Candidate, next: Option<Candidate>) {
    assert_eq!(
        given.queue.hold(&who, LEASE).await.expect("Redis answers"),
        Held::Ours
    );
    let queue = given.queue.clone();
    tokio::spawn(async move {
        standins::until("it is asked to step down", async || {
            let renewed = queue.renew(&who, LEASE).await;
            matches!(
                renewed,
                Ok(Renewed::Ours {
                    step_down: true,
                    ..
                })
            )
        })
        .await;
        assert!(queue.let_go(&who).await.expect("Redis answers"));
        if let Some(next) = next {
            assert_eq!(
                queue.hold(&next, LEASE).await.expect("Redis answers"),
                Held::Ours
            );
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_asked_to_step_down_is_followed_by_another_which_is_shown() {
    let (given, _aside) = (Given::new().await, put_aside_more());
    let (first, second) = (
        candidate("scheduler-0/b1", 7),
        candidate("scheduler-1/b2", 8),
    );
    leads(&given, first, Some(second)).await;
    let said = given.says(&["leader", "step-down"]);
    assert_snapshot!(said.answer, @"
    leader     scheduler-1/b2
    term       8
    timetable  version 1
    lease      [left] ms left unless renewed
    ");
    assert_snapshot!(said.aside, @"Asked scheduler-0/b1 to step down.");
    assert_eq!(said.code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_nobody_relieves_leads_again_and_that_is_said() {
    let (given, _aside) = (Given::new().await, put_aside_more());
    let owner = "scheduler-0/b1";
    leads(&given, candidate(owner, 7), Some(candidate(owner, 9))).await;
    let said = given.says(&["leader", "step-down", "-o", "jsonl"]);
    assert_snapshot!(said.answer, @r#"{"owner":"scheduler-0/b1","term":9,"version":1,"left_ms":[left]}"#);
    assert_snapshot!(said.aside, @"
    Asked scheduler-0/b1 to step down.
    No other took the lease, so it leads again.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_does_not_hear_is_an_error_that_names_it() {
    let (given, _aside) = (Given::new().await, put_aside());
    let (deaf, brief) = (candidate("scheduler-0/b1", 7), Duration::from_secs(2));
    assert_eq!(given.queue.hold(&deaf, brief).await.unwrap(), Held::Ours);
    let queue = given.queue.clone();
    let renewing = tokio::spawn(async move {
        let mut beat = tokio::time::interval(brief / 10);
        loop {
            beat.tick().await;
            queue.renew(&deaf, brief).await.expect("it is renewed");
        }
    });
    let said = given.says(&["leader", "step-down"]);
    renewing.abort();
    assert_eq!((said.code, said.answer.as_str()), (Some(1), ""));
    assert_snapshot!(said.aside, @"
    Asked scheduler-0/b1 to step down.
    honeydue: scheduler-0/b1 still leads; does it run?
    ");
}
