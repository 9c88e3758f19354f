//! How much is looked at by what is asked most, where there is much that it is not about.

use jiff::SignedDuration;
use sqlx::{Connection as _, PgConnection, Postgres, postgres::PgArguments, query::QueryScalar};
use store::{Channel, Store};

use crate::{chores::settle, home::Home};

/// Of three thousand.
const FEW: i64 = 40;

const OTHERS: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()";
const READ: &str = "SELECT seq_tup_read + (
        SELECT sum(idx_tup_read)::bigint FROM pg_stat_user_indexes WHERE relname = $1)
    FROM pg_stat_user_tables WHERE relname = $1";

type Count<'a> = QueryScalar<'a, Postgres, i64, PgArguments>;

impl Home {
    /// How many entries of a table and its indexes are read by what is asked. A connection tells when it ends,
    /// so the home's own end first.
    async fn reads(&self, table: &str, asked: impl AsyncFnOnce(&Store)) -> i64 {
        self.store.close().await;
        let before = self.read_so_far(table).await;
        let store = Store::connect(&self.url).unwrap();
        asked(&store).await;
        store.close().await;
        self.read_so_far(table).await - before
    }

    async fn read_so_far(&self, table: &str) -> i64 {
        standins::until("nobody else is connected", async || {
            self.counted(sqlx::query_scalar(OTHERS)).await == 0
        })
        .await;
        self.counted(sqlx::query_scalar(READ).bind(table)).await
    }

    async fn counted(&self, count: Count<'_>) -> i64 {
        let mut connection = PgConnection::connect(&self.url).await.unwrap();
        let count = count.fetch_one(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        count
    }
}

#[tokio::test]
async fn what_a_household_did_long_ago_is_not_read_again() {
    let db = Home::new().await;
    let (ada, _) = settle(&db, "ada@example.com").await;
    db.sql(
        "INSERT INTO tasks (residence_id, title, due_on, done_at)
            SELECT id, n::text, current_date - n, CASE WHEN n > 20 THEN now() - n * interval '1 day' END
            FROM residences, generate_series(1, 3000) AS n;
        ANALYZE",
    )
    .await;
    let now = db.now().await;
    let days = |days: i64| now - SignedDuration::from_hours(24 * days);

    let listed = async |store: &Store| {
        let open = store.tasks_of(ada, 10).await.unwrap();
        assert!(open.len() == 10 && open.iter().all(|task| task.done_at.is_none()));
        let page = store.tasks_of(ada, 30).await.unwrap();
        assert_eq!(
            page.iter().filter(|task| task.done_at.is_none()).count(),
            20
        );
    };
    let read = db.reads("tasks", listed).await;
    assert!(read <= FEW, "a list reads {read}");

    let summed_up = async |store: &Store| {
        let done = store.tasks_done(ada, days(30), days(23), 100).await;
        assert_eq!(done.unwrap().len(), 7);
        assert!(store.has_done_a_task(ada).await.unwrap());
    };
    let read = db.reads("tasks", summed_up).await;
    assert!(read <= FEW, "a summary reads {read}");
}

#[tokio::test]
async fn who_shows_has_or_leaves_devices_has_no_others_read() {
    let db = Home::new().await;
    let ada = db.person("ada@example.com").await;
    db.person("ben@example.com").await;
    db.sql(
        "INSERT INTO devices (user_id, channel, token, dropped_at)
            SELECT max(id), 'fcm', n::text, CASE WHEN n % 2 = 0 THEN now() END
            FROM users, generate_series(1, 3000) AS n GROUP BY n;
        ANALYZE",
    )
    .await;
    let shown = async |store: &Store| {
        let mut tx = store.begin().await.unwrap();
        let shown = tx.register_device(ada, Channel::Apns, "aa11").await;
        assert_eq!(shown.unwrap().user_id, ada);
        tx.commit().await.unwrap();
    };
    let read = db.reads("devices", shown).await;
    assert!(read <= FEW, "a start of an app reads {read}");

    let left = async |store: &Store| {
        assert_eq!(store.held_of(ada).await.unwrap().devices, 1);
        store.purge_user(ada).await.unwrap();
    };
    let read = db.reads("devices", left).await;
    assert!(read <= FEW, "a purge reads {read}");
}
