//! Which jobs are meant: each filter, alone and with others; and pages that go on where one ended.

use platform::NewJob;
use serde_json::Value;

use crate::given::Given;

fn listed(given: &Given, args: &[&str]) -> Vec<String> {
    let all = [&["job", "ls", "-o", "jsonl"], args].concat();
    let id = |line: &str| {
        let job: Value = serde_json::from_str(line).expect("a job as JSON");
        job["payload"]["n"].to_string()
    };
    given.answers(&all).lines().map(id).collect()
}

async fn house() -> Given {
    let given = Given::new().await;
    let job = |n: i64, queue: &str, kind: &str| {
        let payload = serde_json::json!({ "n": n, "user_id": n % 3, "deep": { "x": "é" } });
        NewJob::raw(kind, queue, payload.to_string().into_bytes())
    };
    let later = "2126-01-01T09:00:00Z".parse().unwrap();
    let jobs = vec![
        job(0, "default", "probe"),
        job(1, "default", "other"),
        job(2, "mail", "welcome"),
        job(3, "default", "probe").at(later),
    ];
    given.queue.enqueue_many(jobs).await.unwrap();
    given
}

#[tokio::test]
async fn each_filter_leaves_only_what_it_names() {
    let given = house().await;
    for (args, expected) in [
        (&[][..], &["0", "1", "2"][..]),
        (&["--queue", "mail"], &["2"]),
        (
            &["--queue", "mail,default", "--kind", "probe,welcome"],
            &["0", "2"],
        ),
        (&["--state", "ready,scheduled"], &["0", "1", "3", "2"]),
        (&["--user", "0", "--state", "ready,scheduled"], &["0", "3"]),
        (&["--arg", "user_id=1"], &["1"]),
        (&["--arg", "deep.x=é", "--arg", "n=2"], &["2"]),
        (&["--arg", "deep.y=é"], &[]),
        (&["--since", "1h"], &["0", "1", "2"]),
        (&["--before", "1h"], &[]),
        (&["--since", "2126-01-01T00:00:00Z"], &[]),
        (&["--error", "."], &[]),
    ] {
        assert_eq!(listed(&given, args), expected, "{args:?}");
    }
}

#[tokio::test]
async fn an_error_is_matched_by_code_and_text_and_the_dead_by_when_they_were_given_up() {
    let given = house().await;
    given.buries_all("451 busy {n}").await;
    for (args, expected) in [
        (&["--error", "busy [12]$"][..], 2),
        (&["--error", "^failed: 451 busy 1"], 1),
        (&["--error", "(?i)BUSY"], 2),
        (&["--error", "free"], 0),
        (&["--since", "1h"], 2),
        (&["--before", "1h"], 0),
    ] {
        let args = [&["--state", "dead"], args].concat();
        assert_eq!(listed(&given, &args).len(), expected, "{args:?}");
    }
}

#[tokio::test]
async fn pages_go_on_after_the_last_job_of_the_one_before() {
    let given = house().await;
    let page = |cursor: Option<&str>| {
        let base = [
            "job",
            "ls",
            "-o",
            "json",
            "--state",
            "ready,scheduled",
            "--limit",
            "1",
        ];
        let cursor = cursor.map(|cursor| ["--cursor", cursor]);
        let args = [&base[..], cursor.as_ref().map_or(&[], |args| &args[..])].concat();
        serde_json::from_str::<Value>(&given.answers(&args)).unwrap()
    };
    let (mut seen, mut cursor) = (Vec::new(), None);
    for _ in 0..10 {
        let told = page(cursor.as_deref());
        let jobs = told["jobs"].as_array().unwrap().iter();
        seen.extend(jobs.map(|job| job["payload"]["n"].to_string()));
        cursor = told["cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((seen.join(""), cursor), ("0132".to_owned(), None));
}

#[tokio::test]
async fn a_filter_that_hardly_anything_passes_stops_and_says_so() {
    let given = Given::new().await;
    given.probes(700).await;
    let said = given.says(&["job", "ls", "--kind", "none", "--scan", "600"]);
    assert_eq!(said.code, Some(0));
    assert!(
        said.aside.starts_with("Looked no further: 600 looked at."),
        "{said:?}"
    );
}

#[tokio::test]
async fn a_filter_that_can_not_be_read_is_named() {
    let given = Given::new().await;
    for (args, name) in [
        (&["--error", "("][..], "--error"),
        (&["--arg", "user_id"], "--arg"),
        (&["--since", "soon"], "--since"),
        (&["--cursor", "x"], "cursor"),
        (&["--cursor", "0:zz~00"], "cursor"),
    ] {
        let said = given.says(&[&["job", "ls"], args].concat());
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.aside.contains(name), "{said:?}");
    }
    assert_eq!(given.says(&["job", "ls", "--cursor", "999:"]).code, Some(0));
}
