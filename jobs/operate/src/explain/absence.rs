//! Why there is no delivery at all.

use jiff::{SignedDuration, Timestamp, civil::Date};
use kinds::{
    Reason, Topic, Why,
    hours::{self, Hours},
};
use store::{AgendaRow, Tick, TickState};

use super::About;
use crate::{Trouble, postgres};

/// The line of the timetable that looks who is due.
const SWEEP: &str = "sweep";

pub(super) async fn reason(about: &About<'_>, topic: &Topic) -> Result<Why, Trouble> {
    let Some(hours) = Hours::of(topic.kind) else {
        return Ok(plain(Reason::Nothing));
    };
    let agenda = postgres(about.store.agenda_of(about.user.id)).await?;
    let Some(row) = agenda.into_iter().find(|row| row.kind == topic.kind) else {
        return Ok(plain(Reason::NotOnAgenda));
    };
    let next = hours::local_date(about.user.timezone.as_deref(), row.next_at);
    if next > about.date {
        return passed_over(about, hours, &row, next).await;
    }
    if row.next_at > about.now {
        return Ok(told(Reason::NotYet, &format!("due at {:.0}", row.next_at)));
    }
    unswept(about, &row).await
}

/// Their agenda has passed that day: for days without a sweep, or for they were not here or changed their
/// hour.
async fn passed_over(
    about: &About<'_>,
    hours: Hours,
    row: &AgendaRow,
    next: Date,
) -> Result<Why, Trouble> {
    let (user, zone) = (&about.user, row.timezone.as_deref());
    let due = hours.moved_of(user.id, zone, row.hour, about.date, Timestamp::MIN);
    let was_due = hours::local_date(zone, due) == about.date && user.created_at <= due;
    let tick = if was_due {
        postgres(about.store.tick_at(SWEEP, minute_after(due))).await?
    } else {
        None
    };
    let skipped = tick.and_then(|tick| skipped(&tick));
    Ok(skipped.unwrap_or_else(|| told(Reason::NoneOfThatDay, &format!("next on {next}"))))
}

/// It is due, and no sweep has come by.
async fn unswept(about: &About<'_>, row: &AgendaRow) -> Result<Why, Trouble> {
    let pauses = postgres(about.store.pauses()).await?;
    let pause = pauses
        .into_iter()
        .find(|pause| pause.schedule == SWEEP && pause.until > about.now);
    if let Some(pause) = pause {
        let until = format!("until {:.0}: {}", pause.until, pause.reason);
        return Ok(told(Reason::SchedulePaused, &until));
    }
    let tick = postgres(about.store.tick_at(SWEEP, minute_after(row.next_at))).await?;
    let skipped = tick.and_then(|tick| skipped(&tick));
    Ok(skipped.unwrap_or_else(|| told(Reason::NotSwept, &format!("due at {:.0}", row.next_at))))
}

fn skipped(tick: &Tick) -> Option<Why> {
    let why = tick.reason.as_deref().unwrap_or("no reason was given");
    (tick.state == TickState::Skipped).then(|| told(Reason::TickSkipped, why))
}

/// Sweeps are due on the minute.
fn minute_after(at: Timestamp) -> Timestamp {
    let over = at.as_second().rem_euclid(60);
    let wait = SignedDuration::from_secs((60 - over) % 60);
    at.saturating_add(wait).unwrap_or(at)
}

fn plain(reason: Reason) -> Why {
    Why {
        reason,
        sentence: reason.to_string(),
        answer: None,
    }
}

fn told(reason: Reason, more: &str) -> Why {
    Why {
        reason,
        sentence: format!("{reason} ({more})"),
        answer: None,
    }
}
