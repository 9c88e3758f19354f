//! `user purge`: nothing of a person is left anywhere, and of everybody else everything.

use std::time::Duration;

use insta::assert_snapshot;
use platform::NewJob;
use store::UserId;

use crate::{
    explain::considered,
    given::{Given, put_aside},
    raw::{keys, redis_at},
};

const SECRET: &str = "ada.lovelace";

/// A job of every sort: ready, later, dead, deleted.
async fn fill(given: &Given, user: UserId) {
    let id = considered(given, user, "welcome", "welcome").await;
    let row = given.store.delivery(id).await.unwrap().unwrap();
    given
        .queue
        .enqueue(kinds::notify::job(&row).unwrap())
        .await
        .unwrap();
    let payload = serde_json::json!({ "user_id": user, "mark": SECRET }).to_string();
    let job = || NewJob::raw("probe", "default", payload.clone().into_bytes());
    let later = given.queue.now().await.unwrap() + Duration::from_hours(1);
    for _ in 0..2 {
        given.queue.enqueue(job()).await.unwrap();
    }
    given
        .buries_all(&format!("no such mailbox for {SECRET}"))
        .await;
    let args = [
        "job",
        "delete",
        "--user",
        &user.to_string(),
        "--max",
        "1",
        "--yes",
    ];
    given.answers(&args);
    given.queue.enqueue(job()).await.unwrap();
    given.queue.enqueue(job().at(later)).await.unwrap();
}

/// Everything that Redis holds under this prefix, as it is dumped.
async fn dump(given: &Given) -> String {
    let mut redis = redis_at(&given.redis).await;
    let mut all = String::new();
    for key in keys(&mut redis, &format!("{}*", given.prefix)).await {
        let sort: String = redis::cmd("TYPE")
            .arg(&key)
            .query_async(&mut redis)
            .await
            .unwrap();
        let read = match sort.as_str() {
            "hash" => redis::cmd("HGETALL").arg(&key).to_owned(),
            "zset" => redis::cmd("ZRANGE").arg(&key).arg(0).arg(-1).to_owned(),
            _ => redis::cmd("LRANGE").arg(&key).arg(0).arg(-1).to_owned(),
        };
        let values: Vec<Vec<u8>> = read.query_async(&mut redis).await.unwrap();
        all.extend(
            values
                .iter()
                .map(|value| String::from_utf8_lossy(value).into_owned()),
        );
    }
    all
}

#[tokio::test]
async fn of_a_person_who_is_purged_nothing_is_left_and_of_others_everything() {
    let (given, _aside) = (Given::new().await, put_aside());
    let (ada, ben) = (given.signs_up(SECRET).await, given.signs_up("ben").await);
    fill(&given, ada).await;
    considered(&given, ben, "welcome", "welcome").await;
    let of_ben = NewJob::raw(
        "probe",
        "default",
        format!(r#"{{"user_id":{ben}}}"#).into_bytes(),
    );
    given.queue.enqueue(of_ben).await.unwrap();
    let before = given.store.held_of(ben).await.unwrap();
    assert!(dump(&given).await.contains(SECRET));

    let user = ada.to_string();
    let asked = given.says(&["user", "purge", &user]);
    assert_eq!(asked.code, Some(5));
    assert_snapshot!(asked.aside, @"
    Looking through every job for theirs.
    accounts: 1
    tokens: 0
    agenda: 0
    deliveries: 1
    devices: 0
    preferences: 0
    requests: 0
    drips: 0
    suppressions: 0
    memberships: 0
    residences: 0
    tasks: 0
    outbox: 0
    jobs: 4
    deleted jobs: 1
    honeydue: nothing was changed; say --yes to do it, or --dry-run to look only
    ");
    assert_snapshot!(given.answers(&["user", "purge", &user, "--dry-run", "-o", "jsonl"]), @r#"{"accounts":1,"tokens":0,"agenda":0,"deliveries":1,"devices":0,"preferences":0,"requests":0,"drips":0,"suppressions":0,"memberships":0,"residences":0,"tasks":0,"outbox":0,"jobs":4,"binned":1}"#);
    assert_snapshot!(given.answers(&["user", "purge", &user, "--yes", "--by", "ben"]), @"
    receipt       [id]
    accounts      1
    tokens        0
    agenda        0
    deliveries    1
    devices       0
    preferences   0
    requests      0
    drips         0
    suppressions  0
    memberships   0
    residences    0
    tasks         0
    outbox        0
    jobs          4
    deleted jobs  1
    left          nothing
    ");

    assert!(given.store.held_of(ada).await.unwrap().is_nothing());
    let left = dump(&given).await;
    assert!(
        !left.contains(SECRET) && !left.contains(&format!("\"user_id\":{ada}}}")),
        "{left}"
    );
    assert_eq!(given.store.held_of(ben).await.unwrap(), before);
    let jobs = given.answers(&["job", "ls", "--user", &ben.to_string(), "-o", "jsonl"]);
    assert_eq!(jobs.lines().count(), 1);
    assert_eq!(given.says(&["user", "purge", &user]).code, Some(3));
}

#[tokio::test]
async fn of_nobody_there_is_nothing_to_purge_and_nothing_to_write_down() {
    let given = Given::new().await;
    for yes in [&[][..], &["--yes"]] {
        let said = given.says(&[&["user", "purge", "4711"], yes].concat());
        assert_eq!((said.code, said.answer.as_str()), (Some(3), ""), "{said:?}");
        assert!(
            said.aside.contains("there is nothing of user 4711"),
            "{said:?}"
        );
    }
    assert_eq!(given.answers(&["audit", "ls", "-o", "jsonl"]), "");
}
