//! The schema, and a Postgres that is not there.

use sqlx::{Connection as _, PgConnection};
use store::{Store, StoreError, migrate};

use crate::home::Home;

#[tokio::test]
async fn eight_at_once_bring_the_schema_up_to_date() {
    let database = standins::empty_database().await;
    let store = Store::connect(&database.url()).unwrap();
    assert!(!store.schema_current().await.unwrap());

    let migrating: Vec<_> = (0..8)
        .map(|_| {
            let url = database.url();
            tokio::spawn(async move { migrate(&url).await })
        })
        .collect();
    for migrated in migrating {
        migrated.await.unwrap().unwrap();
    }
    assert!(store.schema_current().await.unwrap());
}

/// The role is limited where a pooler forgets what a session sets; that is meant for everybody else.
#[tokio::test]
async fn a_migration_may_take_longer_than_others_are_given() {
    let db = Home::new().await;
    let mut holder = PgConnection::connect(&db.url).await.unwrap();
    let held = sqlx::raw_sql("BEGIN; LOCK TABLE _sqlx_migrations");
    held.execute(&mut holder).await.unwrap();
    db.sql(
        "DO $$ BEGIN
            EXECUTE format('ALTER DATABASE %I SET statement_timeout = 500', current_database());
        END $$",
    )
    .await;
    let url = db.url.clone();
    let migrating = tokio::spawn(async move { migrate(&url).await });
    standins::until("it has waited for longer than that", async || {
        let mut watcher = PgConnection::connect(&db.url).await.unwrap();
        let waits = sqlx::query_scalar::<_, bool>(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
                AND wait_event_type = 'Lock' AND query_start < clock_timestamp() - interval '1 s')",
        );
        waits.fetch_one(&mut watcher).await.unwrap()
    })
    .await;
    holder.close().await.unwrap();
    migrating.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_schema_that_lacks_a_migration_is_not_current() {
    let db = Home::new().await;
    assert!(db.store.schema_current().await.unwrap());
    db.sql(
        "DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)",
    )
    .await;
    assert!(!db.store.schema_current().await.unwrap());
}

/// Schemas are expanded before programs need it and contracted after, so a roll-back finds all it wants.
#[tokio::test]
async fn a_program_runs_on_what_a_newer_one_migrated() {
    let db = Home::new().await;
    db.sql(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (99990101, 'of tomorrow', true, '', 0)",
    )
    .await;
    assert!(db.store.schema_current().await.unwrap());
    migrate(&db.url).await.unwrap();
}

#[tokio::test]
async fn a_migration_that_was_edited_after_it_ran_is_refused() {
    let db = Home::new().await;
    db.sql("UPDATE _sqlx_migrations SET checksum = 'x' WHERE version = 1")
        .await;
    let refused = migrate(&db.url).await;
    assert!(
        matches!(refused, Err(StoreError::Migrate(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_url_that_is_none_is_refused_and_not_repeated() {
    for url in [
        "",
        "localhost",
        "redis://:hunter2@cache",
        "postgres://ada:hunter2@[/db",
    ] {
        let error = Store::connect(url).unwrap_err();
        assert!(matches!(error, StoreError::Url), "{url}: {error:?}");
        assert!(error.to_string().contains("DATABASE_URL"));
        assert!(!format!("{error} {error:?}").contains("hunter2"));
        assert!(matches!(migrate(url).await, Err(StoreError::Url)), "{url}");
    }
}

#[tokio::test]
async fn a_postgres_that_is_away_is_unreachable_until_it_is_back() {
    let mut postgres = standins::Postgres::start().await.unwrap();
    let store = Store::connect(&postgres.url()).unwrap();
    store.ping().await.unwrap();

    postgres.kill();
    let url = postgres.url();
    let (pinged, migrated) = tokio::join!(store.ping(), migrate(&url));
    assert!(pinged.unwrap_err().is_unreachable());
    assert!(migrated.unwrap_err().is_unreachable());

    postgres.restart().await.unwrap();
    store.ping().await.unwrap();
}

#[tokio::test]
async fn a_connection_that_was_cut_costs_one_error_at_most() {
    let db = Home::new().await;
    let mut tx = db.store.begin().await.unwrap();
    db.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .await;
    let error = tx
        .add_residence("Home", store::UserId(1))
        .await
        .unwrap_err();
    assert!(error.is_unreachable(), "{error:?}");
    db.store.ping().await.unwrap();
}
