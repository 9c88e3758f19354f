//! Node's HTTP/2 as Apple: a server that we did not write, so that adapter and stand-in can't share a
//! misunderstanding.

mod server;

use std::time::Duration;

use honeydue_worker::adapters::apns::{Apns, Settings};
use kinds::ports::Sent;

use crate::given::{PATIENT, TOKEN, alert, send, word};
use server::Server;

impl Server {
    fn apns(&self) -> Apns {
        let settings = Settings {
            auth_key: self.auth_key.as_bytes(),
            key_id: "ABC123DEFG",
            team_id: "DEF123GHIJ",
            topic: "com.example.honeydue",
            host: &self.host(),
            extra_ca: Some(self.ca.as_bytes()),
        };
        Apns::new(&settings, PATIENT).expect("settings of the server")
    }
}

#[tokio::test]
async fn another_server_believes_our_signature_and_reads_our_alert_as_it_was_meant() {
    let (mut server, alert) = (Server::start().await, alert());
    let (sent, _) = send(&server.apns(), &alert).await;
    assert!(
        matches!(&sent, Sent::Yes { answer } if answer == "200"),
        "{sent:?}"
    );

    let heard = server.next().await;
    assert_eq!(heard["signed"], true, "{heard}");
    assert_eq!(
        (&heard["protocol"], &heard["header"]["alg"]),
        (&"h2".into(), &"ES256".into())
    );
    assert_eq!(heard["header"]["kid"], "ABC123DEFG");
    assert_eq!(heard["claims"]["iss"], "DEF123GHIJ");
    assert_eq!(heard["claims"]["iat"], alert.at.as_second());
    assert_eq!(heard["headers"][":path"], format!("/3/device/{TOKEN}"));
    assert_eq!(heard["headers"]["apns-id"], alert.id.to_string());
    assert_eq!(heard["headers"]["apns-topic"], "com.example.honeydue");
    assert_eq!(heard["body"]["aps"]["alert"]["body"], alert.body);
}

#[tokio::test]
async fn another_servers_refusals_mean_the_same() {
    let mut server = Server::start().await;
    let apns = server.apns();
    for (status, retry_after, reason, wanted) in [
        (410, "", "Unregistered", "gone"),
        (429, "9", "TooManyRequests", "away"),
        (503, "9", "Shutdown", "away"),
        (500, "", "InternalServerError", "failed"),
    ] {
        server.answer(status, retry_after, reason).await;
        let (sent, _) = send(&apns, &alert()).await;
        assert_eq!(word(&sent), wanted, "{sent:?}");
        let waits = matches!(&sent, Sent::Later(wait, _) if *wait == Duration::from_secs(9));
        assert_eq!(waits, !retry_after.is_empty(), "{sent:?}");
        server.next().await;
    }
    server.answer(0, "", "").await;
    let (sent, _) = send(&apns, &alert()).await;
    assert_eq!(word(&sent), "unknown", "it hung up: {sent:?}");
    server.next().await;

    let (sent, _) = send(&apns, &alert()).await;
    assert_eq!(word(&sent), "yes", "{sent:?}");
}

#[tokio::test]
async fn a_hundred_alerts_go_over_one_connection_of_another_server_that_takes_ten_at_a_time() {
    let mut server = Server::start().await;
    let apns = server.apns();
    let alerts: Vec<_> = (0..100).map(|_| alert()).collect();
    let sends = alerts.iter().map(|alert| send(&apns, alert));
    for (sent, _) in futures_util::future::join_all(sends).await {
        assert_eq!(word(&sent), "yes", "{sent:?}");
    }
    for _ in 0..100 {
        let heard = server.next().await;
        assert_eq!(
            (&heard["connection"], &heard["signed"]),
            (&1.into(), &true.into())
        );
    }
}
