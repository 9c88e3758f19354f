//! What honeyDue does, and when.
//!
//! One file a kind of job: payload, policy, what it does, its tests. Add the file, then one line in
//! `ROLL`, which [`catalog`] and [`notices`] are made of, and its payload to those that `tests.rs` keeps as
//! they are; if it runs by itself, one line in [`timetable`]. A kind that speaks to people implements
//! [`Notice`], and [`deliver`] alone sends: no kind can get past ledger and preferences.

mod clean_up;
mod context;
mod daily_digest;
pub mod deliver;
mod drip;
mod due;
mod fan_out;
pub mod feedback;
pub mod hours;
pub mod household;
pub mod links;
pub mod mail;
mod notice;
pub mod notify;
mod onboarding;
mod origin;
mod overdue_reminder;
mod password_reset;
pub mod ports;
pub mod preferences;
mod probe;
pub mod quiet;
mod reason;
pub mod requests;
mod roll;
mod runner;
pub mod sign_up;
mod stage;
mod sweep;
mod task_assigned;
mod task_completed;
mod task_reminder;
pub mod unsubscribe;
mod verify_email;
mod voice;
mod weekly_summary;
mod welcome;

use std::{sync::LazyLock, time::Duration};

use platform::{
    Catalog, Policies, Queue, QueueError,
    timetable::{Line, Problems, Timetable},
};
use tokio::time::sleep;

use self::roll::Roll;
pub use self::{
    clean_up::CleanUp,
    context::Context,
    daily_digest::DailyDigest,
    drip::Drip,
    links::Links,
    notice::{Notice, Say, Words},
    notify::Notify,
    onboarding::Onboarding,
    origin::{Origin, outbox_job},
    overdue_reminder::OverdueReminder,
    password_reset::PasswordReset,
    probe::Probe,
    reason::{Reason, Why},
    roll::Topic,
    runner::Runner,
    stage::Stage,
    sweep::Sweep,
    task_assigned::TaskAssigned,
    task_completed::TaskCompleted,
    task_reminder::TaskReminder,
    verify_email::VerifyEmail,
    voice::Voice,
    weekly_summary::WeeklySummary,
    welcome::Welcome,
};

/// Between two looks at a Redis that is away or full.
const AGAIN: Duration = Duration::from_secs(1);
/// For so long a daily line that was missed is still worth firing.
const A_DAY: Duration = Duration::from_hours(24);

/// Every kind of job honeyDue can do.
pub fn catalog() -> &'static Catalog<Context> {
    &ROLL.catalog
}

/// Every kind that speaks to people, by name.
pub fn notices() -> &'static [Topic] {
    &ROLL.notices
}

static ROLL: LazyLock<Roll> = LazyLock::new(|| {
    Roll::default()
        .job::<Probe>()
        .job::<Sweep>()
        .job::<Drip>()
        .job::<CleanUp>()
        .notice::<Welcome>()
        .notice::<Onboarding>()
        .notice::<TaskReminder>()
        .notice::<OverdueReminder>()
        .notice::<DailyDigest>()
        .notice::<WeeklySummary>()
        .notice::<PasswordReset>()
        .notice::<VerifyEmail>()
        .notice::<TaskAssigned>()
        .notice::<TaskCompleted>()
});

/// How our queues differ from the usual: not yet in anything.
fn policies() -> Policies {
    Policies::default()
}

/// The handle on honeyDue's queues, under their policies.
pub fn connect(url: &str, prefix: &str) -> Result<Queue, QueueError> {
    Ok(Queue::connect(url, prefix)?.governed_by(policies()))
}

/// Waits until Redis answers, and fails if it holds our queues in other partitions than this program
/// looks in: such a process would lose sight of jobs, so it must not start.
pub async fn agree_on_partitions(queue: &Queue) -> Result<(), QueueError> {
    let queues: Vec<_> = catalog().queues().into_iter().collect();
    loop {
        match queue.agree_on_partitions(&queues).await {
            Err(error) if error.is_unreachable() || matches!(error, QueueError::Full) => {
                sleep(AGAIN).await;
            }
            agreed => return agreed,
        }
    }
}

/// What honeyDue does by itself. Count the version up with every change of a line: it decides which
/// of two replicas yields during a roll-out.
pub fn timetable() -> Result<Timetable, Problems> {
    Timetable::new(
        3,
        [
            Line::new("sweep", "* * * * *", Sweep::job),
            Line::new("drip", "* * * * *", Drip::job),
            // When the fewest are due: between the digests of people without a zone and Europe's morning.
            Line::new("clean-up", "30 4 * * *", CleanUp::at).window(A_DAY),
        ],
    )
}

#[cfg(test)]
mod tests;
