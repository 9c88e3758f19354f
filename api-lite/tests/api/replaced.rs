//! A password that is replaced while somebody logs in by it, or registers a device by a login of it.

use std::pin::pin;

use axum::http::StatusCode;
use serde_json::json;
use store::{Channel, UserId};

use crate::house::{House, house};

const HASH: [u8; 32] = [7; 32];

impl House {
    async fn replace_password(&self, user: UserId) {
        let mut tx = self.store.begin().await.expect("Postgres answers");
        tx.set_password(user, "another").await.expect("a user");
        tx.commit().await.expect("Postgres answers");
    }

    async fn devices_of(&self, user: i64) -> usize {
        let devices = self.store.devices_of(UserId(user), 10).await;
        devices.expect("Postgres answers").len()
    }

    /// Until one transaction waits for what another holds.
    async fn until_one_waits(&self) {
        let waiting = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let one = async || self.sql(waiting).concat().concat() == "1";
        standins::until("a transaction waits for another", one).await;
    }
}

#[tokio::test]
async fn who_logs_in_by_a_password_that_is_replaced_meanwhile_stays_out() {
    let house = house().await;
    let (_, id) = house.sign_up("ada").await;
    let mut replacing = house.store.begin().await.expect("Postgres answers");
    let replaced = replacing.set_password(UserId(id), "another").await;
    replaced.expect("a user");

    let body = json!({ "email": "ada@example.com", "password": "correct horse" });
    let mut login = pin!(house.ask("POST", "/api/auth/login/", None, body));
    tokio::select! {
        answer = &mut login => panic!("it did not wait: {answer:?}"),
        () = house.until_one_waits() => {}
    }
    replacing.commit().await.expect("Postgres answers");
    let (status, told) = login.await;
    assert_eq!(
        (status, &told["error"]["code"]),
        (StatusCode::UNAUTHORIZED, &json!("bad_login"))
    );
    assert_eq!(
        house.sql("SELECT user_id FROM tokens"),
        Vec::<Vec<String>>::new()
    );
}

#[tokio::test]
async fn who_is_logging_in_when_the_password_is_replaced_is_out_with_the_others() {
    let house = house().await;
    let (_, id) = house.sign_up("ada").await;
    let known = house.store.credentials("ada@example.com").await;
    let known = known.expect("Postgres answers").expect("a user");
    let mut login = house.store.begin().await.expect("Postgres answers");
    let logged_in = login.log_in(&known, &HASH).await;
    assert!(logged_in.expect("Postgres answers"));

    let mut replacing = pin!(house.replace_password(UserId(id)));
    tokio::select! {
        () = &mut replacing => panic!("it did not wait"),
        () = house.until_one_waits() => {}
    }
    login.commit().await.expect("Postgres answers");
    replacing.await;
    let token = house.store.token(&HASH).await.expect("Postgres answers");
    assert_eq!(token, None);
}

#[tokio::test]
async fn who_registers_a_device_by_a_login_that_ends_meanwhile_is_pushed_nothing() {
    let house = house().await;
    let (ada, id) = house.sign_up("ada").await;
    let mut replacing = house.store.begin().await.expect("Postgres answers");
    let replaced = replacing.set_password(UserId(id), "another").await;
    replaced.expect("a user");

    let body = json!({ "channel": "apns", "token": "aa11" });
    let mut registering = pin!(house.ask("POST", "/api/devices/", Some(&ada), body));
    tokio::select! {
        answer = &mut registering => panic!("it did not wait: {answer:?}"),
        () = house.until_one_waits() => {}
    }
    replacing.commit().await.expect("Postgres answers");
    let (status, told) = registering.await;
    assert_eq!(
        (status, &told["error"]["code"]),
        (StatusCode::UNAUTHORIZED, &json!("unauthorized"))
    );
    assert_eq!(house.devices_of(id).await, 0);
}

#[tokio::test]
async fn who_is_registering_a_device_when_the_password_is_replaced_is_pushed_nothing() {
    let house = house().await;
    let (_, id) = house.sign_up("ada").await;
    let known = house.store.credentials("ada@example.com").await;
    let known = known.expect("Postgres answers").expect("a user");
    let logged_in = house.store.log_in(&known, &HASH).await;
    assert!(logged_in.expect("Postgres answers"));
    let mut registering = house.store.begin().await.expect("Postgres answers");
    let held = registering.hold_login(UserId(id), &HASH).await;
    assert!(held.expect("Postgres answers"));
    let device = registering.register_device(UserId(id), Channel::Apns, "aa11");
    device.await.expect("a device");

    let mut replacing = pin!(house.replace_password(UserId(id)));
    tokio::select! {
        () = &mut replacing => panic!("it did not wait"),
        () = house.until_one_waits() => {}
    }
    registering.commit().await.expect("Postgres answers");
    replacing.await;
    assert_eq!(house.devices_of(id).await, 0);
}
