use std::net::SocketAddr;

use axum::routing::get;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::Notify,
    task::JoinHandle,
    time::Instant,
};

use super::*;

const ASK: &[u8] = b"GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n";

struct Server {
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

async fn server(app: Router, connections: usize) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let task = tokio::spawn(serve(listener, app, connections, stop.clone()));
    Server {
        address,
        stop,
        task,
    }
}

impl Server {
    async fn send(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream
    }
}

/// Everything the server says until it hangs up.
async fn heard(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

fn hello() -> Router {
    Router::new().route("/", get("hello"))
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_never_ends_its_head_is_cut_off() {
    let server = server(hello(), 4).await;
    let began = Instant::now();
    heard(server.send(b"GET / HTTP/1.1\r\nhost: te").await).await;
    assert_eq!(began.elapsed().as_secs(), HEAD_TIMEOUT.as_secs());
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_says_nothing_more_is_cut_off() {
    let server = server(hello(), 4).await;
    let began = Instant::now();
    let answer = heard(server.send(b"GET / HTTP/1.1\r\nhost: test\r\n\r\n").await).await;
    assert!(answer.ends_with("hello"), "{answer}");
    assert_eq!(began.elapsed().as_secs(), HEAD_TIMEOUT.as_secs());
}

#[tokio::test]
async fn more_peers_than_connections_wait_their_turn() {
    let server = server(hello(), 1).await;
    let first = TcpStream::connect(server.address).await.unwrap();
    let second = server.send(ASK).await;
    drop(first);
    assert!(heard(second).await.ends_with("hello"));
}

#[tokio::test]
async fn a_request_begun_gets_its_answer_after_the_stop() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let handler = {
        let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
        async move || {
            begun.notify_one();
            go_on.notified().await;
            "late but sure"
        }
    };
    let server = server(Router::new().route("/", get(handler)), 4).await;
    let stream = server.send(ASK).await;
    begun.notified().await;
    server.stop.cancel();
    go_on.notify_one();
    assert!(heard(stream).await.ends_with("late but sure"));
    server.task.await.unwrap();
    assert!(
        TcpStream::connect(server.address).await.is_err(),
        "still listening"
    );
}

#[tokio::test(start_paused = true)]
async fn a_request_that_never_ends_does_not_hold_up_the_stop() {
    let begun = Arc::new(Notify::new());
    let handler = {
        let begun = Arc::clone(&begun);
        async move || {
            begun.notify_one();
            std::future::pending::<()>().await;
        }
    };
    let server = server(Router::new().route("/", get(handler)), 4).await;
    let _stream = server.send(ASK).await;
    begun.notified().await;
    server.stop.cancel();
    let told = Instant::now();
    server.task.await.unwrap();
    assert_eq!(told.elapsed().as_secs(), GRACE.as_secs());
}
