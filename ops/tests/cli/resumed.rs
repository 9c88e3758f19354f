//! Work that was cut off right after it had touched everything: whoever goes on is told that it was done.

use operate::Operator;
use platform::{JobId, MOST_IN_SLICE, Mended, Under};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{given::Given, raw::redis_at};

async fn house(dead: usize) -> (Given, Vec<JobId>) {
    let given = Given::new().await;
    given.probes(dead).await;
    given.buries_all("the relay said no").await;
    let jobs = given.answers(&["job", "ls", "--state", "dead", "-o", "jsonl"]);
    let id = |line| serde_json::from_str::<Value>(line).unwrap()["id"].clone();
    let ids = jobs
        .lines()
        .map(|line| id(line).as_str().unwrap().parse().unwrap());
    let ids = ids.collect();
    (given, ids)
}

/// The receipt of a verb about these jobs, whose end nobody wrote down, with the first of them touched.
async fn cut(given: &Given, verb: &str, ids: &[JobId]) -> Uuid {
    let (receipt, mended) = begun(given, verb, json!({ "ids": ids }), ids[0]).await;
    assert_eq!(mended, Mended::Touched);
    receipt
}

async fn begun(given: &Given, verb: &str, filter: Value, first: JobId) -> (Uuid, Mended) {
    let operator = Operator {
        queue: given.queue.clone(),
        store: given.store.clone(),
        by: "ada".to_owned(),
    };
    let plan = json!({ "verb": verb, "filter": filter, "shown": 2 });
    let begun = operator
        .begin(&format!("job {verb}"), None, plan)
        .await
        .unwrap();
    let under = Under {
        receipt: Some(begun.id),
        as_of: Some(begun.as_of),
    };
    let (queue, first) = (&given.queue, &[first]);
    let touched = match verb {
        "retry" => queue.retry_slice("default", first, under).await,
        "cancel" => queue.cancel_slice("default", first, under, "cut").await,
        "erase" => queue.erase_slice("default", first, under, &[], "cut").await,
        _ => queue.delete_slice("default", first, under).await,
    };
    (begun.id, touched.unwrap().remove(0))
}

fn resume(given: &Given, receipt: Uuid) -> (Option<i32>, Value) {
    let said = given.says(&["job", "resume", &receipt.to_string(), "-o", "json"]);
    (
        said.code,
        serde_json::from_str(&said.answer).unwrap_or(Value::String(said.aside)),
    )
}

#[tokio::test]
async fn a_verb_that_took_effect_and_whose_answer_was_lost_is_said_to_be_done() {
    for verb in ["delete", "erase", "retry", "cancel"] {
        let (given, mut ids) = house(1).await;
        if verb == "cancel" {
            given.answers(&["job", "retry", "--all", "--yes"]);
        }
        ids.truncate(1);
        let receipt = cut(&given, verb, &ids).await;
        let (code, told) = resume(&given, receipt);
        assert_eq!(code, Some(0), "{verb}: {told}");
        let counts = ["touched", "refused", "moved_on"].map(|field| told[field].clone());
        assert_eq!(counts, [1, 0, 1].map(Value::from), "{verb}: {told}");
        let over = given.says(&["job", "resume", &receipt.to_string()]);
        assert_eq!(over.code, Some(5), "{verb}: {over:?}");
    }
}

#[tokio::test]
async fn the_rest_is_done_and_what_never_was_is_still_missed() {
    let (given, ids) = house(2).await;
    let receipt = cut(&given, "delete", &ids).await;
    let (code, told) = resume(&given, receipt);
    assert_eq!((code, &told["touched"]), (Some(0), &2.into()), "{told}");

    let (given, mut ids) = house(1).await;
    ids.push(JobId::from_bytes([7; 16]));
    let receipt = cut(&given, "delete", &ids).await;
    let (code, told) = resume(&given, receipt);
    assert_eq!((code, &told["touched"]), (Some(4), &1.into()), "{told}");

    let (given, ids) = house(1).await;
    given.answers(&["job", "delete", "--all", "--yes"]);
    let again = given.says(&["job", "delete", &ids[0].to_string()]);
    assert_eq!(again.code, Some(3), "{again:?}");
}

/// Has the first in line run for a hundred years, under nobody.
const CLAIM: &str = r"
local entry = redis.call('LPOP', KEYS[1]):sub(1, 16) .. string.char(1, 0)
return redis.call('ZADD', KEYS[2], 4102444800000, entry .. string.rep('x', 12))
";

#[tokio::test]
async fn what_runs_and_was_told_to_stop_before_is_not_counted_once_more() {
    let given = Given::new().await;
    let runs = given.enqueues(&["probe"]);
    // Looked at after it, since queues are in the order of their names.
    let waits = given.enqueues(&["probe", "--queue", "mail"]);
    let key = |name: &str| format!("{}{{default.0}}:{name}", given.prefix);
    let claim = redis::Script::new(CLAIM);
    let mut claim = claim.key(key("ready"));
    let mut redis = redis_at(&given.redis).await;
    let claimed: redis::RedisResult<u64> = claim.key(key("leases")).invoke_async(&mut redis).await;
    assert_eq!(claimed, Ok(1));

    let filter = json!({ "states": ["running", "ready"] });
    let (receipt, mended) = begun(&given, "cancel", filter, runs).await;
    assert_eq!(mended, Mended::Stopping);
    let (code, told) = resume(&given, receipt);
    assert_eq!((code, &told["touched"]), (Some(0), &2.into()), "{told}");
    let left = given.queue.show("mail", waits).await.unwrap().unwrap();
    assert_eq!(left.state, platform::State::Cancelled);
}

/// While the first of an undo is put back, what lay before it in the bin goes.
#[tokio::test]
async fn an_undo_leaves_nothing_behind_though_the_bin_changes_meanwhile() {
    const MANY: usize = 3 * MOST_IN_SLICE;
    let given = Given::new().await;
    let of_seven = || platform::NewJob::raw("probe", "default", br#"{"user_id":7}"#.to_vec());
    let jobs = (0..MANY / 2).map(|_| of_seven()).collect();
    given.queue.enqueue_many(jobs).await.unwrap();
    let delete = ["job", "delete", "--all", "--yes", "-o", "json"];
    given.buries_all("no").await;
    given.answers(&delete);
    given.probes(MANY).await;
    given.buries_all("no").await;
    let deleted: Value = serde_json::from_str(&given.answers(&delete)).unwrap();

    let operator = Operator {
        queue: given.queue.clone(),
        store: given.store.clone(),
        by: "ada".to_owned(),
    };
    let receipt = deleted["receipt"].as_str().unwrap().parse().unwrap();
    let plan = operate::Plan::undo(&operator.receipt(receipt).await.unwrap()).unwrap();
    let mut purged = false;
    let told = |told: operate::bulk::Told<'_>| {
        if matches!(told, operate::bulk::Told::Progress(_)) && !purged {
            purged = true;
            given.answers(&["user", "purge", "7", "--yes"]);
        }
    };
    let done = plan.carry_out(&operator, None, None, told).await.unwrap();
    let all = u64::try_from(MANY).unwrap();
    assert_eq!((done.touched, given.stand().await), (all, (0, 0, all)));
}
