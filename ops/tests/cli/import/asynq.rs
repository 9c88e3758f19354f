//! `import asynq`, from what its keys are known to be.

use std::process::Stdio;

use insta::assert_snapshot;

use super::{
    other::Other,
    task::{Task, tidy},
};
use crate::given::{Given, put_aside};

const MAP: &str = r#"
["email:welcome"]
to = "probe"
payload = { sleep_ms = 0 }

["task:tidy"]
to = "probe"
rename = { ms = "sleep_ms" }

["report"]
skip = "nobody reads it"
"#;

pub(crate) async fn house() -> (Given, Other) {
    let (given, mut other) = (Given::new().await, Other::new(MAP).await);
    let welcome = Task {
        kind: "email:welcome",
        payload: "\u{0}binary",
        ..tidy("w1")
    };
    let dead = Task {
        retried: 25,
        error: "550 no such user",
        ..tidy("d1")
    };
    other.task("critical", "pending", None, tidy("p1")).await;
    other.task("critical", "pending", None, welcome).await;
    other
        .task("critical", "scheduled", Some(4_923_331_200), tidy("s1"))
        .await;
    other
        .task(
            "low",
            "retry",
            Some(4_923_331_200),
            Task {
                retried: 3,
                ..tidy("r1")
            },
        )
        .await;
    other
        .task("low", "archived", Some(1_700_000_000), dead)
        .await;
    other.task("low", "active", None, tidy("a1")).await;
    other
        .task(
            "low",
            "pending",
            None,
            Task {
                kind: "report",
                ..tidy("x1")
            },
        )
        .await;
    other
        .task(
            "low",
            "pending",
            None,
            Task {
                kind: "mystery",
                ..tidy("y1")
            },
        )
        .await;
    (given, other)
}

#[tokio::test]
async fn a_survey_shows_what_stands_there_and_touches_nothing() {
    let ((given, other), _aside) = (house().await, put_aside());
    let url = other.server.url();
    let blind = given.says(&["import", "asynq", "--from", &url]);
    assert_eq!(blind.code, Some(0), "{blind:?}");
    assert!(
        blind.answer.contains("(not in --map)") && blind.aside.contains("--map"),
        "{blind:?}"
    );
    let survey = given.says(&other.args(&["--dry-run"], &url));
    assert_snapshot!(survey.answer, @"
    QUEUE     STATE      KIND           COUNT  MOVABLE  BECOMES
    critical  pending    email:welcome  1      1        probe
    critical  pending    task:tidy      1      1        probe
    critical  scheduled  task:tidy      1      1        probe
    low       pending    mystery        1      0        (not in --map)
    low       pending    report         1      0        (skipped: nobody reads it)
    low       retry      task:tidy      1      1        probe
    low       archived   task:tidy      1      1        probe
    low       orphaned   task:tidy      1      1        probe
    ");
    assert_snapshot!(survey.aside, @"Nothing was moved. Leave out --dry-run to move what is movable.");
    assert_eq!(
        given
            .answers(&other.args(&["--dry-run", "-o", "jsonl"], &url))
            .lines()
            .count(),
        8
    );
    assert_eq!(given.says(&other.args(&[], &url)).code, Some(5));
    assert_eq!(given.stand().await, (0, 0, 0));
}

#[tokio::test]
async fn each_job_comes_once_and_what_nobody_knows_stays_where_it_is() {
    let ((given, mut other), _aside) = (house().await, put_aside());
    let url = other.server.url();
    let moved = given.says(&other.args(&["--yes"], &url));
    assert_eq!(moved.code, Some(4), "{moved:?}");
    assert_snapshot!(moved.answer, @"
    receipt      [id]
    moved        6
    came before  0
    left there   2
    ");
    assert_snapshot!(moved.aside, @"honeydue: some were left where they are: 1 mystery: not in --map; 1 report: skipped: nobody reads it");
    // Two were pending and one was left behind by a worker that is gone; one is scheduled, one retried.
    assert_eq!(given.stand().await, (3, 2, 1));
    let dead = given.answers(&["job", "ls", "--state", "dead", "-o", "jsonl"]);
    assert!(
        dead.contains("550 no such user") && dead.contains(r#""sleep_ms":3"#),
        "{dead}"
    );
    let again = given.says(&other.args(&["--yes"], &url));
    assert_snapshot!(again.answer, @"
    receipt      [id]
    moved        0
    came before  0
    left there   2
    ");
    assert_eq!(given.stand().await, (3, 2, 1));

    // Also one that was moved, done here, and put there again by a restored backup.
    other.task("critical", "pending", None, tidy("p1")).await;
    given.answers(&["job", "cancel", "--all", "--yes"]);
    let before = given.stand().await;
    let known = given.says(&other.args(&["--yes", "-o", "json"], &url));
    assert!(known.answer.contains(r#""known": 1"#), "{known:?}");
    assert_eq!(given.stand().await, before);
    let left = other.tasks().await;
    assert_eq!(left.len(), 2, "{left:?}");
}

/// As in a pod: one Redis for both, and no disk for a file.
#[tokio::test]
async fn without_a_redis_to_take_from_ours_is_and_the_map_may_come_by_a_pipe() {
    let (given, mut other) = (Given::new().await, Other::new(MAP).await);
    other.task("low", "pending", None, tidy("t1")).await;
    let mut command = given.command(&["import", "asynq", "--map", "-", "--yes"]);
    command.env("REDIS_URL", other.server.url());
    let piped = std::fs::File::open(other.map.path()).unwrap();
    let moved = crate::given::said(command.stdin(piped));
    assert_eq!(moved.code, Some(0), "{moved:?}");
    assert_snapshot!(moved.answer.split_once('\n').unwrap().1, @"
    moved        1
    came before  0
    left there   0
    ");
}

#[tokio::test]
async fn what_runs_there_is_left_until_its_workers_are_stopped() {
    let (given, mut other) = house().await;
    let now: (i64, i64) = redis::cmd("TIME")
        .query_async(&mut other.redis)
        .await
        .unwrap();
    let soon = (now.0 + 3600).to_string();
    other
        .does(&["ZADD", "asynq:{low}:lease", &soon, "a1"])
        .await;
    let url = other.server.url();
    let moved = given.says(&other.args(&["--yes"], &url));
    assert!(
        moved.aside.contains("1 somebody there runs it"),
        "{moved:?}"
    );
    assert_eq!(given.stand().await, (2, 2, 1));
}

#[tokio::test]
async fn an_import_that_is_killed_again_and_again_loses_nothing_and_doubles_nothing() {
    let (given, mut other) = (Given::new().await, Other::new(MAP).await);
    for number in 0..600 {
        other
            .task("low", "pending", None, tidy(&format!("t{number}")))
            .await;
    }
    let url = other.server.url();
    for wanted in [1_u64, 201, 401] {
        let args = other.args(&["--yes"], &url);
        let mut cut = given
            .command(&args)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let over = std::cell::RefCell::new(&mut cut);
        standins::until("some have come", || async {
            let ended = over.borrow_mut().try_wait().unwrap().is_some();
            given.stand().await.0 >= wanted || ended
        })
        .await;
        let _ = cut.kill();
        cut.wait().unwrap();
    }
    given.answers(&other.args(&["--yes"], &url));
    assert_eq!(given.stand().await, (600, 0, 0));
    let left = other.tasks().await;
    assert_eq!(left.len(), 0);
}

#[tokio::test]
async fn a_kind_that_speaks_gets_its_row_in_the_ledger() {
    let map = "[\"email:welcome\"]\nto = \"welcome\"\nuser = \"user_id\"\n";
    let (given, mut other) = (Given::new().await, Other::new(map).await);
    let user = given.signs_up("ada").await;
    let payload = format!(r#"{{"user_id":{user}}}"#);
    let welcome = Task {
        kind: "email:welcome",
        payload: &payload,
        ..tidy("w1")
    };
    other
        .task("critical", "scheduled", Some(4_923_331_200), welcome)
        .await;
    let stranger = Task {
        id: "w2",
        payload: r#"{"user_id":4711}"#,
        ..welcome
    };
    other.task("critical", "pending", None, stranger).await;
    let url = other.server.url();
    let moved = given.says(&other.args(&["--yes"], &url));
    assert!(
        moved.aside.contains("there is no user 4711 here"),
        "{moved:?}"
    );
    let rows = given.store.deliveries_of(user, 10).await.unwrap();
    assert_eq!((rows.len(), rows[0].kind.as_str()), (1, "welcome"));
    assert_eq!(given.queue.counts("urgent").await.unwrap().due, 1);
}
