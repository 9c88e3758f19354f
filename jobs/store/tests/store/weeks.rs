//! The ledger in weeks, and what it was before.

use std::time::Duration;

use jiff::civil::{Date, date};
use sqlx::{Connection as _, PgConnection, migrate::Migrator};
use store::{DeliveryId, DeliveryState::Sent, NewDelivery, Store, StoreError};
use uuid::Uuid;

use crate::home::{Home, person, wanted};

const YEAR: Duration = Duration::from_hours(365 * 24);

async fn on(home: &Home, kind: &str, day: Date) -> DeliveryId {
    let ada = home.person(&format!("{kind}@example.com")).await;
    let new = NewDelivery {
        day,
        ..wanted(ada, kind, home.now().await)
    };
    home.consider(&[new]).await[0]
}

async fn ask(home: &Home, sql: &'static str) -> String {
    let mut connection = PgConnection::connect(&home.url).await.unwrap();
    let answer = sqlx::query_scalar::<_, Option<String>>(sql);
    answer
        .fetch_one(&mut connection)
        .await
        .unwrap()
        .unwrap_or_default()
}

#[tokio::test]
async fn an_id_is_a_function_of_its_occasion_and_tells_the_day() {
    let (here, there) = (Home::new().await, Home::new().await);
    let day = date(2026, 11, 21);
    let (one, two) = (on(&here, "a", day).await, on(&there, "a", day).await);
    assert_eq!(one, two);
    assert_ne!(one, on(&here, "b", day).await);
    let days = "SELECT string_agg(DISTINCT delivery_day(id)::text, ' ') FROM deliveries";
    assert_eq!(ask(&here, days).await, "2026-11-21");
}

/// Else all jobs of a day would stand in one partition of their queue.
#[tokio::test]
async fn the_bytes_that_jobs_are_parted_by_differ_within_a_day() {
    let home = Home::new().await;
    let spread = "SELECT count(DISTINCT substr(delivery_id('2026-11-21', n, 'k', 'o', 'mail', NULL)::text, 1, 4))::text
        FROM generate_series(1, 1000) AS n";
    let spread: u32 = ask(&home, spread).await.parse().unwrap();
    assert!(spread > 900, "{spread}");
}

#[tokio::test]
async fn what_an_older_program_inserts_is_found_sent_and_considered_once() {
    let home = Home::new().await;
    home.person("ada@example.com").await;
    for _ in 0..2 {
        home.sql(
            "INSERT INTO deliveries (user_id, kind, occasion, not_after, check_at, check_interval)
            SELECT id, 'welcome', 'welcome', now() + interval '1 h', now(), '1 s' FROM users
            ON CONFLICT DO NOTHING",
        )
        .await;
    }
    let open = home
        .store
        .open_deliveries(DeliveryId::default(), 10)
        .await
        .unwrap();
    let [row] = &open[..] else {
        panic!("{open:?}");
    };
    let token = Uuid::new_v4();
    assert!(home.store.begin_sending(row.id, token, 2).await.unwrap());
    assert!(home.store.sent(row.id, token, "250 ok").await.unwrap());
    assert_eq!(home.row(row.id).await.state, Sent);
}

#[tokio::test]
async fn a_ledger_from_before_the_weeks_is_taken_over_as_it_is() {
    let database = standins::empty_database().await;
    let url = database.url();
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let all = sqlx::migrate!("./migrations");
    let before = all.iter().filter(|one| one.version < 14).cloned().collect();
    let before = Migrator::with_migrations(before);
    before
        .run_direct(None, &mut connection, false)
        .await
        .unwrap();
    let rows = "INSERT INTO users (email, name, password_hash) VALUES ('ada@example.com', 'Ada', 'x');
        INSERT INTO deliveries (user_id, kind, occasion, not_after, check_at, check_interval, state, copies, token)
        SELECT users.id, 'welcome', n::text, now(), now(), '1 s', 'sending', 1, gen_random_uuid()
        FROM users, generate_series(1, 300) AS n";
    sqlx::raw_sql(rows).execute(&mut connection).await.unwrap();

    store::migrate(&url).await.unwrap();
    let store = Store::connect(&url).unwrap();
    let open = store
        .open_deliveries(DeliveryId::default(), 500)
        .await
        .unwrap();
    assert_eq!(open.len(), 300);
    for row in open.iter().take(3) {
        assert_eq!(store.delivery(row.id).await.unwrap().as_ref(), Some(row));
    }
}

#[tokio::test]
async fn who_knows_the_id_looks_into_one_week_only() {
    let home = Home::new().await;
    let mut connection = PgConnection::connect(&home.url).await.unwrap();
    let prepare = "SET plan_cache_mode = force_generic_plan;
        PREPARE one (uuid) AS SELECT state FROM deliveries WHERE id = $1 AND day = delivery_day($1)";
    sqlx::raw_sql(prepare)
        .execute(&mut connection)
        .await
        .unwrap();
    let explain = "EXPLAIN EXECUTE one ('00000000-512b-8000-8000-000000000000')";
    let plan: Vec<String> = sqlx::query_scalar(explain)
        .persistent(false)
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let plan = plan.join("\n");
    assert_eq!(plan.matches("Scan").count(), 1, "{plan}");
    assert!(plan.contains("Subplans Removed"), "{plan}");
}

#[tokio::test]
async fn a_week_is_made_once_and_takes_its_occasions() {
    let home = Home::new().await;
    let day = date(2031, 5, 1);
    assert!(home.store.make_week(day).await.unwrap());
    assert!(!home.store.make_week(date(2031, 5, 4)).await.unwrap());
    let id = on(&home, "a", day).await;
    let week = "SELECT tableoid::regclass::text FROM deliveries";
    assert_eq!(ask(&home, week).await, "deliveries_20310428");
    assert_eq!(home.row(id).await.id, id);
}

/// Whoever writes people and then the ledger, and who makes a week, wait for each other in turn alone.
#[tokio::test]
async fn a_week_waits_for_a_sign_up_and_no_sign_up_for_a_week_that_waits() {
    let home = Home::new().await;
    // Of everybody but who makes weeks, which says for itself how long it waits.
    home.sql(
        "DO $$ BEGIN
            EXECUTE format('ALTER DATABASE %I SET lock_timeout = 200', current_database());
        END $$",
    )
    .await;
    let day = date(2031, 5, 1);
    let mut signing_up = home.store.begin().await.unwrap();
    let ada = signing_up
        .add_user(person("ada@example.com"))
        .await
        .unwrap();
    let store = home.store.clone();
    let making = tokio::spawn(async move { store.make_week(day).await });
    let waiting = "SELECT count(*)::text FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    standins::until("the week waits, or has waited", async || {
        making.is_finished() || ask(&home, waiting).await == "1"
    })
    .await;

    let welcome = wanted(ada, "welcome", home.now().await);
    let considered = signing_up.consider(&[welcome]).await.unwrap();
    let StoreError::Unreachable(sqlx::Error::Database(given_up)) =
        making.await.unwrap().unwrap_err()
    else {
        panic!("it is asked again later");
    };
    assert_eq!(given_up.code().as_deref(), Some("55P03"), "{given_up}");
    signing_up.commit().await.unwrap();
    assert_eq!(home.row(considered[0]).await.user_id, ada);
    assert!(home.store.make_week(day).await.unwrap());
}

#[tokio::test]
async fn of_several_who_make_a_week_at_once_one_does() {
    let home = Home::new().await;
    let week = || ask(&home, "SELECT deliveries_make_week('2031-05-01')::text");
    let (a, b, c, d) = tokio::join!(week(), week(), week(), week());
    let mut made = [a, b, c, d];
    made.sort();
    assert_eq!(made, ["false", "false", "false", "true"]);
}

#[tokio::test]
async fn an_occasion_whose_week_nobody_made_is_kept_all_the_same() {
    let home = Home::new().await;
    let day = date(2031, 5, 1);
    let days = [day, Date::MIN, Date::MAX];
    for (kind, day) in ["a", "b", "c"].into_iter().zip(days) {
        let id = on(&home, kind, day).await;
        assert_eq!(home.row(id).await.id, id);
    }
    assert!(!home.store.make_week(day).await.unwrap());
    assert!(home.store.make_week(date(2031, 5, 5)).await.unwrap());
}

#[tokio::test]
async fn weeks_that_are_over_are_dropped_the_oldest_first_and_what_is_open_stays() {
    let home = Home::new().await;
    let (store, day) = (&home.store, date(2020, 1, 1));
    for week in 0..3 {
        let day = day.saturating_add(jiff::Span::new().weeks(week));
        store.make_week(day).await.unwrap();
    }
    let open = on(&home, "open", date(2020, 1, 8)).await;
    let settled = on(&home, "settled", date(2020, 1, 15)).await;
    store.skip(settled, "nothing is due").await.unwrap();
    let until = date(2020, 1, 20);
    assert_eq!(store.drop_week(date(2020, 1, 5)).await.unwrap(), None);
    let mut dropped = Vec::new();
    while let Some(monday) = store.drop_week(until).await.unwrap() {
        dropped.push(monday);
    }
    assert_eq!(dropped, [date(2019, 12, 30), date(2020, 1, 13)]);
    assert_eq!(store.delivery(settled).await.unwrap(), None);
    assert_eq!(home.row(open).await.id, open);
}

#[tokio::test]
async fn strays_are_forgotten_in_slices_once_they_were_decided_long_ago() {
    let home = Home::new().await;
    let mut ids = Vec::new();
    for (kind, day) in [("a", 1), ("b", 2), ("c", 3), ("d", 4)] {
        ids.push(on(&home, kind, date(2031, 5, day)).await);
    }
    for id in &ids[..3] {
        home.store.skip(*id, "nothing is due").await.unwrap();
    }
    assert_eq!(home.store.forget_strays(YEAR, 10).await.unwrap(), 0);
    home.sql(
        "UPDATE deliveries SET decided_at = decided_at - interval '366 days' WHERE kind < 'c'",
    )
    .await;
    for forgotten in [1, 1, 0] {
        assert_eq!(home.store.forget_strays(YEAR, 1).await.unwrap(), forgotten);
    }
    assert_eq!(home.store.delivery(ids[0]).await.unwrap(), None);
    assert_eq!(home.row(ids[2]).await.id, ids[2]);
    assert_eq!(home.row(ids[3]).await.id, ids[3]);
}

#[tokio::test]
async fn who_is_purged_is_gone_from_every_week() {
    let home = Home::new().await;
    let ada = home.person("ada@example.com").await;
    let now = home.now().await;
    for day in [date(2026, 11, 21), date(2031, 5, 1)] {
        let new = NewDelivery {
            day,
            occasion: day.to_string(),
            ..wanted(ada, "task-reminder", now)
        };
        home.consider(&[new]).await;
    }
    home.store.purge_user(ada).await.unwrap();
    assert!(home.store.held_of(ada).await.unwrap().is_nothing());
}
