//! Secrets are checked, go up whole, and are printed nowhere.

use std::path::Path;

use crate::machine::Machine;

/// The example, made usable, with one line replaced.
pub(crate) fn secrets(machine: &Machine, line: &str) -> String {
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
        (
            "DATABASE_URL=postgres://u:p@h:6432/n?sslmode=require",
            "must say port 5432, or none: no other is open; it stands in deploy-k3s/base/network",
        ),
        (
            "MIGRATE_DATABASE_URL=postgres://u:p@h:6432/n?sslmode=require&x=@y/",
            "must say port 5432",
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
        (
            "SMTP_URL=smtps://u:p@smtp.example.com:465",
            "must read smtp://USER:PASSWORD@HOST:587",
        ),
        (
            "SMTP_URL=smtp://u:p@smtp.example.com:2525",
            "must read smtp://USER:PASSWORD@HOST:587",
        ),
        ("SECRET_KEY=0123456789abcdef", "must be 32 letters"),
        (
            "REMOTE_WRITE_URL=http://metrics.example.com",
            "must read https://",
        ),
        (
            "REMOTE_WRITE_URL=https://u:p@metrics.example.com/",
            "must read https://",
        ),
        (
            "REMOTE_WRITE_URL=https://metrics.example.com:8428/api/v1/write",
            "must say port 443, or none: no other is open; it stands in deploy-k3s/vmagent/rest.yaml",
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
fn the_one_port_that_is_open_may_be_said_and_a_host_alone_too() {
    let machine = Machine::new();
    for line in [
        "DATABASE_URL=postgres://u:p@h:5432/n?sslmode=require",
        "MIGRATE_DATABASE_URL=postgres://u:p@h:5432/n?sslmode=require",
        "REMOTE_WRITE_URL=https://metrics.example.com:443/api/v1/write",
        "REMOTE_WRITE_URL=https://metrics.example.com",
        "REMOTE_WRITE_URL=",
    ] {
        let args = ["--dry-run", "--env-file", &secrets(&machine, line)];
        let ran = machine.run("02-secrets.sh", &args, &[]);
        assert!(ran.well, "{line}: {}", ran.said);
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
