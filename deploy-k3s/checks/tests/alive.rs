//! The programs live by what the manifests say: they start with just those variables, and answer every
//! probe where it asks.

use std::{path::Path, process::Command};

use deploy::{
    object::{Object, list, of, text},
    tree,
    variables::said,
};
use serde_json::Value;
use standins::{Process, database, find, http, prefix, redis, until_or};

fn objects() -> Vec<Object> {
    let overlay = Path::new(env!("CARGO_MANIFEST_DIR")).join("../overlays/production");
    let rendered = tree::render(&overlay).expect("an overlay that can be read");
    rendered.into_iter().map(Object).collect()
}

/// Our own world in the place of the cluster's; all else as the manifest says it.
fn value(objects: &[Object], env: &Value, ours: &[(&str, String)]) -> String {
    let ours = ours.iter().find(|(known, _)| *known == text(env, "/name"));
    let ours = ours.map(|(_, value)| value.as_str());
    ours.or(said(objects, env)).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn every_program_starts_with_its_manifests_variables_and_answers_its_probes() {
    let (redis, database) = (redis().await, database().await);
    let ours = [
        ("REDIS_URL", redis.url()),
        ("REDIS_PREFIX", prefix()),
        ("DATABASE_URL", database.url()),
        ("SMTP_URL", "smtp+plain://127.0.0.1:9".to_owned()),
        ("SECRET_KEY", "0123456789abcdef".repeat(2)),
        ("LISTEN", "127.0.0.1:0".to_owned()),
        ("METRICS_LISTEN", "127.0.0.1:0".to_owned()),
        ("HOSTNAME", "pod".to_owned()),
    ];
    migrate(&database.url());
    let objects = objects();
    let mut tried = 0;
    for container in of(&objects, "Deployment").flat_map(Object::containers) {
        let Some(program) = text(container, "/command/0").strip_prefix("/usr/bin/") else {
            continue;
        };
        let env = list(container, "/env").iter();
        let env: Vec<_> = env
            .map(|one| (text(one, "/name"), value(&objects, one, &ours)))
            .collect();
        let process = Process::spawn(program, &env).expect("a program of ours");
        for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
            answers(&process, &container[probe]["httpGet"]).await;
            tried += 1;
        }
    }
    assert_eq!(tried, 9, "three programs have three probes each");
}

fn migrate(url: &str) {
    let mut honeydue = Command::new(find::ours("honeydue").expect("the operator's program"));
    let ran = honeydue
        .arg("migrate")
        .env("MIGRATE_DATABASE_URL", url)
        .output();
    assert!(
        ran.is_ok_and(|ran| ran.status.success()),
        "honeydue migrate"
    );
}

async fn answers(process: &Process, probe: &Value) {
    let (path, port) = (text(probe, "/path"), text(probe, "/port"));
    let address = match port {
        "metrics" => process.metrics_addr().await,
        _ => listening(process).await,
    };
    let ask = || http::get(&address, path);
    let told = || format!("{path} on {port} is answered with 200; it is {:?}", ask());
    until_or(told, async || ask().is_ok_and(|(status, _)| status == 200)).await;
}

async fn listening(process: &Process) -> String {
    let line = process.wait_for_log("\"Answering\"").await;
    let address = line.split("\"addr\":\"").nth(1);
    address
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_default()
        .to_owned()
}

/// What clap tells of itself: nothing else says which variables `honeydue` reads.
#[test]
fn the_job_that_migrates_sets_what_honeydue_migrate_reads() {
    let help = Command::new(find::ours("honeydue").expect("the operator's program"))
        .args(["migrate", "--help"])
        .output()
        .expect("its help");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let objects = objects();
    for env in of(&objects, "Job")
        .flat_map(Object::containers)
        .flat_map(|one| list(one, "/env"))
    {
        let name = text(env, "/name");
        assert!(
            help.contains(&format!("[env: {name}")),
            "honeydue migrate does not read {name}"
        );
    }
}
