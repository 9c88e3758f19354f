//! `explain`: why a person got what they got on a day, and not the rest.

use insta::assert_snapshot;
use jiff::SignedDuration;
use store::{DeliveryId, NewDelivery, UserId};

use crate::given::{Given, instant, put_aside};

/// In a transaction of its own: only then does the next one come after it.
pub(crate) async fn considered(
    given: &Given,
    user_id: UserId,
    kind: &str,
    occasion: &str,
) -> DeliveryId {
    let mut tx = given.store.begin().await.expect("Postgres answers");
    let wanted = NewDelivery {
        user_id,
        kind: kind.to_owned(),
        occasion: occasion.to_owned(),
        day: NewDelivery::day_of(instant("2126-01-01T09:00:00Z")),
        not_before: None,
        not_after: instant("2126-01-01T15:00:00Z"),
        check_at: instant("2126-01-01T09:02:00Z"),
    };
    let considered = tx.consider(&[wanted]).await.expect("it is considered");
    tx.commit().await.expect("it is committed");
    considered[0]
}

#[tokio::test]
async fn a_person_is_told_what_came_of_every_kind_also_of_what_never_was() {
    let (given, _aside) = (Given::new().await, put_aside());
    let user = given.signs_up("ada").await;
    let welcome = considered(&given, user, "welcome", "welcome").await;
    let (token, store) = (welcome.0, &given.store);
    store.begin_sending(welcome, token, 2).await.unwrap();
    let answer = "250 2.0.0 queued as 7";
    store.sent(welcome, token, answer).await.unwrap();
    let digest = considered(&given, user, "daily-digest", "2126-01-01").await;
    store.skip(digest, "nothing-to-report").await.unwrap();
    let reminder = considered(&given, user, "task-reminder", "2126-01-01").await;
    let (end, late) = (
        instant("2126-01-01T08:00:00Z"),
        instant("2126-01-01T09:00:00Z"),
    );
    assert!(store.defer(reminder, end, late, end).await.unwrap());

    let user = user.to_string();
    assert_snapshot!(given.answers(&["explain", "--user", &user]), @"
    KIND              OCCASION    BY    STATE       WHY
    welcome           welcome     mail  sent        the provider took it: 250 2.0.0 queued as 7
    onboarding        –           mail  –           nothing happened that it would tell of
    task-reminder     2126-01-01  mail  considered  it waits for the end of their quiet hours, until 2126-01-01T08:00:00Z
    overdue-reminder  –           mail  –           nothing of this kind is on their agenda
    daily-digest      2126-01-01  mail  skipped     nothing is late, due or coming this week
    weekly-summary    –           mail  –           nothing of this kind is on their agenda
    password-reset    –           mail  –           nothing happened that it would tell of
    verify-email      –           mail  –           nothing happened that it would tell of
    task-assigned     –           push  –           nothing happened that it would tell of
    task-completed    –           push  –           nothing happened that it would tell of
    ");
    let reminder = ["explain", "--user", &user, "--kind", "task-reminder"];
    assert_snapshot!(given.answers(&reminder), @"
    task-reminder by mail, 2126-01-01: quiet-hours
       STAGE        WHAT IT SAYS
    ✓  tick         a sweep found it due by [time]
    ✓  selection    occasion 2126-01-01
    ✓  suppression  their address takes mail
    ✓  preference   as usual: on
    …  quiet hours  it waits for the end of their quiet hours, until 2126-01-01T08:00:00Z
    ·  relevance    read at the moment of sending
    ·  cap          10 a day by mail
    ·  way          by mail
    ·  ledger       considered
    ·  provider     not asked
    ");
    let told = given.answers(&[&reminder[..], &["-o", "json"]].concat());
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(told[0]["chain"][4]["passed"], "waits", "{told}");
    let mut head = told[0].clone();
    head.as_object_mut().expect("an account").remove("chain");
    assert_snapshot!(serde_json::to_string_pretty(&head).expect("JSON"), @r#"
    {
      "answer": null,
      "channel": "mail",
      "copies": 0,
      "delivery": "[id]",
      "kind": "task-reminder",
      "occasion": "2126-01-01",
      "reason": "quiet-hours",
      "state": "considered",
      "stopped_at": "quiet hours",
      "why": "it waits for the end of their quiet hours, until 2126-01-01T08:00:00Z"
    }
    "#);
}

#[tokio::test]
async fn a_silence_is_explained_by_agenda_and_timetable() {
    let (given, _aside) = (Given::new().await, put_aside());
    let user = given.signs_up("ada").await;
    let why = |kind: &str| {
        let args = [
            "explain",
            "--user",
            &user.to_string(),
            "--kind",
            kind,
            "-o",
            "json",
        ];
        let told: serde_json::Value = serde_json::from_str(&given.answers(&args)).expect("JSON");
        let text = |field: &str| told[0][field].as_str().expect("a text").to_owned();
        (text("reason"), text("stopped_at"))
    };
    let said = |reason: &str, stage: &str| (reason.to_owned(), stage.to_owned());
    assert_eq!(why("task-reminder"), said("not-on-agenda", "selection"));
    assert_eq!(why("task-assigned"), said("nothing-happened", "selection"));
    let now = given.store.now().await.unwrap();
    let due = |at: jiff::Timestamp| {
        let store = given.store.clone();
        async move {
            let mut tx = store.begin().await.unwrap();
            tx.set_agenda(user, "task-reminder", at).await.unwrap();
            tx.commit().await.unwrap();
        }
    };
    due(now - std::time::Duration::from_secs(1)).await;
    assert_eq!(why("task-reminder"), said("not-swept", "tick"));
    let later = now + std::time::Duration::from_hours(1);
    let pause = given.store.pause("sweep", later, "moving house", "ada");
    pause.await.unwrap();
    assert_eq!(why("task-reminder"), said("schedule-paused", "tick"));
    due(now + std::time::Duration::from_hours(48)).await;
    assert_eq!(why("task-reminder"), said("none-of-that-day", "selection"));
    let refused = given.says(&["explain", "--user", "1", "--kind", "gossip"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
}

/// Everything was down for days, and what came of the last of them is all that came.
#[tokio::test]
async fn a_day_that_an_outage_left_out_is_explained_by_the_sweeps_that_were_skipped() {
    let (given, _aside) = (Given::new().await, put_aside());
    let user = given.signs_up("ada").await;
    let back = "UPDATE users SET created_at = created_at - interval '30 days'";
    given.database.ask(back).expect("signed up a month ago");
    let (now, day) = (
        given.store.now().await.unwrap(),
        SignedDuration::from_hours(24),
    );
    let mut tx = given.store.begin().await.unwrap();
    let kind = "task-reminder";
    tx.set_agenda(user, kind, now + day * 2).await.unwrap();
    tx.commit().await.unwrap();
    let (from, to) = (now - day * 40, now - day * 5);
    let skip = given
        .store
        .shared_skip("sweep", from, to, 50_400, "too late");
    assert!(skip.await.unwrap());
    let why = |before: i32| {
        let date = (now - day * before).to_string();
        let (user, date) = (user.to_string(), &date[..10]);
        let args = ["explain", "--user", &user, "--kind", kind, "--date", date];
        let told = given.answers(&args);
        told.lines().next().expect("a verdict").to_owned()
    };
    assert!(why(6).ends_with(": tick-skipped"), "{}", why(6));
    assert!(why(3).ends_with(": none-of-that-day"), "{}", why(3));
    // Before they came.
    assert!(why(31).ends_with(": none-of-that-day"), "{}", why(31));
}

/// A wish shows in the chain even where nothing has come of it yet.
#[tokio::test]
async fn what_a_person_wishes_stands_in_the_chain() {
    let (given, _aside) = (Given::new().await, put_aside());
    let user = given.signs_up("ada").await;
    let mut tx = given.store.begin().await.unwrap();
    let (kind, mail) = ("daily-digest", store::Channel::Mail);
    tx.set_preference(user, kind, mail, false).await.unwrap();
    let quiet = store::QuietHours::Own {
        from: jiff::civil::time(21, 0, 0, 0),
        until: jiff::civil::time(7, 30, 0, 0),
    };
    tx.set_quiet_hours(user, quiet).await.unwrap();
    tx.set_daily_cap(user, mail, Some(2)).await.unwrap();
    tx.commit().await.unwrap();
    let digest = considered(&given, user, kind, "2126-01-01").await;
    given.store.skip(digest, "switched-off").await.unwrap();
    let digest = considered(&given, user, kind, "2126-01-02").await;
    given
        .store
        .skip(digest, "an operator's cancel")
        .await
        .unwrap();
    let user = user.to_string();
    assert_snapshot!(given.answers(&["explain", "--user", &user, "--kind", kind]), @"
    daily-digest by mail, 2126-01-02: withdrawn
       STAGE        WHAT IT SAYS
    ✓  tick         a sweep found it due by [time]
    ✓  selection    occasion 2126-01-02
    ✓  suppression  their address takes mail
    ✓  preference   switched off by now
    ✓  quiet hours  21:00 to 07:30 in UTC
    ✓  relevance    read at the moment of sending
    ✓  cap          2 a day by mail
    ✓  way          by mail
    ✗  ledger       an operator's cancel
    ·  provider     not asked

    daily-digest by mail, 2126-01-01: switched-off
       STAGE        WHAT IT SAYS
    ✓  tick         a sweep found it due by [time]
    ✓  selection    occasion 2126-01-01
    ✓  suppression  their address takes mail
    ✗  preference   it is switched off in their preferences
    ·  quiet hours  21:00 to 07:30 in UTC
    ·  relevance    read at the moment of sending
    ·  cap          2 a day by mail
    ·  way          by mail
    ·  ledger       skipped
    ·  provider     not asked
    ");
}

/// That it came too late is the end of it, and never the whole reason if something had held it up.
#[tokio::test]
async fn what_came_too_late_says_what_held_it_up() {
    let (given, _aside) = (Given::new().await, put_aside());
    let user = given.signs_up("ada").await;
    let (kind, store) = ("daily-digest", &given.store);
    let digest = considered(&given, user, kind, "2126-01-01").await;
    let refused = store.note(digest, "refused", "554 5.7.1 policy");
    assert!(refused.await.unwrap());
    assert!(store.too_late(digest).await.unwrap());
    let user = user.to_string();
    let told = given.answers(&["explain", "--user", &user, "--kind", kind]);
    for line in [
        "it came too late to be worth sending; what held it up: the provider refused it for its content or by policy",
        "it said before: 554 5.7.1 policy",
    ] {
        assert!(told.contains(line), "{told}");
    }
}
