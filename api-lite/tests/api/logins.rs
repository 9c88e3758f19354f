//! How long a login lasts.

use axum::http::StatusCode;
use serde_json::Value;

use crate::house::{House, house};

impl House {
    fn used(&self, ago: &str) {
        self.sql(&format!(
            "UPDATE tokens SET used_at = now() - interval '{ago}'"
        ));
    }

    async fn tasks(&self, token: &str, status: StatusCode) -> Value {
        self.asked("GET", "/api/tasks/", token, Value::Null, status)
            .await
    }

    /// Of the only login, since its last use as it is written down.
    fn days(&self) -> String {
        let days = "SELECT (extract(epoch FROM now() - used_at) / 86400)::int FROM tokens";
        self.sql(days).concat().concat()
    }
}

#[tokio::test]
async fn a_login_that_is_used_lives_on_and_one_that_is_not_ends_after_ninety_days() {
    let house = house().await;
    let (ada, _) = house.sign_up("ada").await;
    for _ in 0..2 {
        house.used("89 days");
        house.tasks(&ada, StatusCode::OK).await;
        assert_eq!(house.days(), "0");
    }
    house.used("91 days");
    let told = house.tasks(&ada, StatusCode::UNAUTHORIZED).await;
    assert_eq!(told["error"]["code"], "token_expired");
    let message = told["error"]["message"].as_str().expect("a sentence");
    assert!(message.contains("90 days"), "{message}");
    assert_eq!(house.days(), "91", "what has ended stays so");
}

#[tokio::test]
async fn the_use_of_a_login_is_written_down_once_a_day() {
    let house = house().await;
    let (ada, _) = house.sign_up("ada").await;
    for (ago, kept) in [("23 hours", "23"), ("25 hours", "0")] {
        house.used(ago);
        house.tasks(&ada, StatusCode::OK).await;
        let hours = "SELECT (extract(epoch FROM now() - used_at) / 3600)::int FROM tokens";
        assert_eq!(house.sql(hours).concat().concat(), kept, "{ago}");
    }
}

#[tokio::test]
async fn a_login_that_cannot_be_written_down_is_answered_all_the_same() {
    let house = house().await;
    let (ada, _) = house.sign_up("ada").await;
    house.used("25 hours");
    house.sql(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'full'; END $$;
        CREATE TRIGGER refuse BEFORE UPDATE ON tokens FOR EACH ROW EXECUTE FUNCTION refuse()",
    );
    house.tasks(&ada, StatusCode::OK).await;
    assert_eq!(house.days(), "1");
}
