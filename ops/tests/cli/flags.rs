//! What `--help` says of single verbs: their flags, defaults and bounds.

use insta::assert_snapshot;

use crate::help::own_help;

#[test]
fn what_is_asked_about_jobs_says_what_it_takes() {
    assert_snapshot!(own_help(&["job", "ls"]), @"
    The jobs of one state: the first in line, the next due, the latest given up

    Usage: honeydue job ls [OPTIONS]

    Options:
          --queue <QUEUE>  Only of this queue
          --state <STATE>  scheduled, ready, running, retrying, done or dead [default: ready]
          --limit <N>      How many of each queue at most; 1 to 1000 [default: 50]
      -h, --help           Print help
    ");
    assert_snapshot!(own_help(&["job", "show"]), @"
    One job: attempts, times, errors, and what to do next

    Usage: honeydue job show [OPTIONS] <ID>

    Arguments:
      <ID>  The job's id

    Options:
      -h, --help  Print help
    ");
    assert_snapshot!(own_help(&["job", "enqueue"]), @"
    Enqueues a job by the name of its kind

    Usage: honeydue job enqueue [OPTIONS] <KIND>

    Arguments:
      <KIND>  The name of its kind, such as probe

    Options:
          --payload <JSON>      As JSON; checked before it is queued [default: {}]
          --max-attempts <N>    1 to 250; the kind's own if not said
          --backoff <DURATION>  What the waits between attempts grow from, such as 100ms or 10s
          --at <INSTANT>        Not before this instant, such as 2026-11-22T09:00:00Z
      -h, --help                Print help
    ");
}

#[test]
fn a_run_of_a_schedule_says_when_and_who() {
    assert_snapshot!(own_help(&["schedule", "run"]), @"
    Asks the leader to fire a tick, also one that lies ahead

    Usage: honeydue schedule run [OPTIONS] <NAME>

    Arguments:
      <NAME>  The schedule's name

    Options:
          --at <INSTANT>  The tick's instant, such as 2026-11-22T09:00:00Z; now if not said
          --by <NAME>     Who asks; goes into the tick's row [env: USER=] [default: operator]
      -h, --help          Print help
    ");
}

#[test]
fn explain_says_what_it_takes() {
    assert_snapshot!(own_help(&["explain"]), @"
    Why a person got what they got, and not the rest

    Usage: honeydue explain [OPTIONS] --user <ID>

    Options:
          --user <ID>  The person's id
          --limit <N>  How many deliveries at most, the latest first; 1 to 1000 [default: 50]
      -h, --help       Print help
    ");
}

#[test]
fn demo_and_migrate_say_what_they_do() {
    assert_snapshot!(own_help(&["demo"]), @"
    Plays a day in two households on this machine, and shows who got which mail

    Usage: honeydue demo [OPTIONS]

    Options:
          --exit  End by itself; status 0 only if exactly the expected mails and pushes arrived
      -h, --help  Print help
    ");
    assert_snapshot!(own_help(&["migrate"]), @"
    Brings the schema of Postgres up to date

    Usage: honeydue migrate [OPTIONS]

    Options:
      -h, --help  Print help
    ");
}
