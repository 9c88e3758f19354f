//! An answer of Redis that comes after its time.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Mutex, PoisonError},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    sync::watch,
};

use super::{backend::work_at, *};
use crate::{Pace, State};

/// What the job carries whose claim is answered late.
const LATE: &[u8] = br#"{"comes":"late"}"#;

/// Stands between a queue and Redis, and holds the answer back that brings [`LATE`].
struct Between {
    address: SocketAddr,
    let_go: watch::Sender<bool>,
}

impl Between {
    async fn start(redis: String) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let (address, (let_go, hears)) = (listener.local_addr().unwrap(), watch::channel(false));
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&redis).await.unwrap();
                let (asks, answers) = near.into_split();
                let (from, mut to) = far.into_split();
                tokio::spawn(answer(from, answers, hears.clone()));
                tokio::spawn(async move { copy(&mut { asks }, &mut to).await });
            }
        });
        Self { address, let_go }
    }
}

async fn answer(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut let_go: watch::Receiver<bool>,
) {
    let mut bytes = [0; 4096];
    while let Ok(many @ 1..) = from.read(&mut bytes).await {
        let brings_it = bytes[..many].windows(LATE.len()).any(|part| part == LATE);
        if brings_it && let_go.wait_for(|let_go| *let_go).await.is_err() {
            return;
        }
        if to.write_all(&bytes[..many]).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_is_answered_once_another_has_its_job_does_not_begin_it() {
    let (redis, prefix) = (standins::redis().await.url(), standins::prefix());
    let host = redis.trim_start_matches("redis://").trim_end_matches('/');
    let between = Between::start(host.to_owned()).await;
    let near = Queue::connect(&redis, &prefix).unwrap();
    let far = Queue::connect(&format!("redis://{}", between.address), &prefix).unwrap();

    let ran = Arc::<Mutex<Vec<JobId>>>::default();
    let seen = || ran.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let notes = ran.clone();
    let working = work_at(Pace::STANDARD.faster(20), &far, 1, move |job| {
        notes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(job.id());
        Ok(())
    });
    let late = NewJob::raw("probe", QUEUE, LATE.to_vec());
    let late = near.enqueue(late).await.unwrap().id;
    standins::until("its claim went through", async || {
        state(&near, late).await == Some(State::Running)
    })
    .await;
    assert_eq!(claim_when_there(&near).await.id(), late);
    between.let_go.send_replace(true);
    let next = near.enqueue(job()).await.unwrap().id;
    standins::until("the next one ran", async || seen().contains(&next)).await;
    assert_eq!(seen(), [next]);
    working.stop().await;
}
