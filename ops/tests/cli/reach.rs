//! `doctor` beyond our own servers: relay and providers are spoken to, and secrets are looked at.

use std::{fs, path::PathBuf};

use standins::{Apns, Fcm, Inbox, SmtpOptions};

use crate::{
    doctor::found,
    given::{Given, Said, said},
};

/// Files of one test, which go with it.
struct Files(PathBuf);

impl Files {
    fn new() -> Self {
        let name = standins::prefix().replace(':', "");
        let files = Self(std::env::temp_dir().join(name));
        fs::create_dir(&files.0).expect("a directory");
        files
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).expect("a file");
        path.display().to_string()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn asks(given: &Given, env: &[(&str, &str)]) -> Said {
    let mut command = given.command(&["doctor", "--no-probe", "-o", "jsonl"]);
    said(command.envs(env.iter().copied()))
}

fn reach(given: &Given, env: &[(&str, &str)]) -> Vec<(String, String)> {
    let said = asks(given, env);
    assert!(!said.answer.contains("inbox@"), "{said:?}");
    found(&said, "reach")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_is_greeted_as_a_worker_would_and_no_nearer() {
    let (given, files) = (Given::new().await, Files::new());
    let relay = Inbox::start(SmtpOptions::default()).await.unwrap();
    let (url, ca) = (relay.smtp_url(), files.write("ca.pem", relay.ca_pem()));
    let (level, told) = &reach(&given, &[("SMTP_URL", &url), ("SMTP_CA_PATH", &ca)])[0];
    assert_eq!(level, "ok", "{told}");
    assert!(told.contains("answers EHLO after STARTTLS"), "{told}");

    // Whose certificate nobody vouches for.
    let (level, told) = &reach(&given, &[("SMTP_URL", &url)])[0];
    assert!(
        level == "critical" && told.contains("no TLS: invalid peer certificate"),
        "{told}"
    );
    // An authority that is none.
    let none = files.write("none.pem", "nothing");
    let (level, told) = &reach(&given, &[("SMTP_URL", &url), ("SMTP_CA_PATH", &none)])[0];
    assert!(
        level == "critical" && told.contains("SMTP_CA_PATH holds no certificate"),
        "{told}"
    );

    let clear = Inbox::start(SmtpOptions {
        starttls: false,
        ..SmtpOptions::default()
    });
    let clear = clear.await.unwrap();
    let safe = format!("smtp://{}", clear.smtp_addr());
    let (level, told) = &reach(&given, &[("SMTP_URL", &safe)])[0];
    assert!(
        level == "critical" && told.contains("it offers no STARTTLS"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_never_answers_or_speaks_another_language_is_found() {
    let given = Given::new().await;
    let (_held, port) = crate::refusals::silent().await;
    let silent = format!("smtp://127.0.0.1:{port}");
    let brief = ("HONEYDUE_TIMEOUT", "1s");
    let (level, told) = &reach(&given, &[("SMTP_URL", &silent), brief])[0];
    assert!(
        level == "critical" && told.contains("does not answer in 1s"),
        "{told}"
    );
    let inbox = Inbox::start(SmtpOptions::default()).await.unwrap();
    let web = format!("smtp+plain://{}", inbox.web_addr());
    let (level, told) = &reach(&given, &[("SMTP_URL", &web)])[0];
    assert_eq!(level, "critical", "{told}");
    let (level, told) = &reach(&given, &[("SMTP_URL", "smtp://")])[0];
    assert!(
        level == "critical" && told == "SMTP_URL names no host",
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn providers_shake_hands_and_their_secrets_are_what_they_should_be() {
    let (given, files) = (Given::new().await, Files::new());
    let inbox = Inbox::start(SmtpOptions::default()).await.unwrap();
    let apns = Apns::start(inbox.pushes()).await.unwrap();
    let fcm = Fcm::start(inbox.pushes()).await.unwrap();
    let ca = files.write("ca.pem", &format!("{}{}", apns.ca_pem(), fcm.ca_pem()));
    let (key, account) = (apns.auth_key(), fcm.credentials());
    let (key, account) = (
        files.write("key.p8", key),
        files.write("account.json", &account),
    );
    let well = [
        ("FEATURE_PUSH_ENABLED", "true"),
        ("APNS_HOST", apns.host()),
        ("APNS_AUTH_KEY_PATH", &key),
        ("APNS_KEY_ID", "ABCDEFGHIJ"),
        ("APNS_TEAM_ID", "ABCDEFGHIJ"),
        ("APNS_TOPIC", "com.example.honeydue"),
        ("FCM_HOST", fcm.host()),
        ("FCM_CREDENTIALS_PATH", &account),
        ("PUSH_CA_PATH", &ca),
    ];
    let levels = |said: &Said, check: &str| {
        let found = found(said, check).into_iter();
        found.map(|(level, _)| level).collect::<Vec<_>>()
    };
    let said = asks(&given, &well);
    assert_eq!(levels(&said, "reach"), ["skipped", "ok", "ok"], "{said:?}");
    assert_eq!(levels(&said, "secrets"), ["ok", "ok"], "{said:?}");

    let swapped = [
        ("APNS_AUTH_KEY_PATH", account.as_str()),
        ("FCM_CREDENTIALS_PATH", &key),
    ];
    let unset = [("PUSH_CA_PATH", ""), ("APNS_TOPIC", "")];
    let said = asks(&given, &[&well[..], &swapped, &unset].concat());
    assert_eq!(
        levels(&said, "reach"),
        ["skipped", "critical", "critical"],
        "{said:?}"
    );
    let told: Vec<_> = found(&said, "secrets")
        .into_iter()
        .map(|(_, told)| told)
        .collect();
    assert_eq!(
        told,
        [
            "APNS_AUTH_KEY_PATH names a file that is no private key",
            "FCM_CREDENTIALS_PATH names a file that is no JSON",
            "APNS_TOPIC is not set, and push is enabled",
        ]
    );
}
