//! What `--help` says of each noun: its verbs.

use insta::assert_snapshot;

use crate::help::own_help;

#[test]
fn queue_says_its_verbs() {
    assert_snapshot!(own_help(&["queue"]), @"
    Queues: what waits where, and whether it goes on

    Usage: honeydue queue [OPTIONS] <COMMAND>

    Commands:
      ls       All queues, with how many jobs stand where, and since when the first in line waits
      show     One queue: what waits, since when, who paused it, what it allows
      pause    Starts no more of its jobs; what runs goes on
      resume   Lets it go on
      drain    Pauses it, and waits until none of its jobs runs any more
      history  What was done in it, day by day
      help     Print this message or the help of the given subcommand(s)

    Options:
      -h, --help  Print help
    ");
}

#[test]
fn job_says_its_verbs() {
    assert_snapshot!(own_help(&["job"]), @"
    Jobs: look for them, look at them, put them right

    Usage: honeydue job [OPTIONS] <COMMAND>

    Commands:
      ls       Jobs, the ready ones unless --state says others: first in line, next due, latest given up
      show     One job: attempts, times, errors, and what to do next
      retry    Gives dead jobs all their attempts again
      cancel   Calls jobs off: what waits will not run, what runs is stopped
      delete   Takes dead jobs, or of other states that you name, out of the queue; for a week they can
               come back
      undo     Puts what a delete took out back
      resume   Goes on with work in bulk that was cut off; each job is touched once
      edit     Changes the payload of a job that is not running, or when it is due
      enqueue  Enqueues a job by the name of its kind
      help     Print this message or the help of the given subcommand(s)

    Options:
      -h, --help  Print help
    ");
}

#[test]
fn every_other_noun_of_the_operators_hands_says_its_verbs() {
    assert_snapshot!(own_help(&["errors"]), @"
    Errors: failures that have the same cause, as one

    Usage: honeydue errors [OPTIONS] <COMMAND>

    Commands:
      ls     What jobs failed of that are dead or tried again, the most frequent first
      show   One sort of failure, and some of its jobs
      retry  Gives the dead jobs of one sort of failure all their attempts again, and no others
      help   Print this message or the help of the given subcommand(s)

    Options:
      -h, --help  Print help
    ");
    assert_snapshot!(own_help(&["audit"]), @"
    The audit: who did what, to how many, and why

    Usage: honeydue audit [OPTIONS] <COMMAND>

    Commands:
      ls    What operators did, the latest first
      help  Print this message or the help of the given subcommand(s)

    Options:
      -h, --help  Print help
    ");
    assert_snapshot!(own_help(&["worker"]), @"
    Workers: who is there, and what is wished of them

    Usage: honeydue worker [OPTIONS] <COMMAND>

    Commands:
      ls     Workers that were seen lately: since when, and how many jobs of which queue each runs at a
             time
      quiet  Lets a worker claim nothing more; it finishes what runs, and stays until it is stopped
      drain  Lets a worker finish what runs, and end, as SIGTERM would
      help   Print this message or the help of the given subcommand(s)

    Options:
      -h, --help  Print help
    ");
    assert_snapshot!(own_help(&["lock"]), @"
    Locks: unique keys, who holds them, and the one that is stuck

    Usage: honeydue lock [OPTIONS] <COMMAND>

    Commands:
      ls     Unique keys that are held, and by which jobs
      break  Frees a key, so that another job with it is accepted
      help   Print this message or the help of the given subcommand(s)

    Options:
      -h, --help  Print help
    ");
    assert_snapshot!(own_help(&["user"]), @"
    People: forgetting one, and proving it

    Usage: honeydue user [OPTIONS] <COMMAND>

    Commands:
      purge  Forgets a person for good: account, tokens, deliveries, jobs; then looks whether anything
             is left
      help   Print this message or the help of the given subcommand(s)

    Options:
      -h, --help  Print help
    ");
    assert_snapshot!(own_help(&["import"]), @"
    Takes jobs over from Asynq or stock apalis-redis

    Usage: honeydue import [OPTIONS] <COMMAND>

    Commands:
      asynq   From Asynq, 0.24 or newer: shows what stands there, and moves what --map knows
      apalis  From stock apalis-redis 1.0, queue by queue
      help    Print this message or the help of the given subcommand(s)

    Options:
      -h, --help  Print help
    ");
    assert_snapshot!(own_help(&["config"]), @"
    Settings: what the environment says, without its secrets

    Usage: honeydue config [OPTIONS] <COMMAND>

    Commands:
      show  Each setting of the contract, as this environment has it; secrets are masked
      help  Print this message or the help of the given subcommand(s)

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
      run       Asks the leader to fire a tick; shows what it means, and asks, if that lies ahead
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
