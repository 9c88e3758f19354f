//! Going forward, and back.

use crate::machine::Machine;

#[test]
fn a_deploy_builds_migrates_applies_waits_and_tries_in_this_order() {
    let ran = Machine::new().run("03-deploy.sh", &[], &[]);
    assert!(ran.well, "{}", ran.said);
    ran.in_order(&[
        "docker buildx build --platform linux/amd64 --push --tag registry.example.com/honeydue:0123456789ab",
        "kubectl kustomize",
        "get secret honeydue-secrets",
        "delete job migrate",
        "-l app.kubernetes.io/name in (network, migrate)",
        "get job migrate",
        "kubectl apply -f",
        "rollout status deployment/redis",
        "rollout status deployment/scheduler",
        "rollout status deployment/worker",
        "rollout status deployment/api",
        "https://api.example.com/api/health/",
        "honeydue doctor -o jsonl",
    ]);
}

#[test]
fn a_deploy_with_vmagent_asks_for_its_token_too() {
    let with_it = [("RENDERED", "image: honeydue:unreleased vmagent-token")];
    let ran = Machine::new().run("03-deploy.sh", &[], &with_it);
    assert!(
        ran.well && ran.called("get secret vmagent-token"),
        "{}",
        ran.said
    );
    let ran = Machine::new().run("03-deploy.sh", &[], &[]);
    assert!(!ran.called("get secret vmagent-token"), "{:?}", ran.calls);
}

#[test]
fn what_is_pushed_is_not_built_again() {
    let ran = Machine::new().run("03-deploy.sh", &[], &[("PUSHED", "0")]);
    assert!(ran.well && !ran.called("buildx"), "{}", ran.said);
}

#[test]
fn a_deploy_stops_at_the_first_failure_and_says_what_next() {
    let cases = [
        ("buildx", "kustomize", "mend what docker says"),
        ("get secret honeydue-migrate", "delete job", "02-secrets.sh"),
        (
            "-l app.kubernetes.io/name in (network, migrate)",
            "rollout",
            "logs job/migrate",
        ),
        (
            "rollout status deployment/scheduler",
            "rollout status deployment/worker",
            "04-rollback.sh",
        ),
        ("api:http/proxy", "doctor", "04-rollback.sh"),
    ];
    for (fails, never, next) in cases {
        let ran = Machine::new().run("03-deploy.sh", &[], &[("FAIL", fails)]);
        assert!(
            !ran.well && !ran.called(never),
            "{fails}:\n{}",
            ran.calls.join("\n")
        );
        assert!(
            ran.said.contains("Next: ") && ran.said.contains(next),
            "{fails}: {}",
            ran.said
        );
    }
}

#[test]
fn a_failed_migration_deploys_nothing() {
    let ran = Machine::new().run("03-deploy.sh", &[], &[("JOB", "Failed")]);
    assert!(!ran.well && !ran.called("rollout"), "{}", ran.said);
    assert!(ran.called("logs job/migrate") && ran.said.contains("nothing new was deployed"));
}

#[test]
fn a_doctor_who_finds_something_critical_or_gets_no_probe_done_fails_the_deploy() {
    for amiss in [("FAIL", "doctor"), ("PROBE", "skipped")] {
        let ran = Machine::new().run("03-deploy.sh", &[], &[amiss]);
        let told =
            ran.said.contains("The doctor is not content") && ran.said.contains("04-rollback.sh");
        assert!(!ran.well && told, "{amiss:?}: {}", ran.said);
    }
}

#[test]
fn what_no_commit_has_is_not_deployed() {
    let ran = Machine::new().run("03-deploy.sh", &[], &[("CHANGES", " M worker/src/main.rs")]);
    assert!(!ran.well && ran.calls.len() == 1, "{:?}", ran.calls);
    assert!(ran.said.contains("commit or stash"), "{}", ran.said);
}

#[test]
fn a_rollback_names_the_revision_and_does_nothing_where_it_is_already() {
    let machine = Machine::new();
    let ran = machine.run("04-rollback.sh", &["old"], &[]);
    assert!(ran.well, "{}", ran.said);
    ran.in_order(&[
        "undo deployment/scheduler --to-revision=2",
        "undo deployment/worker --to-revision=2",
        "undo deployment/api --to-revision=2",
        "rollout status deployment/api",
        "doctor -o jsonl",
    ]);
    assert!(!machine.run("04-rollback.sh", &["new"], &[]).called("undo"));
    let unknown = machine.run("04-rollback.sh", &["ancient"], &[]);
    assert!(
        !unknown.well && unknown.said.contains("03-deploy.sh --tag ancient"),
        "{}",
        unknown.said
    );
    assert_eq!(
        machine.run("04-rollback.sh", &[], &[]).answer,
        "new\nold\nolder\n"
    );
}
