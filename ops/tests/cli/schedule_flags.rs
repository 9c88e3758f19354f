//! What `--help` says of the verbs of schedules and the leader.

use insta::assert_snapshot;

use crate::help::own_help;

#[test]
fn what_looks_at_schedules_says_what_it_takes() {
    assert_snapshot!(own_help(&["schedule", "show"]), @"
    One line: its rules, whether it is paused, and how far it has come

    Usage: honeydue schedule show [OPTIONS] <NAME>

    Arguments:
      <NAME>  The schedule's name

    Options:
      -h, --help  Print help
    ");
    assert_snapshot!(own_help(&["schedule", "next"]), @"
    What is due next, of all lines or of one

    Usage: honeydue schedule next [OPTIONS] [NAME]

    Arguments:
      [NAME]  The schedule's name; all of them if not said

    Options:
          --from <INSTANT>  After this instant, such as 2026-11-22T09:00:00Z; now if not said
          --limit <N>       How many at most; 1 to 1000 [default: 10]
      -h, --help            Print help
    ");
    assert_snapshot!(own_help(&["schedule", "ticks"]), @"
    What became of a schedule's latest ticks

    Usage: honeydue schedule ticks [OPTIONS] <NAME>

    Arguments:
      <NAME>  The schedule's name

    Options:
          --limit <N>  How many at most; 1 to 1000 [default: 50]
      -h, --help       Print help
    ");
    assert_snapshot!(own_help(&["schedule", "lint"]), @"
    Checks the timetable, and says what to think over

    Usage: honeydue schedule lint [OPTIONS]

    Options:
      -h, --help  Print help
    ");
}

#[test]
fn what_changes_what_schedules_do_says_what_it_takes() {
    assert_snapshot!(own_help(&["schedule", "pause"]), @"
    Has a schedule fire nothing for a while; what comes due meanwhile is skipped

    Usage: honeydue schedule pause [OPTIONS] --reason <TEXT> <NAME>

    Arguments:
      <NAME>  The schedule's name

    Options:
          --reason <TEXT>    Why; goes into the row of each tick that is skipped
          --for <DURATION>   For how long, such as 90m or 2h
          --until <INSTANT>  Until when, such as 2026-11-22T09:00:00Z
          --by <NAME>        Who pauses it [env: USER=] [default: operator]
      -h, --help             Print help
    ");
    assert_snapshot!(own_help(&["schedule", "resume"]), @"
    Ends a pause

    Usage: honeydue schedule resume [OPTIONS] <NAME>

    Arguments:
      <NAME>  The schedule's name

    Options:
      -h, --help  Print help
    ");
    assert_snapshot!(own_help(&["schedule", "backfill"]), @"
    Asks for the ticks of a stretch of the past that were not fired; shows them unless told `--yes`

    Usage: honeydue schedule backfill [OPTIONS] --from <INSTANT> --to <INSTANT> <NAME>

    Arguments:
      <NAME>  The schedule's name

    Options:
          --from <INSTANT>  The first instant, such as 2026-11-21T09:00:00Z
          --to <INSTANT>    The last instant
          --yes             Ask for them, and do not only show them
          --by <NAME>       Who asks; goes into the rows of the ticks [env: USER=] [default: operator]
      -h, --help            Print help
    ");
    assert_snapshot!(own_help(&["leader", "step-down"]), @"
    Asks the leader to let another lead, and waits for that one

    Usage: honeydue leader step-down [OPTIONS]

    Options:
      -h, --help  Print help
    ");
}
