//! The schema, and a Postgres that is not there.

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
