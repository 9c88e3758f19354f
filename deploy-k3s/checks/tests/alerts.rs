//! The alerts ask for what our programs measure, and the book says what each of them means.

use std::{cell::RefCell, collections::BTreeSet};

use serde::Deserialize;
use serde_json::json;
use standins::{House, until_or};

/// Every wait at a twentieth: the real paths, in seconds.
const PACE: u32 = 20;

/// Nobody wants to wait for a minute to begin; `scheduler` has a test that sees it.
const BY_THE_MINUTE: &str = "honeydue_scheduler_last_fired_timestamp_seconds";

#[derive(Deserialize)]
struct Rules {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    alert: String,
    expr: String,
}

fn rules() -> Vec<Rule> {
    let rules = include_str!("../../alerts/honeydue.yaml");
    let rules: Rules = serde_saphyr::from_str(rules).expect("rules");
    rules.groups.into_iter().flat_map(|one| one.rules).collect()
}

/// The metrics that it reads, and the labels that it looks for as `/metrics` writes them.
fn asked(rule: &Rule) -> Vec<String> {
    let of_a_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = rule.expr.split(|c| !of_a_name(c));
    let names = words.filter(|word| word.starts_with("honeydue_"));
    let matchers = rule.expr.split('{').skip(1);
    let matchers = matchers.filter_map(|rest| rest.split('}').next());
    let labels = matchers.flat_map(|all| all.split(',').flat_map(labels));
    names.map(str::to_owned).chain(labels).collect()
}

/// `state=~"ready|dead"` looks for two, `state!~"ready"` for none.
fn labels(matcher: &str) -> Vec<String> {
    let Some((label, values)) = matcher.split_once('=') else {
        return Vec::new();
    };
    let values = values.trim_matches(['~', '"']).split('|');
    values.map(|value| format!("{label}=\"{value}\"")).collect()
}

/// What all its processes measure.
async fn measured(house: &House) -> String {
    let mut all = String::new();
    for (_, process) in house.processes() {
        let (_, metrics) = process.probe("/metrics").await.expect("metrics");
        all += &metrics;
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_metric_and_label_that_an_alert_asks_for_is_measured() {
    let mut asked: BTreeSet<_> = rules().iter().flat_map(asked).collect();
    assert!(asked.contains("honeydue_queue_jobs") && asked.contains("state=\"dead\""));
    asked.retain(|one| one != BY_THE_MINUTE && !one.starts_with("schedule="));
    let mut house = House::start(PACE).await.expect("a house");
    house.spawn("worker", "honeydue-worker").expect("a worker");
    let body = json!({ "email": "p@example.com", "password": "correct horse", "name": "P" });
    let signed_up = house.post("/api/auth/register/", None, &body);
    signed_up.expect("somebody to send to");
    let missing = RefCell::new(asked);
    let not_yet = || format!("these are measured: {:?}", missing.borrow());
    until_or(not_yet, async || {
        let measured = measured(&house).await;
        missing.borrow_mut().retain(|one| !measured.contains(one));
        missing.borrow().is_empty()
    })
    .await;
}

#[test]
fn every_schedule_that_an_alert_asks_for_is_in_the_timetable() {
    let timetable = kinds::timetable().expect("a timetable");
    let asked: BTreeSet<_> = rules().iter().flat_map(asked).collect();
    let schedules = asked.iter().filter_map(|one| one.strip_prefix("schedule="));
    let schedules: Vec<_> = schedules.map(|one| one.trim_matches('"')).collect();
    assert_eq!(schedules, ["drip", "sweep"]);
    for schedule in schedules {
        assert!(timetable.schedule(schedule).is_some(), "{schedule}");
    }
}

#[test]
fn the_book_says_of_every_alert_what_it_means_and_the_tests_see_it_fire() {
    let book = include_str!("../../../docs/deployment/alerts.md");
    let tests = include_str!("../../alerts/tests.yaml");
    for Rule { alert, .. } in rules() {
        assert!(book.contains(&format!("| `{alert}` |")), "{alert}");
        let mut fires = tests.split("alertname: ").skip(1);
        let fires = fires.any(|one| one.starts_with(&alert) && one.contains("exp_alerts"));
        assert!(fires, "no test sees {alert} fire");
    }
}
