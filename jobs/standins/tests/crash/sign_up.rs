//! Welcome mails, asked for over HTTP.

use serde_json::json;
use standins::House;

use crate::given::{all_sent, check_copies, house, worker};

const PEOPLE: usize = 12;

pub(crate) fn sign_up(house: &House, n: usize) {
    let body = json!({ "email": format!("p{n}@example.com"), "password": "correct horse battery", "name": format!("P{n}") });
    house
        .post("/api/auth/register/", None, &body)
        .expect("a sign-up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_wiped_before_anybody_worked_costs_nobody_a_mail() {
    let mut house = house().await;
    (0..PEOPLE).for_each(|n| sign_up(&house, n));
    house.redis.kill();
    house.redis.wipe().unwrap();
    house.redis.restart().await.unwrap();
    worker(&mut house);
    all_sent(&house, PEOPLE).await;
    assert_eq!(check_copies(&house), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_sign_up_while_redis_is_away_and_are_welcomed_once_it_is_back() {
    let mut house = house().await;
    worker(&mut house);
    house.redis.kill();
    (0..2).for_each(|n| sign_up(&house, n));
    house.redis.restart().await.unwrap();
    all_sent(&house, 2).await;
    assert_eq!(check_copies(&house), 0);
}
