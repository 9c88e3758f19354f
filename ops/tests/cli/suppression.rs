//! `suppression`: whose address takes no mail, and giving it another chance.

use insta::assert_snapshot;
use store::UserId;

use crate::{
    explain::considered,
    given::{Given, put_aside},
};

pub(crate) async fn bounced(given: &Given, user: UserId, name: &str) {
    let id = considered(given, user, "welcome", "welcome").await;
    let store = &given.store;
    store.begin_sending(id, id.0, 2).await.unwrap();
    let (address, answer) = (format!("{name}@example.com"), "550 5.1.1 no such user");
    assert!(store.bounced(id, id.0, &address, answer).await.unwrap());
}

#[tokio::test]
async fn a_suppressed_person_is_listed_without_their_address_and_lifted_with_a_trace() {
    let (given, _aside) = (Given::new().await, put_aside());
    let user = given.signs_up("ada").await;
    bounced(&given, user, "ada").await;
    let user = user.to_string();
    assert_snapshot!(given.answers(&["suppression", "ls"]), @"
    USER  SINCE                 BY DELIVERY                           STILL HOLDS
    1     [time]  [id]  yes
    ");
    let asked = given.says(&["suppression", "lift", &user]);
    assert_eq!(asked.code, Some(5), "{asked:?}");
    assert_snapshot!(asked.aside, @"
    Mail to user 1 is suppressed since [time].
    honeydue: nothing was changed; say --yes to do it
    ");
    let lifted = given.says(&["suppression", "lift", &user, "--yes", "--by", "ada"]);
    assert_eq!(lifted.code, Some(0), "{lifted:?}");
    assert_snapshot!(given.answers(&["suppression", "ls", "-o", "json"]), @"[]");
    let again = given.says(&["suppression", "lift", &user, "--yes"]);
    assert_eq!(again.code, Some(3), "{again:?}");
    assert!(given.answers(&["audit", "ls"]).contains("suppression lift"));
}
