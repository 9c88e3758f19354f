//! Pushes are configured wholly or not at all.

use standins::{Process, apns, until};
use uuid::Uuid;

use crate::given::{apple, google};

/// What a worker needs besides; nothing of it is dialled here.
fn others() -> Vec<(&'static str, String)> {
    [
        ("REDIS_URL", "redis://127.0.0.1:1/"),
        ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none"),
        ("METRICS_LISTEN", "127.0.0.1:0"),
        ("SMTP_URL", "smtp+plain://127.0.0.1:1"),
        ("MAIL_FROM", "hello@example.com"),
        ("PUBLIC_URL", "https://honeydue.example.com"),
        ("SECRET_KEY", "of-this-loopback-only-and-32-long-at-least"),
        ("LOG_FORMAT", "json"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

/// A file that is gone at the end of the test.
struct File(std::path::PathBuf);

impl File {
    fn holding(text: &str) -> File {
        let path = std::env::temp_dir().join(format!("honeydue-test-{}", Uuid::new_v4().simple()));
        std::fs::write(&path, text).expect("a file");
        File(path)
    }

    fn path(&self) -> String {
        self.0.display().to_string()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// What a worker says that does not start with these settings.
async fn refused(settings: &[(&'static str, String)]) -> String {
    let env: Vec<_> = others()
        .into_iter()
        .chain(settings.iter().cloned())
        .collect();
    let worker = Process::spawn("honeydue-worker", &env).expect("it is built");
    let status = worker.wait().await;
    assert!(!status.success(), "it started:\n{}", worker.logs());
    worker.logs()
}

#[tokio::test]
async fn without_pushes_no_setting_of_theirs_is_looked_at() {
    let mut env = others();
    for (name, value) in [
        ("APNS_AUTH_KEY_PATH", ""),
        ("APNS_TOPIC", ""),
        ("FCM_CREDENTIALS_PATH", "/nowhere/at/all"),
        ("PUSH_CA_PATH", "/nowhere/at/all"),
    ] {
        env.push((name, value.to_owned()));
    }
    env.push(("FEATURE_PUSH_ENABLED", "false".to_owned()));
    let worker = Process::spawn("honeydue-worker", &env).expect("it is built");
    // It has read all settings by then.
    until("it looks for what it needs", async || {
        assert!(worker.ended().is_none(), "{}", worker.logs());
        worker.logs().contains("Looking for Redis")
    })
    .await;
}

#[tokio::test]
async fn with_pushes_each_setting_that_is_missing_or_wrong_stops_the_start_in_a_sentence() {
    let (apple, google) = (apple().await, google().await);
    let (key, account) = (
        File::holding(apple.auth_key()),
        File::holding(&google.credentials()),
    );
    let nonsense = File::holding("nonsense");
    let right = [
        ("FEATURE_PUSH_ENABLED", "true".to_owned()),
        ("APNS_AUTH_KEY_PATH", key.path()),
        ("APNS_KEY_ID", apns::KEY_ID.to_owned()),
        ("APNS_TEAM_ID", apns::TEAM_ID.to_owned()),
        ("APNS_TOPIC", apns::TOPIC.to_owned()),
        ("FCM_CREDENTIALS_PATH", account.path()),
    ];
    let unset = "it must be set while FEATURE_PUSH_ENABLED is true";
    for (name, value, said) in [
        ("APNS_AUTH_KEY_PATH", "", unset),
        (
            "APNS_AUTH_KEY_PATH",
            "/nowhere/at/all",
            "can't read /nowhere/at/all",
        ),
        (
            "APNS_AUTH_KEY_PATH",
            &nonsense.path(),
            "holds no private key",
        ),
        (
            "APNS_AUTH_KEY_PATH",
            &account.path(),
            "holds no private key",
        ),
        ("APNS_KEY_ID", "", unset),
        ("APNS_KEY_ID", "short", "ten letters and digits"),
        ("APNS_TEAM_ID", " ", unset),
        ("APNS_TOPIC", "", unset),
        ("APNS_TOPIC", "no topic", "bundle id"),
        ("APNS_HOST", "http://localhost", "it must be a host"),
        (
            "APNS_HOST",
            "https://localhost/3/device",
            "it must be a host",
        ),
        ("FCM_CREDENTIALS_PATH", "", unset),
        ("FCM_CREDENTIALS_PATH", "/nowhere/at/all", "can't read"),
        (
            "FCM_CREDENTIALS_PATH",
            &nonsense.path(),
            "no JSON file of a service account",
        ),
        ("FCM_HOST", "not a host", "it must be a host"),
        ("PUSH_CA_PATH", &nonsense.path(), "no PEM certificate"),
        ("FEATURE_PUSH_ENABLED", "perhaps", "true"),
    ] {
        let mut settings = right.to_vec();
        settings.retain(|(set, _)| *set != name);
        settings.push((name, value.to_owned()));
        let logs = refused(&settings).await;
        assert!(
            logs.contains(name) && logs.contains(said),
            "{name}={value}: {logs}"
        );
    }
}
