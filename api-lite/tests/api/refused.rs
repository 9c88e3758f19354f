//! What nobody can mean, and Postgres would refuse: it is named, or nobody's, and never a fault of ours.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::house::house;

#[tokio::test]
async fn a_date_that_no_calendar_of_ours_has_is_named() {
    let house = house().await;
    let (ada, _) = house.sign_up("ada").await;
    let ada = Some(ada.as_str());
    let rent = |day: &str| json!({ "title": "Rent", "due_on": day });
    let (_, task) = house
        .ask("POST", "/api/tasks/", ada, rent("9999-12-31"))
        .await;
    assert_eq!(task["due_on"], "9999-12-31");
    let path = format!("/api/tasks/{}/", task["id"]);
    let (_, task) = house.ask("PATCH", &path, ada, rent("1900-01-01")).await;
    assert_eq!(task["due_on"], "1900-01-01");
    for day in ["1899-12-31", "0000-01-01", "-009999-01-01"] {
        for (method, path) in [("POST", "/api/tasks/"), ("PATCH", &path)] {
            let (status, told) = house.ask(method, path, ada, rent(day)).await;
            assert_eq!(
                (status, &told["error"]["field"]),
                (StatusCode::BAD_REQUEST, &json!("due_on")),
                "{method} {day}: {told}"
            );
        }
    }
}

#[tokio::test]
async fn an_address_that_nobody_can_have_is_answered_as_one_that_nobody_has() {
    let house = house().await;
    house.sign_up("ada").await;
    let email = "ada@example.com\0";
    let body = json!({ "email": email, "password": "correct horse" });
    let (status, told) = house.ask("POST", "/api/auth/login/", None, body).await;
    assert_eq!(
        (status, &told["error"]["code"]),
        (StatusCode::UNAUTHORIZED, &json!("bad_login"))
    );
    let body = json!({ "email": email });
    let (status, told) = house
        .ask("POST", "/api/auth/forgot-password/", None, body)
        .await;
    assert_eq!(status, StatusCode::ACCEPTED, "{told}");
}

#[tokio::test]
async fn a_path_that_holds_no_id_leads_to_nothing() {
    let house = house().await;
    let (ada, _) = house.sign_up("ada").await;
    for id in ["%FF", "%00", "seven", "99999999999999999999"] {
        for (method, path) in [
            ("PATCH", format!("/api/tasks/{id}/")),
            ("DELETE", format!("/api/tasks/{id}/")),
            ("POST", format!("/api/residences/{id}/invitations/")),
        ] {
            let told = house
                .asked(method, &path, &ada, Value::Null, StatusCode::NOT_FOUND)
                .await;
            assert_eq!(told["error"]["code"], "not_found", "{method} {path}");
        }
    }
}
