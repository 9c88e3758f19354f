//! A house to schedule in: a fresh database, fresh keys, and as many schedulers as a test wants.
#![expect(dead_code, reason = "each test file takes what it needs")]

use std::{cell::RefCell, sync::Arc, time::Duration};

use honeydue_scheduler::Scheduler;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use platform::{
    Clock, NewJob, Pace, Queue, SWEEP, State,
    inspect::JobView,
    leader::Leader,
    timetable::{Line, Timetable},
};
use process::{Health, Stop};
use standins::{Database, Postgres, Redis, until};
use store::{DeliveryId, NewDelivery, NewUser, Store, Tick, UserId};
use tokio_util::task::AbortOnDropHandle;

pub(crate) struct House {
    pub(crate) queue: Queue,
    pub(crate) store: Store,
    /// Where schedulers that are started from now on find their servers.
    pub(crate) redis: String,
    pub(crate) postgres: String,
    pub(crate) prefix: String,
    _database: Database,
}

/// A scheduler in this process, with an owner of its own.
pub(crate) struct Replica {
    stop: Stop,
    running: AbortOnDropHandle<anyhow::Result<()>>,
}

impl House {
    /// On the Redis that tests share.
    pub(crate) async fn new() -> Self {
        Self::on(standins::redis().await.url(), standins::database().await).await
    }

    /// On a Redis of its own, which a test may break.
    pub(crate) async fn with(redis: &Redis) -> Self {
        Self::at(&redis.url()).await
    }

    pub(crate) async fn at(redis: &str) -> Self {
        Self::on(redis.to_owned(), standins::database().await).await
    }

    /// On servers of its own, both of which a test may break.
    pub(crate) async fn alone(redis: &Redis, postgres: &Postgres) -> Self {
        let database = Database::create(&postgres.url()).expect("a database");
        Self::on(redis.url(), database).await
    }

    async fn on(redis: String, database: Database) -> Self {
        let prefix = standins::prefix();
        let postgres = database.url();
        // A machine on which much else runs may take longer than a program waits for a connection.
        let migrated = async || store::migrate(&postgres).await.is_ok();
        until("the database is migrated", migrated).await;
        Self {
            queue: Queue::connect(&redis, &prefix).expect("a Redis URL"),
            store: Store::connect(&postgres).expect("a Postgres URL"),
            redis,
            postgres,
            prefix,
            _database: database,
        }
    }

    /// A scheduler as a process of its own would be: with connections of its own.
    pub(crate) fn start(&self, name: &str, pace: Pace, timetable: Timetable) -> Replica {
        self.start_by(Clock::system(), name, pace, timetable)
    }

    pub(crate) fn start_by(
        &self,
        clock: Clock,
        name: &str,
        pace: Pace,
        timetable: Timetable,
    ) -> Replica {
        let scheduler = Scheduler {
            queue: Queue::connect(&self.redis, &self.prefix).expect("a Redis URL"),
            store: Store::connect(&self.postgres).expect("a Postgres URL"),
            timetable: Arc::new(timetable),
            pace,
            name: name.to_owned(),
            clock,
        };
        let stop = Stop::new();
        let (told, health) = (stop.clone(), Health::new());
        let running = tokio::spawn(async move { scheduler.run(&told, &health).await });
        Replica {
            stop,
            running: AbortOnDropHandle::new(running),
        }
    }

    pub(crate) async fn leader(&self) -> Option<Leader> {
        self.queue.leader().await.ok().flatten()
    }

    /// Waits until somebody leads whose owner `fits`.
    pub(crate) async fn led_by(&self, what: &str, fits: impl Fn(&Leader) -> bool) -> Leader {
        let found = RefCell::new(None);
        until(what, async || {
            let leader = self.leader().await;
            *found.borrow_mut() = leader.filter(|leader| fits(leader));
            found.borrow().is_some()
        })
        .await;
        found.into_inner().expect("it was there a moment ago")
    }

    pub(crate) async fn ticks(&self, schedule: &str) -> Vec<Tick> {
        self.store
            .ticks_of(schedule, 1000)
            .await
            .unwrap_or_default()
    }

    pub(crate) async fn watermark(&self, schedule: &str) -> Option<Timestamp> {
        let marks = self.store.watermarks().await.unwrap_or_default();
        marks
            .into_iter()
            .find(|mark| mark.schedule == schedule)
            .map(|mark| mark.instant)
    }

    /// As if a leader had led until then.
    pub(crate) async fn led_until(&self, timetable: &Timetable, instant: Timestamp) {
        for schedule in timetable.schedules() {
            self.store
                .begin_schedule(schedule.id(), instant, &schedule.spec())
                .await
                .expect("it is written");
        }
    }

    /// Jobs that wait in a queue.
    pub(crate) async fn ready(&self, queue: &str) -> Vec<JobView> {
        self.queue
            .list(queue, State::Ready, 1000)
            .await
            .unwrap_or_default()
    }

    pub(crate) async fn person(&self, email: &str) -> UserId {
        let mut tx = self.store.begin().await.expect("Postgres answers");
        let user = tx.add_user(NewUser {
            email: email.to_owned(),
            name: "Ada".to_owned(),
            password_hash: "none".to_owned(),
            timezone: None,
            reminder_hour: None,
            digest_hour: None,
            locale: store::Locale::En,
        });
        let user = user.await.expect("the address is new");
        tx.commit().await.expect("it is committed");
        user
    }

    /// A delivery that somebody wanted and did not enqueue. It is not to be looked at again for long.
    pub(crate) async fn wants(&self, user: UserId, occasion: &str) -> DeliveryId {
        let in_an_hour = ago(-3600);
        self.wants_within(user, occasion, in_an_hour, in_an_hour)
            .await
    }

    pub(crate) async fn wants_within(
        &self,
        user_id: UserId,
        occasion: &str,
        not_after: Timestamp,
        check_at: Timestamp,
    ) -> DeliveryId {
        self.considers(NewDelivery {
            user_id,
            kind: "welcome".to_owned(),
            occasion: occasion.to_owned(),
            day: NewDelivery::day_of(not_after),
            not_before: None,
            not_after,
            check_at,
        })
        .await
    }

    pub(crate) async fn considers(&self, row: NewDelivery) -> DeliveryId {
        let mut tx = self.store.begin().await.expect("Postgres answers");
        let id = tx
            .consider(&[row])
            .await
            .expect("it is considered")
            .remove(0);
        tx.commit().await.expect("it is committed");
        id
    }
}

impl Replica {
    /// As `kill -9` does: it neither lets go nor says a word.
    pub(crate) fn kill(self) {
        self.running.abort();
    }

    /// As SIGTERM does.
    pub(crate) async fn stops(self) {
        self.stop.ask();
        self.running
            .await
            .expect("it does not panic")
            .expect("it stops well");
    }
}

/// One line that is due at this second of every day, and at no other time.
pub(crate) fn daily_at(instant: Timestamp) -> Line {
    let at = TimeZone::UTC.to_datetime(instant);
    let when = format!("{} {} {} * * *", at.second(), at.minute(), at.hour());
    line("daily", &when)
}

/// A full second, about so many from now.
pub(crate) fn in_seconds(seconds: i64) -> Timestamp {
    Timestamp::from_second(now().as_second() + seconds + 1).expect("an instant")
}

/// All waits at a twentieth.
pub(crate) fn brisk() -> Pace {
    Pace::STANDARD.faster(20)
}

/// So slow that whatever happens within half a minute was hinted at.
pub(crate) fn slow() -> Pace {
    let minute = Duration::from_mins(1);
    Pace {
        leader_ttl: 10 * minute,
        leader_renew: 2 * minute,
        follower_wait: 2 * minute,
        ..Pace::STANDARD
    }
}

pub(crate) fn now() -> Timestamp {
    Clock::system().now()
}

pub(crate) fn ago(seconds: i64) -> Timestamp {
    now() - SignedDuration::from_secs(seconds)
}

pub(crate) fn line(id: &str, when: &str) -> Line {
    let job = |at: Timestamp| {
        Ok(NewJob::raw(
            "probe",
            SWEEP,
            format!(r#"{{"at":"{at}"}}"#).into_bytes(),
        ))
    };
    Line::new(id, when, job).window(Duration::from_mins(10))
}

pub(crate) fn timetable(lines: impl IntoIterator<Item = Line>) -> Timetable {
    Timetable::new(1, lines).expect("a timetable without a wrong line")
}
