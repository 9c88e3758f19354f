//! Coming into somebody's household by a code.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::house::{House, house};

const JOIN: &str = "/api/residences/join/";

impl House {
    async fn residences(&self, token: &str) -> Vec<Value> {
        let path = "/api/residences/";
        let told = self
            .asked("GET", path, token, Value::Null, StatusCode::OK)
            .await;
        told["residences"].as_array().expect("a list").clone()
    }

    async fn invites(&self, owner: &str, status: StatusCode) -> Value {
        let home = self.residences(owner).await.remove(0);
        let path = format!("/api/residences/{}/invitations/", home["id"]);
        self.asked("POST", &path, owner, Value::Null, status).await
    }

    async fn code(&self, owner: &str) -> String {
        let told = self.invites(owner, StatusCode::CREATED).await;
        told["code"].as_str().expect("a code").to_owned()
    }

    /// Makes `guest` a member of `owner`'s household.
    pub(crate) async fn join(&self, guest: &str, owner: &str) {
        let code = self.code(owner).await;
        let body = json!({ "code": code });
        self.asked("POST", JOIN, guest, body, StatusCode::OK).await;
    }

    /// That `guest` can't join by this code, and why.
    async fn refused(&self, guest: &str, code: &str, status: StatusCode) -> String {
        let body = json!({ "code": code });
        let told = self.asked("POST", JOIN, guest, body, status).await;
        assert_eq!(told["error"]["field"], "code", "{told}");
        told["error"]["code"].as_str().expect("a code").to_owned()
    }
}

fn ids(members: &Value) -> Vec<i64> {
    let members = members.as_array().expect("members").iter();
    members.filter_map(|member| member["id"].as_i64()).collect()
}

#[tokio::test]
async fn who_joins_by_a_code_shares_the_household_and_keeps_their_own() {
    let house = house().await;
    let (ben, ben_id) = house.sign_up("ben").await;
    let (ada, ada_id) = house.sign_up("ada").await;
    let code = house.code(&ada).await;
    let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
    let body = json!({ "code": typed });
    let joined = house.asked("POST", JOIN, &ben, body, StatusCode::OK).await;
    assert_eq!(joined["owner_id"], ada_id);

    let homes = house.residences(&ben).await;
    assert_eq!((homes.len(), &homes[0]["owner_id"]), (2, &json!(ben_id)));
    assert_eq!(homes[1]["id"], joined["id"]);
    assert_eq!(ids(&homes[0]["members"]), [ben_id]);
    assert_eq!(ids(&homes[1]["members"]), [ben_id, ada_id]);
    assert_eq!(homes[1]["members"][1]["name"], "ada");

    // What he notes is his own, unless he says where it belongs.
    for (body, seen) in [
        (json!({ "title": "Diary" }), 0),
        (json!({ "title": "Rent", "residence_id": joined["id"] }), 1),
    ] {
        let created = StatusCode::CREATED;
        house
            .asked("POST", "/api/tasks/", &ben, body, created)
            .await;
        let told = house
            .asked("GET", "/api/tasks/", &ada, Value::Null, StatusCode::OK)
            .await;
        assert_eq!(told["tasks"].as_array().map(Vec::len), Some(seen), "{told}");
    }
}

#[tokio::test]
async fn a_code_lets_one_in_once_and_says_so_again_to_them() {
    let house = house().await;
    let ((ada, _), (ben, _)) = (house.sign_up("ada").await, house.sign_up("ben").await);
    let (cleo, _) = house.sign_up("cleo").await;
    let code = house.code(&ada).await;
    let own = house.refused(&ada, &code, StatusCode::CONFLICT).await;
    assert_eq!(own, "already_a_member");
    for _ in 0..2 {
        let body = json!({ "code": code });
        house.asked("POST", JOIN, &ben, body, StatusCode::OK).await;
    }
    let late = house.refused(&cleo, &code, StatusCode::GONE).await;
    assert_eq!(late, "code_used");
    let another = house.code(&ada).await;
    let twice = house.refused(&ben, &another, StatusCode::CONFLICT).await;
    assert_eq!(twice, "already_a_member");
    assert_eq!(house.residences(&cleo).await.len(), 1);
}

#[tokio::test]
async fn of_two_who_use_a_code_at_once_one_comes_in() {
    let house = house().await;
    let ((ada, _), (ben, _)) = (house.sign_up("ada").await, house.sign_up("ben").await);
    let (cleo, _) = house.sign_up("cleo").await;
    let code = house.code(&ada).await;
    let join = |token| house.ask("POST", JOIN, Some(token), json!({ "code": code }));
    let (first, second) = tokio::join!(join(&ben), join(&cleo));
    let mut statuses = [first.0, second.0];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::GONE]);
}

#[tokio::test]
async fn a_code_that_is_none_or_too_old_is_refused_for_that() {
    let house = house().await;
    let ((ada, _), (ben, _)) = (house.sign_up("ada").await, house.sign_up("ben").await);
    for code in ["", "0000-0000-0000-0000", "\u{0}"] {
        let why = house.refused(&ben, code, StatusCode::NOT_FOUND).await;
        assert_eq!(why, "unknown_code", "{code:?}");
    }
    let code = house.code(&ada).await;
    house.sql("UPDATE invitations SET expires_at = now() - interval '1 s'");
    let why = house.refused(&ben, &code, StatusCode::GONE).await;
    assert_eq!(why, "code_expired");
    assert_eq!(house.residences(&ben).await.len(), 1);
}

#[tokio::test]
async fn the_owner_invites_and_anybody_once_there_is_none() {
    let house = house().await;
    let ((ada, ada_id), (ben, _)) = (house.sign_up("ada").await, house.sign_up("ben").await);
    house.join(&ben, &ada).await;
    let (cleo, _) = house.sign_up("cleo").await;
    let shared = house.residences(&ada).await.remove(0);
    let path = format!("/api/residences/{}/invitations/", shared["id"]);
    for (token, path, status, why) in [
        (&ben, path.as_str(), StatusCode::FORBIDDEN, "not_the_owner"),
        (&cleo, path.as_str(), StatusCode::NOT_FOUND, "not_found"),
        (
            &cleo,
            "/api/residences/mine/invitations/",
            StatusCode::NOT_FOUND,
            "not_found",
        ),
    ] {
        let told = house.asked("POST", path, token, Value::Null, status).await;
        assert_eq!(told["error"]["code"], why);
    }
    let ada = store::UserId(ada_id);
    house.store.purge_user(ada).await.expect("she is forgotten");
    let created = StatusCode::CREATED;
    let told = house.asked("POST", &path, &ben, Value::Null, created).await;
    let body = json!({ "code": told["code"] });
    house.asked("POST", JOIN, &cleo, body, StatusCode::OK).await;
}

#[tokio::test]
async fn a_household_invites_ten_times_an_hour_and_has_a_hundred_members() {
    let house = house().await;
    let ((ada, _), (ben, _)) = (house.sign_up("ada").await, house.sign_up("ben").await);
    let code = house.code(&ada).await;
    for _ in 0..9 {
        house.code(&ada).await;
    }
    let told = house.invites(&ada, StatusCode::TOO_MANY_REQUESTS).await;
    assert_eq!(told["error"]["code"], "too_often");
    house.sql("UPDATE invitations SET created_at = now() - interval '61 min'");
    house.code(&ada).await;

    house.sql(
        "WITH guests AS (
            INSERT INTO users (email, name, password_hash)
            SELECT n || '@example.com', 'guest', '' FROM generate_series(1, 99) AS n RETURNING id
        )
        INSERT INTO members (residence_id, user_id)
        SELECT residences.id, guests.id FROM guests, residences
        JOIN users ON users.id = owner_id AND users.name = 'ada'",
    );
    let why = house.refused(&ben, &code, StatusCode::CONFLICT).await;
    assert_eq!(why, "household_full");
    house.sql("DELETE FROM users WHERE email = '7@example.com'");
    let body = json!({ "code": code });
    house.asked("POST", JOIN, &ben, body, StatusCode::OK).await;
}

#[tokio::test]
async fn of_a_code_only_a_hash_is_kept() {
    let house = house().await;
    let (ada, _) = house.sign_up("ada").await;
    let code = house.code(&ada).await;
    let kept = house.sql("SELECT row_to_json(invitations) FROM invitations");
    let kept = kept.concat().join(" ");
    assert!(!kept.contains(&code) && !kept.contains(&code.replace('-', "")));
}
