//! Who is told what, and why others are not.

use serde_json::json;

use super::Household;
use crate::given::worker;

#[tokio::test(flavor = "multi_thread")]
async fn a_task_given_and_done_is_told_once_on_each_device() {
    let mut home = Household::new().await;
    worker(&mut home.house);
    let task = home.give("Clear the gutters");
    let pushes = home.house.inbox.pushes().wait_for(2).await;
    for push in &pushes {
        assert_eq!(
            (push.title.as_str(), push.body.as_str()),
            ("Adalene gave you a task", "Clear the gutters")
        );
        assert_eq!(
            push.payload
                .to_string()
                .matches(&format!("/tasks/{task}"))
                .count(),
            1
        );
    }
    home.change(task, &json!({ "done": true }));
    let pushes = home.house.inbox.pushes().wait_for(4).await;
    let done = pushes
        .iter()
        .filter(|push| push.title == "Done: Clear the gutters");
    assert_eq!(done.count(), 2);
    let rows = home.decided(4).await;
    assert!(rows.iter().all(|row| row.state == "sent"), "{rows:?}");
    assert_eq!(home.copies(), [1; 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_moot_or_unwanted_by_the_time_of_sending_is_not_sent_and_says_why() {
    let mut home = Household::new().await;
    let (done, elsewhere, gone, unwanted) = (
        home.give("done"),
        home.give("elsewhere"),
        home.give("gone"),
        home.give("unwanted"),
    );
    let off =
        json!({ "kinds": [{ "kind": "task-completed", "channel": "push", "wanted": false }] });
    let preferences = "/api/notification-preferences/";
    home.house
        .patch(preferences, Some(&home.ben), &off)
        .expect("a preference");
    home.change(unwanted, &json!({ "done": true }));
    home.change(done, &json!({ "done": true }));
    home.change(elsewhere, &json!({ "assignee_id": null }));
    home.house
        .postgres
        .ask(&format!("DELETE FROM tasks WHERE id = {gone}"))
        .expect("it is gone");
    worker(&mut home.house);

    let rows = home.decided(12).await;
    let said = |reason: &str| rows.iter().filter(|row| row.said().2 == reason).count();
    assert_eq!(said("task-done"), 4, "{rows:?}");
    assert_eq!(said("task-given-away"), 2);
    assert_eq!(said("task-gone"), 2);
    assert_eq!(said("switched-off"), 4);
    assert_eq!(home.house.inbox.pushes().count(), 0);
}

/// While nobody can be told, such as at night.
#[tokio::test(flavor = "multi_thread")]
async fn of_what_happened_again_only_the_last_is_told_by_the_right_name_in_the_readers_language() {
    let mut home = Household::new().await;
    let cleo = home.joins("Cleopatra");
    let german = json!({ "locale": "de" });
    home.house
        .patch("/api/notification-preferences/", Some(&home.ben), &german)
        .expect("a language");
    let task = home.give("Rinne");
    home.change(task, &json!({ "done": true }));
    home.change(task, &json!({ "done": false, "assignee_id": null }));
    home.change_as(&cleo, task, &json!({ "assignee_id": home.ben_id }));
    home.change_as(&cleo, task, &json!({ "done": true }));
    worker(&mut home.house);

    let pushes = home.house.inbox.pushes().wait_for(2).await;
    for push in &pushes {
        assert_eq!(
            (push.title.as_str(), push.body.as_str()),
            ("Erledigt: Rinne", "Cleopatra hat sich darum gekümmert.")
        );
    }
    // Both gifts and what Ada did, on each of Ben's devices; and what was done, twice, to who has none.
    let rows = home.decided(10).await;
    let said = |reason: &str| rows.iter().filter(|row| row.said().2 == reason).count();
    assert_eq!(
        (said("overtaken"), said("task-done"), said("no-device")),
        (2, 4, 2),
        "{rows:?}"
    );
    assert_eq!(home.copies(), [1; 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gift_that_was_taken_back_and_made_again_is_told_once() {
    let mut home = Household::new().await;
    let task = home.give("Rent");
    home.change(task, &json!({ "assignee_id": null }));
    home.change(task, &json!({ "assignee_id": home.ben_id }));
    worker(&mut home.house);
    let rows = home.decided(4).await;
    let said = |reason: &str| rows.iter().filter(|row| row.said().2 == reason).count();
    assert_eq!(said("overtaken"), 2, "{rows:?}");
    assert_eq!(home.copies(), [1; 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn switched_off_nothing_is_dialled_and_the_ledger_says_so() {
    let mut home = Household::new().await;
    for name in [
        "APNS_HOST",
        "APNS_AUTH_KEY_PATH",
        "APNS_KEY_ID",
        "FCM_HOST",
        "FCM_CREDENTIALS_PATH",
    ] {
        home.house.set(name, "");
    }
    home.house.set("FEATURE_PUSH_ENABLED", "false");
    worker(&mut home.house);
    home.give("Rent");
    let rows = home.decided(2).await;
    let off = "push-off";
    assert_eq!(
        [rows[0].said(), rows[1].said()],
        [("apns", "skipped", off), ("fcm", "skipped", off)]
    );
    assert_eq!(
        (
            home.house.apns.connections(),
            home.house.fcm.asked_for_tokens()
        ),
        (0, 0)
    );
}
