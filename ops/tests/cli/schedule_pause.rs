//! `schedule pause` and `resume`.

use insta::assert_snapshot;

use crate::given::{Given, instant, put_aside};

const LATER: &str = "2126-01-01T09:00:00Z";

#[tokio::test]
async fn a_schedule_is_paused_with_a_reason_and_an_end_and_resumed() {
    let (given, _aside) = (Given::new().await, put_aside());
    let pause = [
        "schedule",
        "pause",
        "sweep",
        "--reason",
        "moving house",
        "--until",
        LATER,
        "--by",
        "ada",
    ];
    let said = given.says(&pause);
    assert_snapshot!(said.answer, @"
    schedule      sweep
    paused until  2126-01-01T09:00:00Z
    ");
    assert_snapshot!(said.aside, @"What comes due meanwhile is skipped, also afterwards. `honeydue schedule resume sweep` ends it.");
    let [paused] = given.store.pauses().await.unwrap().try_into().unwrap();
    assert_eq!(
        (paused.reason.as_str(), paused.paused_by.as_str()),
        ("moving house", "ada")
    );
    assert_eq!(paused.until, instant(LATER));
    assert_snapshot!(given.answers(&["schedule", "ls", "-o", "jsonl"]), @r#"
    {"schedule":"sweep","spec":"* * * * * | UTC | gap next | overlap first","next":"[time]","last_fired":null,"paused":{"schedule":"sweep","reason":"moving house","paused_by":"ada","since":"[time]","until":"2126-01-01T09:00:00Z"}}
    {"schedule":"drip","spec":"* * * * * | UTC | gap next | overlap first","next":"[time]","last_fired":null,"paused":null}
    {"schedule":"clean-up","spec":"30 4 * * * | UTC | gap next | overlap first","next":"[time]","last_fired":null,"paused":null}
    "#);

    assert_snapshot!(given.answers(&["schedule", "resume", "sweep", "-o", "json"]), @r#"
    {
      "schedule": "sweep",
      "was_paused": true
    }
    "#);
    let again = given.says(&["schedule", "resume", "sweep"]);
    assert_snapshot!(again.answer, @"schedule  sweep");
    assert_snapshot!(again.aside, @"It was not paused.");
    let [ended] = given.store.pauses().await.unwrap().try_into().unwrap();
    assert!(ended.until < instant(LATER));
}

#[tokio::test]
async fn a_pause_of_some_length_ends_that_much_later() {
    let given = Given::new().await;
    let pause = ["schedule", "pause", "sweep", "--reason", "a", "--for", "2h"];
    given.answers(&pause);
    let [paused] = given.store.pauses().await.unwrap().try_into().unwrap();
    let long = paused.until.duration_since(paused.since).as_secs();
    assert!((7190..=7210).contains(&long), "{long}");
}

#[tokio::test]
async fn a_pause_that_would_be_none_or_never_end_is_refused() {
    let (given, _aside) = (Given::new().await, put_aside());
    let pause = ["schedule", "pause", "sweep"];
    let refused = |more: &[&str]| {
        let said = given.says(&[&pause[..], more].concat());
        assert_eq!((said.code, said.answer.as_str()), (Some(2), ""), "{said:?}");
        said.aside.lines().next().unwrap_or_default().to_owned()
    };
    assert_snapshot!(refused(&["--reason", "a", "--until", "2001-01-01T00:00:00Z"]), @"honeydue: [time] has passed already");
    assert_snapshot!(refused(&["--reason", " ", "--for", "2h"]), @"honeydue: --reason must have 1 to 200 characters");
    assert!(refused(&["--reason", &"x".repeat(201), "--for", "2h"]).contains("--reason"));
    assert!(refused(&["--reason", "a", "--for", "-2h"]).contains("--for"));
    assert_snapshot!(refused(&["--reason", "a"]), @"error: the following required arguments were not provided:");
    refused(&["--reason", "a", "--for", "2h", "--until", LATER]);
    assert!(given.store.pauses().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_schedule_that_is_not_there_is_neither_paused_nor_resumed() {
    let given = Given::new().await;
    let pause = ["schedule", "pause", "swep", "--reason", "a", "--for", "2h"];
    for verb in [&pause[..], &["schedule", "resume", "swep"]] {
        let said = given.says(verb);
        assert_eq!(said.code, Some(3), "{said:?}");
    }
    assert!(given.store.pauses().await.unwrap().is_empty());
}
