//! Real signals, in a process of their own: they would reach every test of the same binary.

use std::{
    io,
    process::{Command, id},
};

use process::Stop;

#[tokio::test]
async fn the_first_signal_stops_softly_and_the_second_hard() {
    let stop = Stop::on_signals().unwrap();
    send("TERM").unwrap();
    stop.soft().cancelled().await;
    assert!(!stop.hard().is_cancelled());
    send("INT").unwrap();
    stop.hard().cancelled().await;
}

fn send(signal: &str) -> io::Result<()> {
    // The shell's own `kill`: a bare machine has no program of that name.
    Command::new("sh")
        .args(["-c", &format!("kill -s {signal} {}", id())])
        .status()
        .map(|_| ())
}
