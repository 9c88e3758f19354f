//! The scripts do their steps in order, stop at the first that fails, and say what to do next.

use std::{
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const FAKED: [&str; 10] = [
    "kubectl", "docker", "git", "curl", "apt-get", "ufw", "install", "sysctl", "k3s", "id",
];
const SETTINGS: &str = "\
    HONEYDUE_IMAGE=registry.example.com/honeydue\nWEB_IMAGE=registry.example.com/web:7\n\
    ADMIN_IMAGE=registry.example.com/admin:7\nAPI_HOST=api.example.com\n";

/// A machine on which every program that the scripts call is a fake.
struct Machine(tempfile::TempDir);

struct Ran {
    well: bool,
    answer: String,
    said: String,
    calls: Vec<String>,
}

impl Machine {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let fake = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fake.sh");
        for name in FAKED {
            symlink(&fake, dir.path().join(name)).expect("a link");
        }
        std::fs::write(dir.path().join("deploy.env"), SETTINGS).expect("a file");
        Self(dir)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, script: &str, args: &[&str], env: &[(&str, &str)]) -> Ran {
        let _ = std::fs::remove_file(self.file("calls"));
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts");
        let mut command = Command::new("bash");
        command.arg(scripts.join(script)).args(args).env_clear();
        command.env("PATH", format!("{}:/usr/bin:/bin", self.0.path().display()));
        command
            .env("CALLS", self.file("calls"))
            .env("APPLIED", self.file("applied"));
        command
            .env("DEPLOY_ENV", self.file("deploy.env"))
            .env("WAIT", "0");
        command.envs(env.iter().copied());
        Ran::of(&command.output().expect("bash runs"), &self.file("calls"))
    }
}

impl Ran {
    fn of(output: &Output, calls: &Path) -> Self {
        let calls = std::fs::read_to_string(calls).unwrap_or_default();
        Self {
            well: output.status.success(),
            answer: String::from_utf8_lossy(&output.stdout).into_owned(),
            said: String::from_utf8_lossy(&output.stderr).into_owned(),
            calls: calls.lines().map(str::to_owned).collect(),
        }
    }

    fn called(&self, text: &str) -> bool {
        self.calls.iter().any(|call| call.contains(text))
    }

    /// That all of these were called, each after the one before.
    fn in_order(&self, wanted: &[&str]) {
        let mut calls = self.calls.iter();
        for text in wanted {
            let found = calls.any(|call| call.contains(text));
            assert!(
                found,
                "{text:?} is not called in its place:\n{}",
                self.calls.join("\n")
            );
        }
    }
}

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
        "leader status",
        "job enqueue probe",
        "job show 7",
    ]);
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
        ("leader status", "job enqueue", "04-rollback.sh"),
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
fn a_probe_job_that_does_not_get_done_fails_the_deploy() {
    let ran = Machine::new().run("03-deploy.sh", &[], &[("PROBE", "6")]);
    assert!(
        !ran.well && ran.said.contains("04-rollback.sh"),
        "{}",
        ran.said
    );
}

#[test]
fn a_dry_run_changes_nothing() {
    let machine = Machine::new();
    let changing = [
        "apply", "delete", "undo", "label", "build", "ufw ", "apt-get ", "enqueue",
    ];
    for (script, args) in [
        ("03-deploy.sh", vec!["--dry-run"]),
        ("04-rollback.sh", vec!["--dry-run", "old"]),
        (
            "01-node.sh",
            vec!["--dry-run", "--first", "--admin", "203.0.113.7/32"],
        ),
    ] {
        let ran = machine.run(script, &args, &[("CHANGES", " M file")]);
        assert!(ran.well, "{script}: {}", ran.said);
        assert!(
            ran.answer.contains("would run: "),
            "{script}: {}",
            ran.answer
        );
        for verb in changing {
            assert!(!ran.called(verb), "{script}:\n{}", ran.calls.join("\n"));
        }
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
        "job enqueue probe",
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

#[test]
fn the_status_fails_when_pods_are_missing() {
    let machine = Machine::new();
    assert!(machine.run("05-status.sh", &[], &[]).well);
    let short = machine.run("05-status.sh", &[], &[("READY", "2")]);
    assert!(
        !short.well && short.said.contains("api has 2 of 3 pods"),
        "{}",
        short.said
    );
    let dead = machine.run("05-status.sh", &[], &[("DEAD", "{ \"id\": \"9\" }")]);
    assert!(
        !dead.well && dead.said.contains("there are dead jobs"),
        "{}",
        dead.said
    );
    let headless = machine.run("05-status.sh", &[], &[("FAIL", "leader status")]);
    assert!(
        !headless.well && headless.said.contains("nobody leads"),
        "{}",
        headless.said
    );
}

#[test]
fn a_node_lets_in_cloudflare_and_its_peers_alone_and_may_be_made_twice() {
    let machine = Machine::new();
    let args = [
        "--first",
        "--redis",
        "--peers",
        "10.0.0.2 10.0.0.3",
        "--admin",
        "203.0.113.7/32",
    ];
    let ran = machine.run("01-node.sh", &args, &[]);
    assert!(ran.well, "{}", ran.said);
    ran.in_order(&[
        "ufw default deny incoming",
        "ufw allow from 203.0.113.7/32 to any port 22",
        "ufw allow from 173.245.48.0/20 to any port 443",
        "ufw allow from 10.0.0.3 to any port 8472",
        "ufw --force enable",
        "k3s kubectl wait",
        "k3s kubectl label",
    ]);
    assert!(
        !ran.called("port 80 ") && !ran.called("get.k3s.io"),
        "{}",
        ran.calls.join("\n")
    );
    let bare = machine.run("01-node.sh", &["--first", "--admin"], &[]);
    assert!(
        !bare.well && bare.said.contains("--admin needs a value"),
        "{}",
        bare.said
    );
    let refused = machine.run("01-node.sh", &["--first", "--admin", "everybody"], &[]);
    assert!(
        !refused.well && refused.said.contains("--admin must be"),
        "{}",
        refused.said
    );
}

/// The example, made usable, with one line replaced.
fn secrets(machine: &Machine, line: &str) -> String {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let good = std::fs::read_to_string(tests.join("secrets.env")).expect("the example");
    let name = line.split('=').next().unwrap_or_default();
    let kept = good
        .lines()
        .filter(|kept| !kept.starts_with(&format!("{name}=")));
    let lines: Vec<_> = kept.chain([line]).collect();
    let file = machine.file("secrets.env");
    std::fs::write(&file, lines.join("\n")).expect("a file");
    for beside in ["origin.pem", "push.p8", "fcm.json"] {
        std::fs::copy(tests.join(beside), machine.file(beside)).expect("a file");
    }
    let only_mine = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&file, only_mine).expect("a file of mine");
    file.display().to_string()
}

#[test]
fn a_secret_of_a_wrong_form_is_refused_by_name_before_any_goes_up() {
    let machine = Machine::new();
    for (line, told) in [
        (
            "DATABASE_URL=postgres://u:p@h/n",
            "must read postgres://USER:PASSWORD@HOST/NAME?sslmode=require",
        ),
        (
            "DATABASE_URL=mysql://u:p@h/n?sslmode=require",
            "must read postgres://",
        ),
        (
            "MIGRATE_DATABASE_URL=postgres://u:p@x-pooler.example.com/n?sslmode=require",
            "leads to the pooler",
        ),
        ("REDIS_PASSWORD=short", "must be 24 letters"),
        (
            "REDIS_PASSWORD=with:colons:and/slashes:0123456789",
            "must be 24 letters",
        ),
        (
            "SMTP_URL=smtp://hello@example.com:p@smtp.example.com:587",
            "with %40 for an @",
        ),
        ("SMTP_URL=smtp://u:p@smtp.example.com", "must read smtp://"),
        ("SECRET_KEY=0123456789abcdef", "must be 32 letters"),
        (
            "REMOTE_WRITE_URL=http://metrics.example.com",
            "must read https://",
        ),
        ("REMOTE_WRITE_TOKEN=", "is empty"),
        ("ORIGIN_CERT_FILE=nowhere.pem", "is no PEM file"),
        ("APNS_AUTH_KEY_FILE=origin.pem", "is no .p8 file"),
        (
            "FCM_CREDENTIALS_FILE=",
            "is said without FCM_CREDENTIALS_FILE",
        ),
        ("REGISTRY_USER=", "must be the registry's user"),
        ("SMPT_URL=smtp://u:p@h:587", "nobody knows SMPT_URL"),
    ] {
        let ran = machine.run(
            "02-secrets.sh",
            &["--env-file", &secrets(&machine, line)],
            &[],
        );
        assert!(!ran.well && ran.said.contains(told), "{line}: {}", ran.said);
        assert!(
            ran.said.contains(line.split('=').next().expect("a name")),
            "{line}: {}",
            ran.said
        );
        assert!(!ran.called("apply"), "{line}: {:?}", ran.calls);
    }
}

#[test]
fn secrets_go_up_by_file_and_are_printed_nowhere() {
    let machine = Machine::new();
    let file = secrets(&machine, "SMTP_URL=smtp://u:hush-hush@smtp.example.com:587");
    let ran = machine.run("02-secrets.sh", &["--env-file", &file], &[]);
    assert!(ran.well, "{}", ran.said);
    let told = ran.calls.join("\n") + &ran.said + &ran.answer;
    assert!(
        !told.contains("hush") && !told.contains("made-up"),
        "{told}"
    );
    let applied = std::fs::read_to_string(machine.file("applied")).expect("what was applied");
    // smtp://u:hush-hush@smtp.example.com:587, and `requirepass 0123…`
    assert!(
        applied.contains("SMTP_URL: c210cDovL3U6aHVzaC1odXNoQHNtdHAuZXhhbXBsZS5jb206NTg3"),
        "{applied}"
    );
    assert!(applied.contains("auth.conf: cmVxdWlyZXBhc3Mg"), "{applied}");
}

#[test]
fn a_secrets_file_that_others_can_read_is_refused() {
    let machine = Machine::new();
    let file = secrets(&machine, "REGISTRY_PASSWORD=x");
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(&file, open).expect("a file of mine");
    let ran = machine.run("02-secrets.sh", &["--env-file", &file], &[]);
    assert!(!ran.well && ran.said.contains("chmod 600"), "{}", ran.said);
}
