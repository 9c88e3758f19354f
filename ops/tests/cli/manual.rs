//! `config show`, `completions` and `man`.

use std::{collections::BTreeSet, fs, path::Path};

use insta::assert_snapshot;
use serde_json::Value;

use crate::given::{honeydue, said};

#[test]
fn settings_are_shown_without_their_secrets() {
    let mut command = honeydue(&["config", "show"]);
    command
        .env("REDIS_URL", "redis://:hunter2@cache:6379/0")
        .env(
            "DATABASE_URL",
            "postgres://honeydue:hunter2@db/honeydue?sslpassword=hunter2",
        )
        .env("SMTP_URL", "smtp://ada%40example.com:hunter2@relay:587")
        .env("SECRET_KEY", "hunter2")
        .env("MAIL_FROM", "honeyDue <hello@example.com>");
    let shown = said(&mut command);
    assert_eq!(shown.code, Some(0), "{shown:?}");
    assert!(!shown.answer.contains("hunter2"), "{}", shown.answer);
    assert_snapshot!(shown.answer, @"
    SETTING                      VALUE
    REDIS_URL                    redis://:***@cache:6379/0
    REDIS_PREFIX                 honeydue:
    DATABASE_URL                 postgres://honeydue:***@db/honeydue?***
    MIGRATE_DATABASE_URL         (not set)
    SMTP_URL                     smtp://ada%40example.com:***@relay:587
    SMTP_CA_PATH                 (not set)
    MAIL_FROM                    honeyDue <hello@example.com>
    MAIL_FROM_UPDATES            (not set)
    MAIL_PER_HOUR                (not set)
    BOUNCE_WEBHOOK_SECRET        (not set)
    PUBLIC_URL                   (not set)
    SECRET_KEY                   ***
    FEATURE_PUSH_ENABLED         (not set)
    APNS_AUTH_KEY_PATH           (not set)
    APNS_KEY_ID                  (not set)
    APNS_TEAM_ID                 (not set)
    APNS_TOPIC                   (not set)
    APNS_HOST                    (not set)
    FCM_CREDENTIALS_PATH         (not set)
    FCM_HOST                     (not set)
    PUSH_CA_PATH                 (not set)
    LISTEN                       (not set)
    METRICS_LISTEN               (not set)
    OTEL_EXPORTER_OTLP_ENDPOINT  (not set)
    LOG                          (not set)
    LOG_FORMAT                   (not set)
    QUEUES                       (not set)
    HOSTNAME                     (not set)
    ");
}

/// The chapter is what the programs themselves say, or another test fails.
#[test]
fn every_variable_of_the_contract_is_shown_and_no_other() {
    let chapter = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/deployment/variables.md");
    let chapter = fs::read_to_string(chapter).expect("the chapter");
    let named = |line: &str| Some(line.strip_prefix("| `")?.split('`').next()?.to_owned());
    let of_the_contract: BTreeSet<_> = chapter.lines().filter_map(named).collect();
    let shown = said(&mut honeydue(&["config", "show", "-o", "json"])).answer;
    let shown: Vec<Value> = serde_json::from_str(&shown).expect("settings as JSON");
    let shown = shown
        .iter()
        .map(|one| one["name"].as_str().expect("a name"));
    assert_eq!(
        shown.map(str::to_owned).collect::<BTreeSet<_>>(),
        of_the_contract
    );
}

#[test]
fn every_shell_is_told_of_every_noun() {
    for shell in ["bash", "zsh", "fish"] {
        let script = said(&mut honeydue(&["completions", shell]));
        assert_eq!(script.code, Some(0));
        for noun in [
            "queue", "job", "errors", "audit", "worker", "lock", "user", "config",
        ] {
            assert!(script.answer.contains(noun), "{shell}: {noun}");
        }
    }
    assert_eq!(said(&mut honeydue(&["completions", "csh"])).code, Some(2));
}

#[test]
fn there_is_a_manual_page_for_every_verb() {
    let page = said(&mut honeydue(&["man"])).answer;
    assert!(
        page.contains(".TH honeydue 1") && page.contains("Exit codes"),
        "{page}"
    );
    let into = std::env::temp_dir().join(format!("honeydue-man-{}", std::process::id()));
    std::fs::create_dir_all(&into).unwrap();
    let written = said(&mut honeydue(&["man", "--into", into.to_str().unwrap()]));
    assert_eq!(written.code, Some(0), "{written:?}");
    for page in [
        "honeydue.1",
        "honeydue-job-retry.1",
        "honeydue-queue-pause.1",
    ] {
        assert!(into.join(page).exists(), "{page}");
    }
    std::fs::remove_dir_all(&into).unwrap();
}
