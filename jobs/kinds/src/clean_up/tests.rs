use standins::Database;

use super::*;

/// Of each table: what is to be forgotten, what is too young, and what is still open however old.
const OLD_AND_YOUNG: &str = "
    INSERT INTO users (email, name, password_hash) VALUES ('ada@example.com', 'Ada', '');
    INSERT INTO residences (name) VALUES ('Home');
    INSERT INTO tasks (residence_id, title) VALUES (1, 'Gutter');
    INSERT INTO devices (user_id, channel, token, seen_at)
        SELECT 1, 'fcm', days, now() - make_interval(days => days) FROM unnest('{269, 271}'::int[]) AS days;
    INSERT INTO task_events (task_id, event, created_at)
        SELECT 1, 'completed', now() - make_interval(days => days) FROM unnest('{90, 92}'::int[]) AS days;
    INSERT INTO ticks (id, schedule, instant, state, decided_at)
        SELECT days, 'sweep', now(), 'finished', now() - make_interval(days => days)
        FROM unnest('{90, 92}'::int[]) AS days;
    INSERT INTO ticks (id, schedule, instant, state) VALUES ('open', 'sweep', now() - interval '1 year', 'fired');
    INSERT INTO operations (id, verb, by_whom, plan, as_of, begun_at, ended_at)
        SELECT gen_random_uuid(), 'retry', 'ada', '{}', now(), now() - make_interval(days => days), ended
        FROM (VALUES (399, now()), (401, now()), (402, NULL)) AS them (days, ended);
    INSERT INTO withdrawn_outbox (id, kind, queue, payload, not_after, check_at, check_interval, receipt, withdrawn_at)
        SELECT gen_random_uuid(), 'probe', 'default', '{}', now(), now(), '1 s', gen_random_uuid(),
            now() - make_interval(days => days)
        FROM unnest('{7, 9}'::int[]) AS days;
    INSERT INTO requests (user_id, purpose, expires_at)
        SELECT 1, 'verify-email', now() - make_interval(days => days) FROM unnest('{-1, 7, 9}'::int[]) AS days;
    INSERT INTO invitations (hash, residence_id, invited_by, expires_at)
        SELECT sha256(days::text::bytea), 1, 1, now() - make_interval(days => days) FROM unnest('{-1, 7, 9}'::int[]) AS days;
    INSERT INTO tokens (hash, user_id, used_at)
        SELECT sha256(days::text::bytea), 1, now() - make_interval(days => days) FROM unnest('{0, 97, 99}'::int[]) AS days;
    INSERT INTO feedback (delivery_id, what, user_id, received_at)
        SELECT gen_random_uuid(), 'complaint', 1, now() - make_interval(days => days)
        FROM unnest('{90, 92}'::int[]) AS days;
    SELECT deliveries_make_week(current_date - 105);
    INSERT INTO deliveries (id, day, user_id, kind, occasion, state, decided_at, not_after, check_at, check_interval)
        SELECT delivery_id(day, 1, 'k', n::text, 'mail', NULL), day, 1, 'k', n::text, 'skipped', now(), now(), now(), '1 s'
        FROM (VALUES (1, current_date - 105), (2, current_date - 77), (3, current_date)) AS them (n, day);
    INSERT INTO deliveries (user_id, kind, occasion, state, decided_at, not_after, check_at, check_interval)
        SELECT 1, 'k', days::text, 'skipped', now() - make_interval(days => days), now(), now(), '1 s'
        FROM unnest('{90, 92}'::int[]) AS days;
    INSERT INTO deliveries (user_id, kind, occasion, created_at, not_after, check_at, check_interval)
        VALUES (1, 'k', 'open', now() - interval '1 year', now(), now(), '1 s')";

struct Home {
    store: Store,
    database: Database,
}

impl Home {
    async fn new() -> Self {
        let database = standins::database().await;
        store::migrate(&database.url()).await.expect("a schema");
        let store = Store::connect(&database.url()).expect("a store");
        Self { store, database }
    }

    fn ask(&self, sql: &str) -> String {
        let rows = self.database.ask(sql).expect("an answer");
        rows.into_iter().flatten().collect()
    }

    fn left(&self, column: &str, table: &str) -> String {
        let sql =
            format!("SELECT string_agg({column}::text, ' ' ORDER BY {column}::text) FROM {table}");
        self.ask(&sql)
    }
}

#[tokio::test]
async fn what_is_past_its_retention_goes_and_what_is_younger_or_open_stays() {
    let home = Home::new().await;
    home.ask(OLD_AND_YOUNG);
    clean_up(&home.store).await.expect("all of it");
    let age = |of: &str| format!("(current_date - {of}::date)");
    assert_eq!(home.left("token", "devices"), "269");
    assert_eq!(home.left(&age("created_at"), "task_events"), "90");
    assert_eq!(home.left("id", "ticks"), "90 open");
    assert_eq!(home.left(&age("begun_at"), "operations"), "399 402");
    assert_eq!(home.left(&age("withdrawn_at"), "withdrawn_outbox"), "7");
    assert_eq!(home.left(&age("expires_at"), "requests"), "-1 7");
    assert_eq!(home.left(&age("expires_at"), "invitations"), "-1 7");
    assert_eq!(home.left(&age("used_at"), "tokens"), "0 97");
    assert_eq!(home.left(&age("received_at"), "feedback"), "90");
    assert_eq!(home.left("occasion", "deliveries"), "2 3 90 open");
}

#[tokio::test]
async fn the_weeks_to_come_have_their_place_and_a_second_run_finds_nothing_to_do() {
    let home = Home::new().await;
    let weeks = "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_inherits
        JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'deliveries'::regclass";
    let migrated = home.ask(weeks);
    let last = "SELECT 'deliveries_' || to_char(date_trunc('week', current_date) + interval '8 weeks', 'YYYYMMDD')";
    home.ask(&format!("DROP TABLE {}", home.ask(last)));
    clean_up(&home.store).await.expect("all of it");
    clean_up(&home.store).await.expect("nothing");
    assert_eq!(home.ask(weeks), migrated);
}

#[tokio::test]
async fn more_than_a_run_forgets_is_left_to_the_next() {
    let home = Home::new().await;
    home.ask(
        "INSERT INTO ticks (id, schedule, instant, state, decided_at)
        SELECT n, 'sweep', now(), 'finished', now() - interval '1 year' FROM generate_series(1, 200001) AS n",
    );
    let first = clean_up(&home.store).await;
    assert!(matches!(first, Err(Failure::Later(..))), "{first:?}");
    clean_up(&home.store).await.expect("the rest");
    assert_eq!(home.ask("SELECT count(*) FROM ticks"), "0");
}
