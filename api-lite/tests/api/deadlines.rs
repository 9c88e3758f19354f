//! By whose clock deadlines are: Postgres's, whatever the machine shows on which we answer.

use axum::http::StatusCode;
use serde_json::json;

use crate::house::{House, house};

impl House {
    /// To who asks it from now on, Postgres's clock is a day ahead of this machine's.
    fn tomorrow(&self) {
        self.sql(
            "CREATE SCHEMA ahead;
            CREATE FUNCTION ahead.now() RETURNS timestamptz LANGUAGE sql STABLE
                RETURN pg_catalog.now() + interval '1 day';
            DO $$ BEGIN
                EXECUTE format('ALTER DATABASE %I SET search_path = ahead, pg_catalog, public', current_database());
            END $$",
        );
    }
}

#[tokio::test]
async fn what_is_wanted_is_due_by_the_clock_of_postgres() {
    let house = house().await;
    house.tomorrow();
    let ((ada, ada_id), (ben, ben_id)) = (house.sign_up("ada").await, house.sign_up("ben").await);
    house.join(&ben, &ada).await;
    let device = json!({ "channel": "apns", "token": "aa11" });
    house
        .asked("POST", "/api/devices/", &ben, device, StatusCode::CREATED)
        .await;
    house.give_tasks(ben_id, &ada, 1).await;
    let body = json!({ "email": "ada@example.com" });
    let (status, _) = house
        .ask("POST", "/api/auth/forgot-password/", None, body)
        .await;
    assert_eq!(status, StatusCode::ACCEPTED);
    // The defaults of columns ask the true clock.
    let kinds = "SELECT DISTINCT kind FROM deliveries
        WHERE least(check_at, not_after) > created_at + interval '1 day' ORDER BY kind";
    assert_eq!(
        house.sql(kinds).concat(),
        ["password-reset", "task-assigned", "welcome"]
    );

    let behind = "SELECT count(*) FROM agenda WHERE next_at < now() - interval '1 hour'";
    assert_eq!(house.sql(behind).concat(), ["0"]);
    // Who has waited for days is due now.
    house.sql("UPDATE agenda SET next_at = now() - interval '9 days'");
    let body = json!({ "reminder_hour": 7, "digest_hour": 7 });
    let path = "/api/notification-preferences/";
    house.asked("PATCH", path, &ada, body, StatusCode::OK).await;
    let behind = format!("{behind} AND user_id = {ada_id}");
    assert_eq!(house.sql(&behind).concat(), ["0"]);
}
