//! Jobs that nobody can do, or not this worker.

use platform::State;
use standins::until;

use crate::house::{House, Worker};

#[tokio::test(flavor = "multi_thread")]
async fn neither_a_panic_nor_a_payload_nor_a_kind_that_it_does_not_know_ends_a_worker() {
    let house = House::new().await;
    let worker = Worker::start(&house, 1);
    // What no attempt can mend has only one, however many it might have.
    for (kind, payload, attempts, why) in [
        ("probe", &br#"{"fail":"panic"}"#[..], 1, "asked to panic"),
        (
            "probe",
            br#"{"snooze":7}"#,
            10,
            "the payload is not one of probe",
        ),
        ("probe", b"\xff\x00", 10, "the payload is not one of probe"),
        ("no-such-kind", b"{}", 1, "no-such-kind"),
    ] {
        let told = house.dies(house.raw(kind, payload, attempts).await).await;
        assert!(told.contains(why), "{told}");
    }
    house.is_gone(house.probe(0).await).await;
    assert_eq!(worker.ended(), None, "{}", worker.logs());
}

/// As an older worker meets it during a roll-out, on which the newer one goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_a_kind_that_it_does_not_know_is_left_to_a_worker_that_does() {
    let house = House::new().await;
    let _worker = Worker::start(&house, 1);
    let job = house.raw("no-such-kind", b"{}", 10).await;
    until("it waits to be tried again", async || {
        house.state(job).await == Some(State::Retrying)
    })
    .await;
}
