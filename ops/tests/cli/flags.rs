//! What `--help` says of single verbs: their flags, defaults and bounds.

use insta::assert_snapshot;

use crate::help::own_help;

#[test]
fn what_is_asked_about_jobs_says_what_it_takes() {
    assert_snapshot!(own_help(&["job", "ls"]), @"
    Jobs, the ready ones unless --state says others: first in line, next due, latest given up

    Usage: honeydue job ls [OPTIONS]

    Options:
          --queue <QUEUE>     Only of these queues
          --state <STATE>     Only of these states: scheduled, ready, running, retrying, done, dead,
                              cancelled
          --kind <KIND>       Only of these kinds
          --error <REGEX>     Only if the last error, as `code: text`, matches
          --arg <PATH=VALUE>  Only if the payload has this, such as `user_id=7` or `a.b=x`
          --user <ID>         Only of this person
          --since <WHEN>      Only ended since then; of those that wait or run: enqueued since. An
                              instant, or how long ago
          --before <WHEN>     Only before then
          --limit <N>         How many at most; 1 to 1000 [default: 50]
          --cursor <CURSOR>   Where the listing before ended, as it said
          --scan <N>          Look at so many jobs at most; 1 to 1000000 [default: 10000]
      -h, --help              Print help
    ");
    assert_snapshot!(own_help(&["job", "show"]), @"
    One job: attempts, times, errors, and what to do next

    Usage: honeydue job show [OPTIONS] <ID>

    Arguments:
      <ID>  The job's id

    Options:
          --payload  The payload as it is, also what in it may be a person's
      -h, --help     Print help
    ");
    assert_snapshot!(own_help(&["job", "enqueue"]), @"
    Enqueues a job by the name of its kind

    Usage: honeydue job enqueue [OPTIONS] <KIND>

    Arguments:
      <KIND>  The name of its kind, such as probe

    Options:
          --payload <JSON>      As JSON, or where it stands: `@file`, or `@-` for what is piped in.
                                Checked before it is queued [default: {}]
          --queue <QUEUE>       Another queue than its kind's own
          --key <KEY>           Only while no other job of the queue holds this key
          --held <WHEN>         For how long it holds the key: until `started` or `done`, or for a time
                                from now on, such as 24h [default: done]
          --max-attempts <N>    1 to 250; the kind's own if not said
          --backoff <DURATION>  What the waits between attempts grow from, such as 100ms or 10s
          --at <WHEN>           Not before then: an instant such as 2026-11-22T09:00:00Z, or how far
                                ahead, such as 2h
          --by <NAME>           Who asks [env: USER=] [default: operator]
          --reason <TEXT>       Why
      -h, --help                Print help
    ");
}

#[test]
fn what_writes_says_whom_it_may_touch_how_fast_and_who_asks() {
    assert_snapshot!(own_help(&["job", "retry"]), @"
    Gives dead jobs all their attempts again

    Usage: honeydue job retry [OPTIONS] [ID]...

    Arguments:
      [ID]...  The jobs' ids; or say by flags which jobs are meant

    Options:
          --all               All of them, whatever they are
          --queue <QUEUE>     Only of these queues
          --state <STATE>     Only of these states: scheduled, ready, running, retrying, done, dead,
                              cancelled
          --kind <KIND>       Only of these kinds
          --error <REGEX>     Only if the last error, as `code: text`, matches
          --arg <PATH=VALUE>  Only if the payload has this, such as `user_id=7` or `a.b=x`
          --user <ID>         Only of this person
          --since <WHEN>      Only ended since then; of those that wait or run: enqueued since. An
                              instant, or how long ago
          --before <WHEN>     Only before then
          --dry-run           Show how many it would touch, and five of them; touch nothing
      -y, --yes               Do not ask
          --max <N>           Touch so many at most
          --rate <RATE>       No faster than this, such as 50/s or 600/min
          --by <NAME>         Who asks [env: USER=] [default: operator]
          --reason <TEXT>     Why
      -h, --help              Print help
    ");
    assert_snapshot!(own_help(&["job", "edit"]), @"
    Changes the payload of a job that is not running, or when it is due

    Usage: honeydue job edit [OPTIONS] <--set <NAME=VALUE>|--at <WHEN>> <ID>

    Arguments:
      <ID>  The job's id

    Options:
          --set <NAME=VALUE>  Puts a value, as JSON or else as text, into the payload, such as
                              `user_id=7`. The old payload goes into the audit
          --at <WHEN>         When it is due: an instant, how far ahead, or `now`. Only of a job that
                              waits for its time
          --by <NAME>         Who asks [env: USER=] [default: operator]
          --reason <TEXT>     Why
      -h, --help              Print help
    ");
    assert_snapshot!(own_help(&["queue", "pause"]), @"
    Starts no more of its jobs; what runs goes on

    Usage: honeydue queue pause [OPTIONS] <QUEUE>

    Arguments:
      <QUEUE>  The queue's name

    Options:
          --for <DURATION>  For how long, such as 30min or 2h; until resumed if not said
          --by <NAME>       Who asks [env: USER=] [default: operator]
          --reason <TEXT>   Why
      -h, --help            Print help
    ");
    assert_snapshot!(own_help(&["queue", "show"]), @"
    One queue: what waits, since when, who paused it, what it allows

    Usage: honeydue queue show [OPTIONS] <QUEUE>

    Arguments:
      <QUEUE>  The queue's name

    Options:
          --fail-if <BOUND>  Exit with 7 if this holds, such as oldest>300s or dead>0; also ready,
                             running, later, paused
      -h, --help             Print help
    ");
    assert_snapshot!(own_help(&["import", "asynq"]), @"
    From Asynq, 0.24 or newer: shows what stands there, and moves what --map knows

    Usage: honeydue import asynq [OPTIONS]

    Options:
          --from <URL>     The Redis to take from; our own if not said, which may well carry both [env:
                           IMPORT_REDIS_URL]
          --map <FILE>     A TOML file that says which kind becomes which: a table a kind, with `to`,
                           and `user` for a kind that speaks; or with `skip`. A `-` reads it from
                           standard input
          --dry-run        Show what stands there; move nothing
      -y, --yes            Do not ask
          --by <NAME>      Who asks [env: USER=] [default: operator]
          --reason <TEXT>  Why
      -h, --help           Print help
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
    Why a person got what they got on a day, and not the rest

    Usage: honeydue explain [OPTIONS] --user <ID>

    Options:
          --user <ID>    The person's id
          --kind <KIND>  Only this kind, with its whole way
          --date <DATE>  The day on their clocks, such as 2026-11-21; today if it is left out
      -h, --help         Print help
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
