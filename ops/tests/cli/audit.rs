//! `audit ls`: who did what, to how many, and why.

use insta::assert_snapshot;

use crate::given::{Given, put_aside};

#[tokio::test]
async fn what_was_done_is_told_the_latest_first_with_who_and_why() {
    let (given, _aside) = (Given::new().await, put_aside());
    given.probes(2).await;
    given.buries_all("no").await;
    given.answers(&[
        "job",
        "retry",
        "--all",
        "--yes",
        "--by",
        "ada",
        "--reason",
        "fixed by the last deploy",
    ]);
    given.answers(&["queue", "pause", "mail", "--by", "ben"]);
    assert_snapshot!(given.answers(&["audit", "ls"]), @"
    RECEIPT                               BEGUN                 WHO  VERB         TOUCHED  REFUSED  ENDED                 WHY
    [id]  [time]  ben  queue pause  1        0        [time]  –
    [id]  [time]  ada  job retry    2        0        [time]  fixed by the last deploy
    ");
    assert_snapshot!(given.answers(&["audit", "ls", "-o", "json"]), @r#"
    [
      {
        "id": "[id]",
        "verb": "queue pause",
        "by_whom": "ben",
        "reason": null,
        "plan": {
          "queue": "mail",
          "seconds": null
        },
        "as_of": "[time]",
        "touched": 1,
        "refused": 0,
        "begun_at": "[time]",
        "ended_at": "[time]"
      },
      {
        "id": "[id]",
        "verb": "job retry",
        "by_whom": "ada",
        "reason": "fixed by the last deploy",
        "plan": {
          "filter": {
            "states": [
              "dead"
            ]
          },
          "verb": "retry"
        },
        "as_of": "[time]",
        "touched": 2,
        "refused": 0,
        "begun_at": "[time]",
        "ended_at": "[time]"
      }
    ]
    "#);
    assert_snapshot!(given.answers(&["audit", "ls", "-o", "jsonl", "--limit", "1"]), @r#"{"id":"[id]","verb":"queue pause","by_whom":"ben","reason":null,"plan":{"queue":"mail","seconds":null},"as_of":"[time]","touched":1,"refused":0,"begun_at":"[time]","ended_at":"[time]"}"#);
    assert_eq!(
        given.answers(&["audit", "ls", "-o", "jsonl", "--before", "1h"]),
        ""
    );
}
