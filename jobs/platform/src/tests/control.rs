//! Cancelling, moving, and deadlines, each also where it comes too late.

use opentelemetry::{
    Context,
    trace::{
        FutureExt as _, SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState,
    },
};

use super::*;
use crate::{
    Keep, Policies, Policy, State, Wish,
    trace::{Span, TRACEPARENT},
};

async fn cancel(queue: &Queue, id: JobId) -> Wish {
    queue.cancel(QUEUE, id, "changed their mind").await.unwrap()
}

#[tokio::test]
async fn a_cancelled_job_that_waits_never_runs_wherever_it_waits() {
    let queue = queue().await;
    let ready = queue.enqueue(job()).await.unwrap().id;
    let later = job().at(queue.now().await.unwrap() + Duration::from_mins(1));
    let scheduled = queue.enqueue(later).await.unwrap().id;
    for id in [ready, scheduled] {
        assert_eq!(cancel(&queue, id).await, Wish::Granted);
        invariant::holds(&queue).await;
    }
    assert_eq!(state(&queue, ready).await, Some(State::Cancelled));
    assert_eq!(state(&queue, scheduled).await, None);
    assert_eq!(claim(&queue, 10).await.len(), 0);
    assert_eq!(state(&queue, ready).await, None);
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn what_was_called_off_is_not_counted_as_ready_nor_as_the_first_in_line() {
    let queue = queue().await;
    let first = queue.enqueue(job()).await.unwrap().id;
    let second = queue.enqueue(job()).await.unwrap().id;
    let third = queue.enqueue(job()).await.unwrap().id;
    cancel(&queue, first).await;
    let (both, under) = ([second, first], Under::default());
    let erased = queue.erase_slice(QUEUE, &both, under, &[], "purged").await;
    assert_eq!(erased.unwrap().len(), 2);
    let counts = queue.counts(QUEUE).await.unwrap();
    let created = queue.show(QUEUE, third).await.unwrap().unwrap().created;
    assert_eq!((counts.ready, counts.oldest), (1, created));
    cancel(&queue, third).await;
    let counts = queue.counts(QUEUE).await.unwrap();
    assert_eq!((counts.ready, counts.oldest), (0, None));
    assert_eq!(claim(&queue, 10).await.len(), 0);
    queue.enqueue(job()).await.unwrap();
    assert_eq!(queue.counts(QUEUE).await.unwrap().ready, 1);
}

#[tokio::test]
async fn the_first_in_line_waits_since_it_could_run_and_not_since_it_was_enqueued() {
    let mut queue = queue().await;
    let clock = Clock::of(&mut queue);
    let hour = Duration::from_hours(1);
    let oldest = async || queue.counts(QUEUE).await.unwrap().oldest;
    // Nothing is claimed of a queue that is paused, but what is due lines up.
    let line_up = async || {
        queue.pause(QUEUE, None, "test", "us").await.unwrap();
        assert_eq!(claim(&queue, 1).await.len(), 0);
        queue.resume(QUEUE).await.unwrap();
    };
    let due = clock.now() + hour;
    queue.enqueue(job().max_attempts(1).at(due)).await.unwrap();
    clock.put_on(2 * hour);
    line_up().await;
    assert_eq!(oldest().await, Some(due));

    let put_off = crate::Failure::Later(hour, "quiet hours".to_owned());
    let claimed = claim_one(&queue).await;
    assert!(settle(&queue, &claimed, settlement(&claimed, put_off, "later")).await);
    let until = clock.now() + hour;
    clock.put_on(2 * hour);
    line_up().await;
    assert_eq!(oldest().await, Some(until));

    assert!(fail(&queue, &claim_one(&queue).await).await);
    clock.put_on(hour);
    let under = Under::default();
    queue
        .retry_slice(QUEUE, &[claimed.id()], under)
        .await
        .unwrap();
    assert_eq!(oldest().await, Some(clock.now()));
}

#[tokio::test]
async fn a_cancelled_job_that_waits_for_its_retry_is_removed_exactly() {
    let queue = queue().await;
    let id = queue
        .enqueue(job().backoff(Duration::from_mins(1)))
        .await
        .unwrap()
        .id;
    assert!(fail(&queue, &claim_one(&queue).await).await);
    assert_eq!(cancel(&queue, id).await, Wish::Granted);
    assert_eq!(queue.depth(QUEUE).await.unwrap(), 0);
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn cancelling_what_is_over_changes_nothing_and_says_where_it_stands() {
    let queue = queue().await;
    let done = queue.enqueue(job()).await.unwrap().id;
    assert!(settle(&queue, &claim_one(&queue).await, Settlement::Done).await);
    let dead = queue.enqueue(job().max_attempts(1)).await.unwrap().id;
    assert!(fail(&queue, &claim_one(&queue).await).await);
    assert_eq!(cancel(&queue, done).await, Wish::TooLate(State::Done));
    assert_eq!(cancel(&queue, dead).await, Wish::TooLate(State::Dead));
    assert_eq!(state(&queue, dead).await, Some(State::Dead));
}

#[tokio::test]
async fn a_running_job_hears_of_it_at_the_next_extension_and_settles_cancelled() {
    let queue = queue().await;
    let id = queue.enqueue(job()).await.unwrap().id;
    let running = claim_one(&queue).await;
    assert_eq!(cancel(&queue, id).await, Wish::Stopping);
    assert!(queue.any_cancelled(&lane(&queue)).await.unwrap());
    let extended = queue
        .extend(&lane(&queue), &[running.member], LEASE)
        .await
        .unwrap();
    let (member, reason) = extended.cancelled[0].clone();
    assert_eq!(
        (member, reason.as_str()),
        (running.member, "changed their mind")
    );
    let end = Settlement::Cancelled { attempt: 1, reason };
    assert!(settle(&queue, &running, end.clone()).await);
    assert!(!settle(&queue, &running, end).await);
    assert!(!queue.any_cancelled(&lane(&queue)).await.unwrap());
    assert_eq!(state(&queue, id).await, None);
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn a_running_job_that_is_done_first_is_done() {
    let queue = queue().await;
    let id = queue.enqueue(job()).await.unwrap().id;
    let running = claim_one(&queue).await;
    assert_eq!(cancel(&queue, id).await, Wish::Stopping);
    assert!(settle(&queue, &running, Settlement::Done).await);
    assert!(!queue.any_cancelled(&lane(&queue)).await.unwrap());
    assert_eq!(cancel(&queue, id).await, Wish::TooLate(State::Done));
}

#[tokio::test]
async fn a_cancelled_job_that_fails_or_loses_its_lease_does_not_come_back() {
    let queue = queue().await;
    for lost in [false, true] {
        let id = queue.enqueue(job()).await.unwrap().id;
        let lease = if lost { Duration::ZERO } else { LEASE };
        let running = claim_for(&queue, 1, lease).await.remove(0);
        assert_eq!(cancel(&queue, id).await, Wish::Stopping);
        if !lost {
            assert!(fail(&queue, &running).await);
        }
        assert_eq!(claim(&queue, 1).await.len(), 0);
        assert_eq!(state(&queue, id).await, None);
        invariant::holds(&queue).await;
    }
}

#[tokio::test]
async fn where_the_done_are_kept_the_cancelled_are_too_with_their_reason() {
    let keep_done = Keep {
        time: Duration::from_mins(1),
        count: 100,
    };
    let policies = Policies::default().with(
        QUEUE,
        Policy {
            keep_done,
            ..Policy::DEFAULT
        },
    );
    let queue = queue().await.governed_by(policies.unwrap());
    let ready = queue.enqueue(job()).await.unwrap().id;
    let scheduled = job().at(queue.now().await.unwrap() + Duration::from_mins(1));
    let scheduled = queue.enqueue(scheduled).await.unwrap().id;
    for id in [ready, scheduled] {
        assert_eq!(cancel(&queue, id).await, Wish::Granted);
    }
    assert_eq!(claim(&queue, 1).await.len(), 0);
    for id in [ready, scheduled] {
        let shown = queue.show(QUEUE, id).await.unwrap().unwrap();
        assert_eq!(shown.state, State::Cancelled);
        assert_eq!(shown.errors.last().unwrap().text, "changed their mind");
    }
    assert_eq!(
        queue.list(QUEUE, State::Cancelled, 10).await.unwrap().len(),
        2
    );
    assert_eq!(queue.list(QUEUE, State::Done, 10).await.unwrap().len(), 0);
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn a_job_claimed_after_its_deadline_is_not_run() {
    let queue = queue().await;
    let past = queue.now().await.unwrap() - Duration::from_millis(1);
    let late = queue.enqueue(job().not_after(past)).await.unwrap().id;
    let soon = queue.now().await.unwrap() + Duration::from_mins(1);
    let in_time = queue.enqueue(job().not_after(soon)).await.unwrap().id;
    let claimed = claim(&queue, 10).await;
    assert_eq!(
        claimed.iter().map(Claimed::id).collect::<Vec<_>>(),
        [in_time]
    );
    assert_eq!(state(&queue, late).await, None);
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn a_scheduled_job_can_be_moved_both_ways_and_a_running_one_cannot() {
    let queue = queue().await;
    let now = queue.now().await.unwrap();
    let (hour, day) = (Duration::from_hours(1), Duration::from_hours(24));
    let id = queue.enqueue(job().at(now + hour)).await.unwrap().id;
    assert_eq!(
        queue.reschedule(QUEUE, id, Some(now + day)).await.unwrap(),
        Wish::Granted
    );
    let shown = queue.show(QUEUE, id).await.unwrap().unwrap();
    assert_eq!(
        shown.at.unwrap().as_millisecond(),
        (now + day).as_millisecond()
    );
    assert_eq!(
        queue.reschedule(QUEUE, id, None).await.unwrap(),
        Wish::Granted
    );
    claim_one(&queue).await;
    let moved = queue.reschedule(QUEUE, id, None).await.unwrap();
    assert_eq!(moved, Wish::TooLate(State::Running));
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn metadata_and_trace_travel_with_the_job() {
    let queue = queue().await;
    let (trace, span, sampled) = (TraceId::from(10), SpanId::from(11), TraceFlags::SAMPLED);
    let at_work = SpanContext::new(trace, span, sampled, false, TraceState::NONE);
    let at_work = Context::new().with_remote_span_context(at_work);
    let enqueue = async { queue.enqueue(job().metadata("tenant", "7")).await };
    enqueue.with_context(at_work).await.unwrap();
    let claimed = claim_one(&queue).await;
    let (_, call, _) = claimed.read().unwrap();
    assert_eq!(call.metadata["tenant"], "7");
    let traceparent = format!("00-{:032x}-{:016x}-01", 10, 11);
    assert_eq!(call.metadata[TRACEPARENT], traceparent);
}

#[tokio::test]
async fn what_nobody_traces_carries_nothing_along() {
    let queue = queue().await;
    let enqueue = async { queue.enqueue(job()).await };
    Span::of_request("asked").run(enqueue).await.unwrap();
    let claimed = claim_one(&queue).await;
    let (_, call, _) = claimed.read().unwrap();
    assert_eq!(call.metadata.len(), 0);
}
