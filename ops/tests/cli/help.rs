//! What `--help` says, which is what people learn the verbs from.

use insta::assert_snapshot;

use crate::given::{honeydue, said};

/// Without the blanks at the ends of lines, which no snapshot keeps.
fn help(of: &[&str]) -> String {
    let said = said(&mut honeydue(&[of, &["--help"]].concat()));
    assert_eq!((said.code, said.aside.as_str()), (Some(0), ""));
    let lines: Vec<_> = said.answer.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// Without the global options, which every verb has and the first test shows.
pub(crate) fn own_help(of: &[&str]) -> String {
    let help = help(of);
    let (own, global) = help
        .split_once("\nGlobal options:\n")
        .expect("global options");
    assert!(
        global.contains("--redis-url") && global.contains("--output"),
        "{global}"
    );
    own.to_owned()
}

#[test]
fn the_command_line_says_its_nouns_its_exit_codes_and_what_it_takes_from_the_environment() {
    assert_snapshot!(help(&[]), @"
    Shows honeyDue's queues, jobs and schedules, and mends them.

    Exit codes: 0 ok, 1 error, 2 usage, 3 not found, 5 refused, 6 Redis or Postgres unreachable.

    Usage: honeydue [OPTIONS] <COMMAND>

    Commands:
      queue     Queues: what waits where
      job       Jobs: list, look at, retry, enqueue
      schedule  Schedules: what is due when, and what became of it
      leader    The leader: which scheduler fires
      explain   Why a person got what they got, and not the rest
      bench     Measures how fast jobs are enqueued, done and begun here
      demo      Plays a day in two households on this machine, and shows who got which mail
      migrate   Brings the schema of Postgres up to date
      help      Print this message or the help of the given subcommand(s)

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Global options:
          --redis-url <URL>
              The Redis that carries the jobs

              [env: REDIS_URL]

          --redis-prefix <PREFIX>
              What every key in Redis begins with

              [env: REDIS_PREFIX=]
              [default: honeydue:]

          --database-url <URL>
              The Postgres that holds every intention

              [env: DATABASE_URL]

          --migrate-database-url <URL>
              Postgres without a pooler in between, for migrations; `DATABASE_URL` if not said

              [env: MIGRATE_DATABASE_URL]

      -o, --output <FORMAT>
              How answers look

              [default: table]
              [possible values: table, json, jsonl]
    ");
}

#[test]
fn queue_says_its_verbs() {
    assert_snapshot!(own_help(&["queue"]), @"
    Queues: what waits where

    Usage: honeydue queue [OPTIONS] <COMMAND>

    Commands:
      ls    All queues, with how many jobs stand where, and since when the first in line waits
      help  Print this message or the help of the given subcommand(s)

    Options:
      -h, --help  Print help
    ");
}

#[test]
fn job_says_its_verbs() {
    assert_snapshot!(own_help(&["job"]), @"
    Jobs: list, look at, retry, enqueue

    Usage: honeydue job [OPTIONS] <COMMAND>

    Commands:
      ls       The jobs of one state: the first in line, the next due, the latest given up
      show     One job: attempts, times, errors, and what to do next
      retry    Gives a dead job all its attempts again
      enqueue  Enqueues a job by the name of its kind
      help     Print this message or the help of the given subcommand(s)

    Options:
      -h, --help  Print help
    ");
}

#[test]
fn schedule_says_its_verbs() {
    assert_snapshot!(own_help(&["schedule"]), @"
    Schedules: what is due when, and what became of it

    Usage: honeydue schedule [OPTIONS] <COMMAND>

    Commands:
      ls        The lines of the timetable, when they are due, and when they last fired
      show      One line: its rules, whether it is paused, and how far it has come
      next      What is due next, of all lines or of one
      ticks     What became of a schedule's latest ticks
      lint      Checks the timetable, and says what to think over
      pause     Has a schedule fire nothing for a while; what comes due meanwhile is skipped
      resume    Ends a pause
      run       Asks the leader to fire a tick, also one that lies ahead
      backfill  Asks for the ticks of a stretch of the past that were not fired; shows them unless told
                `--yes`
      help      Print this message or the help of the given subcommand(s)

    Options:
      -h, --help  Print help
    ");
}

#[test]
fn leader_says_its_verbs() {
    assert_snapshot!(own_help(&["leader"]), @"
    The leader: which scheduler fires

    Usage: honeydue leader [OPTIONS] <COMMAND>

    Commands:
      status     Who leads, in which term, and for how long unless renewed
      step-down  Asks the leader to let another lead, and waits for that one
      help       Print this message or the help of the given subcommand(s)

    Options:
      -h, --help  Print help
    ");
}

#[test]
fn help_shows_no_value_of_a_variable_that_may_hold_a_secret() {
    for variable in ["REDIS_URL", "DATABASE_URL", "MIGRATE_DATABASE_URL"] {
        let mut command = honeydue(&["--help"]);
        let said = said(command.env(variable, "scheme://ada:hunter2@host/"));
        assert_eq!(said.code, Some(0));
        assert!(!said.answer.contains("hunter2"), "{}", said.answer);
    }
}
