//! The link at the end of a mail works without a login, and does nothing until somebody means it.

use axum::http::StatusCode;
use kinds::links::Unsubscribe;
use serde_json::{Value, json};
use store::{Channel, UserId};

use crate::house::{House, house, links, person};

fn path(user: i64, kind: &str) -> String {
    let link = links().unsubscribe(&Unsubscribe {
        user: UserId(user),
        kind: kind.to_owned(),
        channel: Channel::Mail,
    });
    let path = link.strip_prefix("https://honeydue.example.com");
    path.expect("a link of ours").to_owned()
}

impl House {
    async fn wants(&self, user: i64, kind: &str) -> Option<bool> {
        let said = self.store.preference(UserId(user), kind, Channel::Mail);
        said.await.expect("Postgres answers")
    }
}

#[tokio::test]
async fn opening_the_link_changes_nothing_and_posting_to_it_does_however_often() {
    let house = house().await;
    let (_, id) = house.sign_up("ada").await;
    let path = path(id, "daily-digest");
    let (status, page) = house.page("GET", &path).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        page.contains("<form") && page.contains("the daily digest"),
        "{page}"
    );
    assert_eq!(house.wants(id, "daily-digest").await, None);

    for _ in 0..2 {
        let (status, page) = house.page("POST", &path).await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("You are unsubscribed"), "{page}");
        assert_eq!(house.wants(id, "daily-digest").await, Some(false));
    }
    assert_eq!(
        house.wants(id, "task-reminder").await,
        None,
        "all others go on"
    );
}

#[tokio::test]
async fn the_page_speaks_the_readers_language() {
    let house = house().await;
    let mut zoe = person("zoe");
    zoe["locale"] = json!("de");
    let (_, told) = house.ask("POST", "/api/auth/register/", None, zoe).await;
    let id = told["user"]["id"].as_i64().expect("an id");
    let (_, page) = house.page("GET", &path(id, "daily-digest")).await;
    assert!(
        page.contains("Abbestellen") && page.contains(r#"lang="de""#),
        "{page}"
    );
}

#[tokio::test]
async fn unsubscribing_from_the_first_days_ends_them() {
    let house = house().await;
    let (_, id) = house.sign_up("ada").await;
    let drip = async || {
        house
            .store
            .drip_of(UserId(id), "onboarding")
            .await
            .expect("Postgres answers")
    };
    assert!(drip().await.is_some());
    house.page("POST", &path(id, "onboarding")).await;
    assert_eq!(drip().await, None);
}

#[tokio::test]
async fn a_link_that_is_none_of_ours_or_asks_for_too_much_is_not_found() {
    let house = house().await;
    let (_, id) = house.sign_up("ada").await;
    let good = path(id, "daily-digest");
    let required = path(id, "password-reset");
    for bad in [
        &good[..good.len() - 1],
        &required,
        "/u/nonsense",
        "/u/%FF",
        "/u/%00",
    ] {
        for method in ["GET", "POST"] {
            let (status, page) = house.page(method, bad).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{method} {bad}");
            assert!(page.contains("does not work"), "{page}");
        }
    }
    assert_eq!(
        house
            .store
            .preferences_of(UserId(id))
            .await
            .expect("Postgres answers"),
        []
    );
}

#[tokio::test]
async fn somebody_who_is_gone_is_told_the_same() {
    let house = house().await;
    let (_, id) = house.sign_up("ada").await;
    house
        .store
        .purge_user(UserId(id))
        .await
        .expect("Postgres answers");
    let (status, page) = house.page("POST", &path(id, "daily-digest")).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert_eq!(
        house.ask("GET", "/u/", None, Value::Null).await.0,
        StatusCode::NOT_FOUND
    );
}
