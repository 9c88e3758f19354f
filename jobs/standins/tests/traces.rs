//! Traces, from the request to the provider, as who collects them sees them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use standins::{House, collector::Span, until};
use tokio::{net::TcpListener, time::timeout};

/// As in production: at a twentieth, a slow machine relays what nobody has enqueued for a tenth of a second, and
/// what is relayed is of no trace.
const PACE: u32 = 1;

async fn house() -> House {
    let mut house = House::start(PACE).await.expect("a house");
    worker(&mut house);
    house
}

fn worker(house: &mut House) -> usize {
    house.spawn("worker", "honeydue-worker").expect("a worker")
}

/// By then everybody's hour has come; further ahead, nobody is let sweep.
#[expect(
    clippy::disallowed_methods,
    reason = "the processes under test live today"
)]
fn in_two_days() -> String {
    (Timestamp::now() + SignedDuration::from_hours(47)).to_string()
}

fn sign_up(house: &House, name: &str) {
    let email = format!("{name}@example.com");
    let body = json!({ "email": email, "password": "correct horse", "name": name });
    let answer = house.post("/api/auth/register/", None, &body);
    answer.expect("a sign-up");
}

fn probe(house: &House, fail: &str) {
    let payload = json!({ "fail": fail }).to_string();
    let probe = ["job", "enqueue", "probe", "--payload", &payload];
    house.honeydue(&probe).expect("it is accepted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_the_job_it_enqueued_and_the_mail_are_one_trace() {
    let house = house().await;
    // One that a slow machine left to the relay would be of no trace.
    for name in ["ada", "ben", "cleo"] {
        sign_up(&house, name);
    }
    until("one is told of from the request to the mail", async || {
        let spans = house.collector.spans();
        let linked = from_request_to_mail(&spans);
        linked.is_some_and(|[request, job, mail]| {
            request.parent.is_empty() && request.trace == job.trace && job.trace == mail.trace
        })
    })
    .await;
    let spans = house.collector.spans();
    let [request, job, mail] = from_request_to_mail(&spans).expect("they were told of");
    assert_eq!(
        [request, job, mail].map(|span| &*span.process),
        ["honeydue-api", "honeydue-worker", "honeydue-worker"]
    );
    assert_eq!(request.notes["http.response.status_code"], "201");
    assert_eq!(job.notes["honeydue.attempt"], "1");
    assert_eq!(job.notes["honeydue.outcome"], "done");
    assert_eq!(mail.notes["honeydue.outcome"], "sent");
}

/// The mail's parent is the job, whose parent is the request.
fn from_request_to_mail(spans: &[Span]) -> Option<[&Span; 3]> {
    let of = |name, id: &str| {
        let mut spans = spans.iter();
        let id = id.to_owned();
        spans.find(move |span| span.name == name && span.id == id)
    };
    let mut mails = spans.iter().filter(|span| span.name == "send mail");
    mails.find_map(|mail| {
        let job = of("welcome", &mail.parent)?;
        let request = of("POST /api/auth/register/", &job.parent)?;
        Some([request, job, mail])
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_told_and_what_strangers_try_is_not() {
    let house = house().await;
    probe(&house, "fatal");
    assert!(house.get("/api/health/", None).is_ok());
    assert!(house.get("/wp-admin/", None).is_err());
    assert!(house.get("/api/tasks/", None).is_err());
    let job = house.collector.wait_for("probe").await;
    assert!(job.failed);
    assert_eq!(job.parent, "", "nobody traced who asked");
    assert_eq!(job.notes["honeydue.outcome"], "dead");
    let refused = house.collector.wait_for("GET /api/tasks/").await;
    assert!(!refused.failed, "to refuse is no error of ours");
    assert_eq!(refused.notes["http.response.status_code"], "401");
    let told = house.collector.whole();
    assert!(!told.contains("health"), "{told}");
    assert!(!told.contains("wp-admin"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tick_and_its_sweep_are_one_trace_and_each_page_is_one_that_links_to_it() {
    let house = house().await;
    sign_up(&house, "ada");
    let at = in_two_days();
    let sweep = ["schedule", "run", "sweep", "--at", &at, "--yes"];
    let asked = house.honeydue(&[&sweep[..], &["--by", "test"]].concat());
    asked.expect("the sweep is asked for");
    until("all from the tick to the digest are told of", async || {
        let spans = house.collector.spans();
        let linked = from_tick_to_digest(&spans);
        linked.is_some_and(|[fired, sweep, page, digest]| {
            fired.trace == sweep.trace && sweep.trace != page.trace && page.trace == digest.trace
        })
    })
    .await;
}

/// The digest was enqueued by the page, which links to the sweep, which the leader fired.
fn from_tick_to_digest(spans: &[Span]) -> Option<[&Span; 4]> {
    let of = |name| spans.iter().filter(move |span| span.name == name);
    let digest = of("daily-digest").next()?;
    let page = of("page").find(|page| page.id == digest.parent)?;
    let sweep = of("sweep").find(|sweep| page.links == [&*sweep.trace])?;
    let fired = of("fire sweep").find(|fired| fired.id == sweep.parent)?;
    Some([fired, sweep, page, digest])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_never_answers_holds_up_neither_the_mail_nor_the_end() {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = silent.local_addr().expect("its address");
    let mut house = House::start(PACE).await.expect("a house");
    house.set("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("http://{address}"));
    let place = worker(&mut house);
    sign_up(&house, "ada");
    // It takes the connection, and then nothing comes of it.
    let accepted = timeout(Duration::from_mins(3), silent.accept()).await;
    let _held = accepted.expect("spans are sent").expect("a connection");
    house.inbox.wait_for(1).await;
    let worker = house.process(place);
    worker.term();
    assert!(worker.wait().await.success());
    let told = worker.logs();
    // On a machine so slow that its patience with a batch ended before, it says that instead.
    let lost = ["may not have been collected", "ExportError"];
    assert!(lost.iter().any(|word| told.contains(word)), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cut_off_is_told_of_as_such() {
    let house = house().await;
    house.inbox.hold_after_data(true);
    sign_up(&house, "ada");
    house.inbox.wait_for_held(1).await;
    let welcome = ["--state", "running", "--kind", "welcome", "-o", "json"];
    let running = house.honeydue(&[&["job", "ls"], &welcome[..]].concat());
    let running = running.expect("the jobs");
    let running: Value = serde_json::from_str(&running).expect("JSON");
    let id = running["jobs"][0]["id"].as_str().expect("one that runs");
    let cancel = ["job", "cancel", id, "--yes", "--by", "test"];
    house.honeydue(&cancel).expect("it is cancelled");
    let mail = house.collector.wait_for("send mail").await;
    assert!(mail.failed);
    assert!(!mail.notes.contains_key("honeydue.outcome"));
    let job = house.collector.wait_for("welcome").await;
    assert_eq!(job.notes["honeydue.outcome"], "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_of_a_failure_names_its_trace() {
    let mut house = House::start(PACE).await.expect("a house");
    house.set("LOG", "warn");
    let place = worker(&mut house);
    probe(&house, "panic");
    let job = house.collector.wait_for("probe").await;
    assert_eq!(job.notes["honeydue.outcome"], "retry");
    let line = house.process(place).wait_for_log("did not work out").await;
    assert!(
        line.contains(&format!("\"trace_id\":\"{}\"", job.trace)),
        "{line}"
    );
}
