//! Clocks that are off, of whomever, are found by `doctor`.

use std::mem;

use tokio::{
    io::{self, AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use crate::{
    doctor::found,
    given::{Given, Said, said},
};

const HOUR: i64 = 3600;

/// Hands on what Redis says, but for what it answers to `TIME`: `*2`, `$10`, the seconds.
async fn an_hour_ahead(from: OwnedReadHalf, mut to: OwnedWriteHalf) -> io::Result<()> {
    let (mut from, mut line) = (BufReader::new(from), Vec::new());
    let mut before = [Vec::new(), Vec::new()];
    while from.read_until(b'\n', &mut line).await? > 0 {
        let is_time = before[0] == b"*2\r\n" && before[1] == b"$10\r\n";
        let seconds = str::from_utf8(&line).map(|line| line.trim_end().parse::<i64>());
        if let (true, Ok(Ok(seconds))) = (is_time, seconds) {
            line = format!("{}\r\n", seconds + HOUR).into_bytes();
        }
        to.write_all(&line).await?;
        before = [mem::take(&mut before[1]), mem::take(&mut line)];
    }
    Ok(())
}

/// A way to this Redis, on which its clock is an hour ahead.
async fn off(redis: &str) -> String {
    let server = redis.trim_start_matches("redis://").trim_end_matches('/');
    let (server, listener) = (server.to_owned(), TcpListener::bind("127.0.0.1:0").await);
    let listener = listener.expect("a port");
    let url = format!("redis://{}/", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&server).await.expect("Redis answers");
            let ((asks, hears), (says, mut told)) = (client.into_split(), server.into_split());
            tokio::spawn(an_hour_ahead(says, hears));
            tokio::spawn(async move { io::copy(&mut { asks }, &mut told).await });
        }
    });
    url
}

/// How bad it is, and which clock is off by how many seconds.
fn told(said: &Said, check: &str) -> (String, String) {
    let (level, what) = found(said, check).remove(0);
    let seconds = what.split(' ').find_map(|word| word.parse::<f64>().ok());
    let hours = seconds.expect("a number") / 3600.0;
    (level, format!("{hours:.0} h: {what}"))
}

const DOCTOR: [&str; 4] = ["doctor", "--no-probe", "-o", "jsonl"];

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_whose_clock_is_not_rediss_is_told_to_synchronise_it() {
    let given = Given::new().await;
    let well = given.says(&DOCTOR);
    assert_eq!(found(&well, "clock")[0].0, "ok", "{well:?}");
    let off = off(&given.redis).await;
    let said = said(given.command(&DOCTOR).env("REDIS_URL", off));
    let (level, what) = told(&said, "clock");
    assert_eq!(level, "warning");
    assert!(what.starts_with("1 h: this machine's clock is "), "{what}");
    assert!(
        said.answer.contains("see that time is synchronised"),
        "{said:?}"
    );
}

#[tokio::test]
async fn a_postgres_whose_clock_is_not_rediss_is_found() {
    let given = Given::new().await;
    let well = given.says(&DOCTOR);
    assert_eq!(found(&well, "postgres clock")[0].0, "ok", "{well:?}");
    let now = "CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql
        AS 'SELECT pg_catalog.now() + interval ''1 hour'''";
    given.database.ask(now).expect("a clock of its own");
    let first =
        "DO 'BEGIN EXECUTE format(''ALTER DATABASE %I SET search_path = public, pg_catalog'',
        current_database()); END'";
    given.database.ask(first).expect("it is asked first");
    let said = given.says(&DOCTOR);
    let (level, what) = told(&said, "postgres clock");
    assert_eq!(level, "warning");
    assert!(what.starts_with("1 h: Postgres's clock is "), "{what}");
    assert_eq!(found(&said, "clock")[0].0, "ok", "{said:?}");
}
