//! The leader, and another after it.

use insta::Settings;

use super::{shows, shows_each};
use crate::{
    given::Given,
    leader::{candidate, leads},
};

#[tokio::test(flavor = "multi_thread")]
async fn who_leads_and_who_leads_then() {
    let given = Given::new().await;
    let mut settings = Settings::clone_current();
    settings.add_filter(r"\b\d{5}\b", "xxxxx");
    let _left = settings.bind_to_scope();
    let (first, second) = (
        candidate("scheduler-0/b1", 7),
        candidate("scheduler-1/b2", 8),
    );
    leads(&given, second.clone(), None).await;
    shows(&given, "leader status", &[]).await;
    shows_each(&given, "leader step-down", async |_| {
        assert!(given.queue.let_go(&second).await.expect("Redis answers"));
        leads(&given, first.clone(), Some(second.clone())).await;
        Vec::new()
    })
    .await;
}
