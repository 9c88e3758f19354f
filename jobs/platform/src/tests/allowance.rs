//! Allowances: shared by all, by Redis's clock.

use super::*;
use crate::{Allowance, Rate};

fn allowance(count: u32, per: Duration, burst: u32) -> Allowance {
    let rate = Rate { count, per, burst };
    Allowance {
        name: "stamps",
        rate,
    }
}

#[tokio::test]
async fn an_allowance_gives_its_burst_and_then_tells_each_a_moment_of_their_own() {
    let (queue, hourly) = (queue().await, allowance(4, Duration::from_hours(1), 3));
    for _ in 0..3 {
        assert_eq!(queue.take(&hourly).await.unwrap(), None);
    }
    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(queue.take(&hourly).await.unwrap().unwrap());
    }
    let quarter = Duration::from_mins(15);
    for (place, wait) in (1..).zip(&told) {
        let due = quarter * place;
        let about = due.saturating_sub(Duration::from_mins(1))..=due + Duration::from_secs(1);
        assert!(about.contains(wait), "{told:?}");
    }
}

#[tokio::test]
async fn nobody_is_told_to_wait_longer_than_the_bucket_takes_to_fill() {
    let (queue, hourly) = (queue().await, allowance(2, Duration::from_hours(1), 1));
    assert_eq!(queue.take(&hourly).await.unwrap(), None);
    for _ in 0..20 {
        let wait = queue.take(&hourly).await.unwrap().unwrap();
        assert!(wait <= Duration::from_hours(1), "{wait:?}");
    }
}

#[tokio::test]
async fn several_who_ask_at_once_get_no_more_than_there_are() {
    let (queue, hourly) = (queue().await, allowance(1, Duration::from_hours(1), 5));
    let asked = futures_util::future::join_all((0..40).map(|_| queue.take(&hourly))).await;
    let given = asked.iter().filter(|wait| matches!(wait, Ok(None))).count();
    assert_eq!(given, 5);
}

#[tokio::test]
async fn an_allowance_fills_on_though_the_clock_went_back() {
    let mut queue = queue().await;
    let clock = Clock::of(&mut queue);
    let hourly = allowance(4, Duration::from_hours(1), 1);
    assert_eq!(queue.take(&hourly).await.unwrap(), None);
    clock.put_back(Duration::from_hours(3));
    assert!(queue.take(&hourly).await.unwrap().is_some());
    clock.put_on(Duration::from_mins(15));
    assert_eq!(queue.take(&hourly).await.unwrap(), None);
}

#[tokio::test]
async fn an_allowance_fills_again() {
    let (queue, quick) = (queue().await, allowance(1000, Duration::from_secs(1), 1));
    assert_eq!(queue.take(&quick).await.unwrap(), None);
    standins::until("there is another", async || {
        queue.take(&quick).await.unwrap().is_none()
    })
    .await;
}
