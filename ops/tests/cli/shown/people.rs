//! People: what they got, whether their address takes mail, and forgetting them.

use super::{shows, shows_each};
use crate::{explain::considered, given::Given, suppression::bounced};

#[tokio::test]
async fn what_came_of_a_kind() {
    let given = Given::new().await;
    let user = given.signs_up("ada").await;
    let digest = considered(&given, user, "daily-digest", "2126-01-01").await;
    given.store.skip(digest, "nothing-to-report").await.unwrap();
    let args = ["--user", &user.to_string(), "--kind", "daily-digest"];
    shows(&given, "explain", &args).await;
}

#[tokio::test]
async fn whose_address_takes_no_mail() {
    let given = Given::new().await;
    for name in ["ada", "ben", "cleo"] {
        bounced(&given, given.signs_up(name).await, name).await;
    }
    shows(&given, "suppression ls", &[]).await;
    let lift = async |turn: usize| vec![(turn + 1).to_string(), "--yes".to_owned()];
    shows_each(&given, "suppression lift", lift).await;
}

#[tokio::test]
async fn who_is_forgotten() {
    let given = Given::new().await;
    for name in ["ada", "ben", "cleo"] {
        let user = given.signs_up(name).await;
        considered(&given, user, "welcome", "welcome").await;
    }
    let purge = async |turn: usize| vec![(turn + 1).to_string(), "--yes".to_owned()];
    shows_each(&given, "user purge", purge).await;
}
