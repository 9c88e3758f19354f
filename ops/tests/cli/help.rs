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

    Exit codes: 0 ok, 1 error, 2 usage, 3 not found, 4 partial, 5 refused, 6 Redis or Postgres
    unreachable, 7 a `--fail-if` bound holds.

    Usage: honeydue [OPTIONS] <COMMAND>

    Commands:
      queue        Queues: what waits where, and whether it goes on
      job          Jobs: look for them, look at them, put them right
      errors       Errors: failures that have the same cause, as one
      audit        The audit: who did what, to how many, and why
      worker       Workers: who is there, and what is wished of them
      lock         Locks: unique keys, who holds them, and the one that is stuck
      suppression  Suppressions: whose address takes no mail
      user         People: forgetting one, and proving it
      schedule     Schedules: what is due when, and what became of it
      leader       The leader: which scheduler fires
      top          A live view of all queues: what waits, how fast it goes, what fails
      doctor       Looks at everything that jobs hang on, and says what to do about what is not well
      explain      Why a person got what they got on a day, and not the rest
      bench        Measures how fast jobs are enqueued, done and begun here
      demo         Plays a day in two households on this machine, and shows who got which mail
      migrate      Brings the schema of Postgres up to date
      import       Takes jobs over from Asynq or stock apalis-redis
      config       Settings: what the environment says, without its secrets
      completions  Writes what a shell needs to complete verbs and flags
      man          Writes manual pages
      help         Print this message or the help of the given subcommand(s)

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

          --timeout <DURATION>
              How long Redis or Postgres may take to answer; 100ms to 5s

              [env: HONEYDUE_TIMEOUT=]
              [default: 2s]

      -o, --output <FORMAT>
              How answers look

              [default: table]
              [possible values: table, json, jsonl]
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
