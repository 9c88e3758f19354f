use std::future::ready;

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use tower::ServiceExt as _;

use super::*;

async fn answer_of(health: &Health, path: &str) -> (u16, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = router(health.clone()).oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn livez_does_not_care_whether_the_process_is_ready() {
    let health = Health::new();
    health.ready_when("redis", || ready(Err("unreachable")));
    let _fetcher = health.beat("fetcher", Duration::from_secs(9));
    assert_eq!(
        answer_of(&health, "/livez").await,
        (200, "fetcher ok\n".into())
    );
    assert_eq!(
        answer_of(&health, "/readyz").await,
        (503, "redis unreachable\n".into())
    );
}

#[tokio::test]
async fn livez_fails_when_a_loop_is_silent() {
    let health = Health::new();
    tokio::time::pause();
    let _fetcher = health.beat("fetcher", Duration::from_secs(9));
    tokio::time::advance(Duration::from_secs(10)).await;
    assert_eq!(
        answer_of(&health, "/livez").await,
        (503, "fetcher silent for 10 s\n".into())
    );
}

#[tokio::test]
async fn readyz_says_draining_while_livez_is_well() {
    let health = Health::new();
    health.drain();
    assert_eq!(
        answer_of(&health, "/readyz").await,
        (503, "draining\n".into())
    );
    assert_eq!(answer_of(&health, "/livez").await, (200, "ok\n".into()));
}

#[tokio::test]
async fn metrics_are_a_page_of_text() {
    metrics::install("honeydue-test", "1.2.3").unwrap();
    let (status, page) = answer_of(&Health::new(), "/metrics").await;
    assert_eq!(status, 200);
    assert!(page.contains("# TYPE honeydue_build_info gauge"), "{page}");
}

#[tokio::test]
async fn a_port_that_is_taken_is_told_with_the_variable() {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let first = serve(any, Health::new()).await.unwrap();
    let Err(error) = serve(first.address(), Health::new()).await else {
        panic!("two listen on one port");
    };
    assert!(format!("{error:#}").starts_with("METRICS_LISTEN: can't listen on 127.0.0.1:"));
    first.close().await;
}
