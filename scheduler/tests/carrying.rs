//! What Postgres wants, Redis carries: relayed, looked at again, walked after a wipe.

mod house;

use std::time::Duration;

use house::{House, ago, brisk, line, now, timetable};
use platform::{
    JobId, Pace, SWEEP, State,
    timetable::{TickId, Timetable},
};
use standins::{Redis, until};
use store::{DeliveryId, DeliveryState, NewDelivery, NewOutbox, TickState};
use uuid::Uuid;

/// A line that is not due for long, so that nothing but carrying goes on.
fn quiet() -> Timetable {
    timetable([line("yearly", "0 0 1 1 *").window(Duration::from_hours(24 * 400))])
}

fn job_of(id: DeliveryId) -> JobId {
    JobId::from(id.0)
}

async fn carried(house: &House, id: DeliveryId) -> bool {
    house
        .ready("urgent")
        .await
        .iter()
        .any(|job| job.id == job_of(id))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_committed_while_redis_was_away_is_relayed_when_it_is_back() {
    let mut redis = Redis::start(&[]).await.unwrap();
    let house = House::with(&redis).await;
    redis.kill();
    let ada = house.person("ada@example.com").await;
    let scheduler = house.start("only", brisk(), quiet());
    let id = house.wants(ada, "welcome").await;
    redis.restart().await.unwrap();
    until("its job stands", async || carried(&house, id).await).await;
    scheduler.stops().await;
    let jobs = house.ready("urgent").await;
    assert_eq!((jobs.len(), jobs[0].kind.as_str()), (1, "welcome"));
    assert_eq!(jobs[0].origin, format!("delivery:{id}"));
}

/// During a roll-out an older scheduler meets rows of a newer API.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_a_kind_that_is_not_known_here_is_left_to_a_scheduler_that_knows_it() {
    let house = House::new().await;
    let ada = house.person("ada@example.com").await;
    let in_an_hour = ago(-3600);
    let newer = NewDelivery {
        user_id: ada,
        kind: "of-the-next-release".to_owned(),
        occasion: "any".to_owned(),
        day: NewDelivery::day_of(in_an_hour),
        not_before: None,
        not_after: in_an_hour,
        check_at: in_an_hour,
    };
    let newer = house.considers(newer).await;
    let known = house.wants(ada, "welcome").await;
    let scheduler = house.start("only", brisk(), quiet());
    until("the other is carried", async || {
        carried(&house, known).await
    })
    .await;
    scheduler.stops().await;
    let left = async || {
        let left = house.store.due_for_relay(Duration::ZERO, 10).await;
        left.unwrap().iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(left().await, [newer]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_outbox_is_relayed_too() {
    let house = House::new().await;
    let row = NewOutbox {
        id: Uuid::new_v4(),
        kind: "probe".to_owned(),
        queue: "default".to_owned(),
        payload: serde_json::json!({ "sleep_ms": 0 }),
        not_before: None,
        not_after: now() + Duration::from_hours(1),
        check_at: now() + Duration::from_hours(1),
    };
    let mut tx = house.store.begin().await.unwrap();
    tx.add_outbox(&row).await.unwrap();
    tx.commit().await.unwrap();
    let scheduler = house.start("only", brisk(), quiet());
    until("its job stands", async || {
        house.ready("default").await.len() == 1
    })
    .await;
    scheduler.stops().await;
    let job = &house.ready("default").await[0];
    assert_eq!(
        (job.id, job.payload["sleep_ms"].as_i64()),
        (JobId::from(row.id), Some(0))
    );
    assert_eq!(job.origin, format!("outbox:{}", row.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_row_whose_job_vanished_is_enqueued_again_in_its_time() {
    let house = House::new().await;
    let ada = house.person("ada@example.com").await;
    let id = house.wants_within(ada, "welcome", ago(-3600), now()).await;
    house.store.mark_relayed(&[id]).await.unwrap();
    let scheduler = house.start("only", brisk(), quiet());
    until("its job stands", async || carried(&house, id).await).await;
    scheduler.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_past_its_deadline_is_ended_and_says_why() {
    let house = House::new().await;
    let ada = house.person("ada@example.com").await;
    let id = house
        .wants_within(ada, "welcome", ago(60), ago(-3600))
        .await;
    house.store.mark_relayed(&[id]).await.unwrap();
    let scheduler = house.start("only", brisk(), quiet());
    until("it is ended", async || {
        let row = house.store.delivery(id).await.unwrap().unwrap();
        row.state == DeliveryState::Skipped && row.reason.as_deref() == Some("too-late")
    })
    .await;
    scheduler.stops().await;
    assert!(!carried(&house, id).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_wipe_everything_open_is_carried_again_and_nothing_that_was_decided() {
    let mut redis = Redis::start(&[]).await.unwrap();
    let house = House::with(&redis).await;
    let ada = house.person("ada@example.com").await;
    let mut rows = Vec::new();
    for occasion in 0..20 {
        rows.push(house.wants(ada, &occasion.to_string()).await);
    }
    let decided = rows.split_off(15);
    for id in &decided {
        house.store.skip(*id, "done").await.unwrap();
    }
    let (open, done) = (
        TickId::asked("yearly", ago(60)),
        TickId::asked("yearly", ago(120)),
    );
    for tick in [&open, &done] {
        let id = tick.to_string();
        house
            .store
            .record_pending(&id, "yearly", tick.instant, Some("ada"))
            .await
            .unwrap();
        house
            .store
            .fired(&id, 1, tick.job().as_uuid(), None)
            .await
            .unwrap();
    }
    house.store.finished(&done.to_string()).await.unwrap();
    let scheduler = house.start("only", brisk(), quiet());
    until("all are carried", async || {
        house.ready("urgent").await.len() == 15
    })
    .await;
    until("this Redis is known", async || {
        let marks = house.store.birth_marks().await.unwrap();
        marks
            .iter()
            .any(|(partition, mark)| partition == "urgent.0" && !mark.is_empty())
    })
    .await;

    redis.kill();
    redis.restart().await.unwrap();

    until("all are carried again", async || {
        house.ready("urgent").await.len() == 15
    })
    .await;
    until("the open tick is too", async || {
        house
            .ready(SWEEP)
            .await
            .iter()
            .any(|job| job.id == open.job())
    })
    .await;
    scheduler.stops().await;
    for id in decided {
        assert!(!carried(&house, id).await);
    }
    assert!(
        house
            .ready(SWEEP)
            .await
            .iter()
            .all(|job| job.id != done.job())
    );
    let states = house
        .ticks("yearly")
        .await
        .into_iter()
        .map(|tick| tick.state)
        .collect::<Vec<_>>();
    assert_eq!(states, [TickState::Fired, TickState::Finished]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wipe_while_nobody_schedules_is_noticed_as_well() {
    let house = House::new().await;
    let ada = house.person("ada@example.com").await;
    let id = house.wants(ada, "welcome").await;
    house.store.mark_relayed(&[id]).await.unwrap();
    house
        .store
        .set_birth_mark("urgent.0", "of another Redis")
        .await
        .unwrap();
    let scheduler = house.start("only", Pace::STANDARD, quiet());
    until("its job stands", async || carried(&house, id).await).await;
    scheduler.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_stands_is_not_doubled_however_often_its_row_is_carried() {
    let house = House::new().await;
    let ada = house.person("ada@example.com").await;
    let id = house.wants_within(ada, "welcome", ago(-3600), now()).await;
    let replicas = ["one", "two", "three"].map(|name| house.start(name, brisk(), quiet()));
    until("its job stands", async || carried(&house, id).await).await;
    until("somebody leads", async || house.leader().await.is_some()).await;
    for replica in replicas {
        replica.stops().await;
    }
    assert_eq!(house.ready("urgent").await.len(), 1);
    assert_eq!(
        house
            .queue
            .list("urgent", State::Running, 10)
            .await
            .unwrap()
            .len(),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ticks_whose_jobs_were_lost_and_that_nobody_wants_any_more_say_so() {
    let house = House::new().await;
    let long_ago = 500 * 24 * 3600;
    let ticks = ["yearly", "gone"].map(|line| TickId::due(line, ago(long_ago)));
    for tick in &ticks {
        let (id, line) = (tick.to_string(), &tick.schedule);
        let recorded = house.store.record_pending(&id, line, tick.instant, None);
        assert!(recorded.await.unwrap());
        let fired = house.store.fired(&id, 1, tick.job().as_uuid(), None);
        assert!(fired.await.unwrap());
    }
    let scheduler = house.start("only", brisk(), quiet());
    for (tick, why) in ticks.iter().zip(["too late", "not in the timetable"]) {
        until("it says why", async || {
            let row = house.store.tick(&tick.to_string()).await.unwrap().unwrap();
            row.reason.as_deref() == Some(why)
        })
        .await;
    }
    scheduler.stops().await;
    assert!(house.ready(SWEEP).await.is_empty());
}
