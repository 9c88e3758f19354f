//! What the provider answered gets into the ledger, though Postgres dies in the middle of being told.

use standins::{Postgres, until};

use super::{given::NOON, *};

/// Until it is restarted, it takes a minute to write down that something was sent.
fn stalls(postgres: &Postgres) {
    let stall = "CREATE TABLE began AS SELECT pg_postmaster_start_time() AS at;
        CREATE FUNCTION stall() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            PERFORM pg_sleep(60) FROM began WHERE at = pg_postmaster_start_time();
            RETURN NEW;
        END $$;
        CREATE TRIGGER stall BEFORE UPDATE ON deliveries
            FOR EACH ROW WHEN (NEW.state = 'sent') EXECUTE FUNCTION stall()";
    postgres.ask(stall).expect("it stalls");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_that_crashes_while_it_is_told_what_was_sent_is_told_again_and_nobody_dials_twice()
 {
    let mut postgres = Postgres::start().await.expect("a Postgres");
    let given = Given::over(&postgres.url(), None).await;
    stalls(&postgres);
    let id = given.wanted::<Chatter>("2126-01-15", at(NOON)).await;
    let crash = async {
        let told = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
        until("the ledger is being told", async || {
            !postgres.ask(told).expect("an answer").is_empty()
        })
        .await;
        postgres.restart().await.expect("it is back");
    };
    let (delivered, ()) = tokio::join!(given.deliver::<Chatter>(id, at(NOON)), crash);
    delivered.expect("sent");
    let row = given.row(id).await;
    assert_eq!((row.state, row.copies, row.unknown_at), (Sent, 1, None));
    assert_eq!(given.dialled(), 1);
}
