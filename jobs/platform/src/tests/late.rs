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

/// Stands between a queue and Redis, and holds answers back when told to.
struct Between {
    address: SocketAddr,
    held: watch::Sender<bool>,
}

impl Between {
    async fn start(redis: String) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let (address, (held, hears)) = (listener.local_addr().unwrap(), watch::channel(false));
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&redis).await.unwrap();
                let (asks, answers) = near.into_split();
                let (from, mut to) = far.into_split();
                tokio::spawn(answer(from, answers, hears.clone()));
                tokio::spawn(async move { copy(&mut { asks }, &mut to).await });
            }
        });
        Self { address, held }
    }
}

async fn answer(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut held: watch::Receiver<bool>) {
    let mut bytes = [0; 4096];
    while let Ok(many @ 1..) = from.read(&mut bytes).await {
        if held.wait_for(|held| !held).await.is_err() || to.write_all(&bytes[..many]).await.is_err()
        {
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
    // Its connection stands by then: while answers are held back, no other could.
    let first = near.enqueue(job()).await.unwrap().id;
    standins::until("the first one ran", async || seen() == [first]).await;
    between.held.send_replace(true);
    let late = near.enqueue(job()).await.unwrap().id;
    standins::until("its claim went through", async || {
        state(&near, late).await == Some(State::Running)
    })
    .await;
    assert_eq!(claim_when_there(&near).await.id(), late);
    between.held.send_replace(false);
    let next = near.enqueue(job()).await.unwrap().id;
    standins::until("the next one ran", async || seen().contains(&next)).await;
    assert_eq!(seen(), [first, next]);
    working.stop().await;
}
