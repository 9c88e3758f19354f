//! Looks inside, and puts right: the operator's command line.

mod backends;
mod exit;
mod out;
mod verbs;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::{backends::Backends, out::Out};

/// Shows honeyDue's queues, jobs and schedules, and mends them.
///
/// Exit codes: 0 ok, 1 error, 2 usage, 3 not found, 4 partial, 5 refused, 6 Redis or Postgres unreachable,
/// 7 a `--fail-if` bound holds.
#[derive(Parser)]
#[command(name = "honeydue", version, arg_required_else_help = true)]
struct Args {
    #[command(flatten)]
    backends: Backends,

    /// How answers look.
    #[arg(
        short,
        long,
        global = true,
        default_value = "table",
        value_name = "FORMAT"
    )]
    output: out::Format,

    #[command(subcommand)]
    noun: Noun,
}

#[derive(Subcommand)]
enum Noun {
    /// Queues: what waits where, and whether it goes on.
    #[command(subcommand)]
    Queue(verbs::queue::Verb),
    /// Jobs: look for them, look at them, put them right.
    #[command(subcommand)]
    Job(verbs::job::Verb),
    /// Errors: failures that have the same cause, as one.
    #[command(subcommand)]
    Errors(verbs::errors::Verb),
    /// The audit: who did what, to how many, and why.
    #[command(subcommand)]
    Audit(verbs::audit::Verb),
    /// Workers: who is there, and what is wished of them.
    #[command(subcommand)]
    Worker(verbs::worker::Verb),
    /// Locks: unique keys, who holds them, and the one that is stuck.
    #[command(subcommand)]
    Lock(verbs::lock::Verb),
    /// Suppressions: whose address takes no mail.
    #[command(subcommand)]
    Suppression(verbs::suppression::Verb),
    /// People: forgetting one, and proving it.
    #[command(subcommand)]
    User(verbs::user::Verb),
    /// Schedules: what is due when, and what became of it.
    #[command(subcommand)]
    Schedule(verbs::schedule::Verb),
    /// The leader: which scheduler fires.
    #[command(subcommand)]
    Leader(verbs::leader::Verb),
    /// A live view of all queues: what waits, how fast it goes, what fails.
    Top(verbs::top::Top),
    /// Looks at everything that jobs hang on, and says what to do about what is not well.
    Doctor(verbs::doctor::Doctor),
    /// Why a person got what they got on a day, and not the rest.
    Explain(verbs::explain::Explain),
    /// Measures how fast jobs are enqueued, done and begun here.
    Bench(verbs::bench::Bench),
    /// Plays a day in two households on this machine, and shows who got which mail.
    Demo(verbs::demo::Demo),
    /// Brings the schema of Postgres up to date.
    Migrate(verbs::migrate::Migrate),
    /// Takes jobs over from Asynq or stock apalis-redis.
    #[command(subcommand)]
    Import(verbs::import::Verb),
    /// Settings: what the environment says, without its secrets.
    #[command(subcommand)]
    Config(verbs::config::Verb),
    /// Writes what a shell needs to complete verbs and flags.
    Completions(verbs::manual::Completions),
    /// Writes manual pages.
    Man(verbs::manual::Man),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let args = Args::parse();
    let mut out = Out::new(args.output);
    let work = args.noun.run(&args.backends, &mut out);
    let done = Box::pin(args.backends.patiently(work)).await;
    done.map_or_else(|error| exit::of(&error, &out), |()| ExitCode::SUCCESS)
}

impl Noun {
    async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        match self {
            Self::Queue(verb) => verb.run(backends, out).await,
            Self::Job(verb) => verb.run(backends, out).await,
            Self::Errors(verb) => verb.run(backends, out).await,
            Self::Worker(verb) => verb.run(backends, out).await,
            Self::Lock(verb) => verb.run(backends, out).await,
            Self::Suppression(verb) => verb.run(backends, out).await,
            Self::User(verb) => Box::pin(verb.run(backends, out)).await,
            Self::Import(verb) => Box::pin(verb.run(backends, out)).await,
            Self::Top(verb) => Box::pin(verb.run(backends, out)).await,
            Self::Doctor(verb) => Box::pin(verb.run(backends, out)).await,
            Self::Config(verb) => verb.run(backends, out),
            Self::Completions(verb) => verb.run(Args::command(), out),
            Self::Man(verb) => verb.run(Args::command(), out),
            Self::Audit(verb) => verb.run(backends, out).await,
            Self::Schedule(verb) => verb.run(backends, out).await,
            Self::Leader(verb) => verb.run(backends, out).await,
            Self::Explain(verb) => verb.run(backends, out).await,
            Self::Bench(verb) => verb.run(backends, out).await,
            Self::Demo(verb) => verb.run(),
            Self::Migrate(verb) => verb.run(backends, out).await,
        }
    }
}
