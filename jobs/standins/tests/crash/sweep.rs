//! The sweep for five hundred people, with two schedulers and three workers.

use std::collections::BTreeSet;

use standins::House;

use crate::given::{
    ITS_SHARE, Row, all_sent, ask_for_the_sweep, check_copies, crowd, ledger, unknown, worker,
};

const PEOPLE: usize = 500;

/// Of deliveries.
type Ids = BTreeSet<String>;

struct Busy {
    house: House,
    worker: usize,
}

/// Everybody's reminder is asked for, and all that the first worker has in hand is stopped on the way.
async fn busy(hold: impl FnOnce(&House)) -> Busy {
    let mut house = crowd(PEOPLE, "task-reminder").await;
    hold(&house);
    let worker = worker(&mut house);
    ask_for_the_sweep(&house);
    house.inbox.wait_for_held(ITS_SHARE).await;
    Busy { house, worker }
}

impl Busy {
    /// Kills the worker in the middle of twenty mails. Answers those of which nobody knows any more whether
    /// they have gone; whatever else there is waits to be sent.
    fn lose_the_worker(&mut self) -> Ids {
        self.house.process(self.worker).kill9();
        let rows = ledger(&self.house).into_iter();
        let (sending, others): (Vec<_>, Vec<_>) = rows.partition(|row| row.state == "sending");
        let waits = |row: &Row| row.state == "considered" && !row.was_unknown;
        assert!(others.iter().all(waits), "{others:?}");
        sending.into_iter().map(|row| row.id).collect()
    }

    /// What was stopped moves again, and two more workers help.
    async fn go_on(&mut self) {
        self.house.inbox.release();
        for _ in 0..2 {
            worker(&mut self.house);
        }
        all_sent(&self.house, PEOPLE).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_before_sending_leaves_nobody_out_and_nothing_unknown() {
    let mut busy = busy(|house| house.inbox.hold_before_rcpt(true)).await;
    assert_eq!(busy.lose_the_worker(), Ids::new());
    busy.go_on().await;
    assert_eq!(check_copies(&busy.house), 0);
    assert_eq!(unknown(&busy.house), Ids::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_between_sending_and_data_leaves_unknowns_that_are_sent_once() {
    let mut busy = busy(|house| house.inbox.hold_before_data(true)).await;
    let lost = busy.lose_the_worker();
    assert_eq!(lost.len(), ITS_SHARE);
    busy.go_on().await;
    assert_eq!(check_copies(&busy.house), 0);
    assert_eq!(unknown(&busy.house), lost);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_after_data_has_its_mails_sent_a_second_time_and_no_others() {
    let mut busy = busy(|house| house.inbox.hold_after_data(true)).await;
    let lost = busy.lose_the_worker();
    assert_eq!(lost.len(), ITS_SHARE);
    busy.go_on().await;
    assert_eq!(check_copies(&busy.house), ITS_SHARE);
    assert_eq!(unknown(&busy.house), lost);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_flushed_in_the_middle_of_a_sweep_costs_nobody_a_mail() {
    let mut busy = busy(|house| house.inbox.hold_after_data(true)).await;
    busy.house.redis.flush().unwrap();
    busy.go_on().await;
    check_copies(&busy.house);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_killed_in_the_middle_of_a_sweep_costs_nobody_a_mail() {
    let mut busy = busy(|house| house.inbox.hold_before_data(true)).await;
    busy.house.leader().expect("a leader").kill9();
    busy.house.redis.flush().unwrap();
    busy.go_on().await;
    check_copies(&busy.house);
}
