//! A thousand digests, and everything that can go wrong on one evening.

use standins::{
    House,
    smtp::{Fault, Stage},
};

use crate::given::{
    ITS_SHARE, all_decided, ask_for_the_sweep, check_copies, crowd, ledger, unknown, worker,
};

const PEOPLE: usize = 1000;
/// Whose mail server takes the mail and is cut off before it says so.
const CUT_OFF: usize = 20;

fn cut_off_after_data(house: &House) {
    for n in 1..=CUT_OFF {
        let to = format!("p{}@example.com", PEOPLE / 2 + n);
        let cut = Fault::cut(Stage::End).stored().address(&to).times(1);
        house.inbox.faults().add(cut).expect("a fault");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_workers_cut_mails_a_restarted_and_a_flushed_redis_cost_nobody_their_digest() {
    let mut house = crowd(PEOPLE, "daily-digest").await;
    cut_off_after_data(&house);
    house.inbox.hold_after_data(true);
    let first = worker(&mut house);
    ask_for_the_sweep(&house);

    house.inbox.wait_for_held(ITS_SHARE).await;
    house.process(first).kill9();
    house.inbox.release();
    let [second, ..] = [(); 3].map(|()| worker(&mut house));

    house.inbox.wait_for(PEOPLE / 4).await;
    house.redis.kill();
    house.redis.restart().await.expect("Redis comes back");

    house.inbox.wait_for(PEOPLE / 2).await;
    house.process(second).kill9();
    worker(&mut house);

    house.inbox.wait_for(PEOPLE * 3 / 4).await;
    house.redis.flush().expect("Redis forgets everything");

    all_decided(&house, PEOPLE).await;
    let copies = check_copies(&house);
    let rows = ledger(&house).into_iter();
    let twice_unanswered = rows.filter(|row| row.state == "unknown").count();
    assert!(
        copies + twice_unanswered >= ITS_SHARE + CUT_OFF,
        "{copies} second copies, {twice_unanswered} that may be"
    );
    assert!(copies <= unknown(&house).len());
}
