//! Why there is no delivery at all.

use jiff::{SignedDuration, Timestamp};
use kinds::{Reason, Topic, Why, hours};
use store::{AgendaRow, TickState};

use super::About;
use crate::{Trouble, postgres};

/// The line of the timetable that looks who is due.
const SWEEP: &str = "sweep";

pub(super) async fn reason(about: &About<'_>, topic: &Topic) -> Result<Why, Trouble> {
    if hours::Hours::of(topic.kind).is_none() {
        return Ok(plain(Reason::Nothing));
    }
    let agenda = postgres(about.store.agenda_of(about.user.id)).await?;
    let Some(row) = agenda.into_iter().find(|row| row.kind == topic.kind) else {
        return Ok(plain(Reason::NotOnAgenda));
    };
    let next = hours::local_date(about.user.timezone.as_deref(), row.next_at);
    if next > about.date {
        return Ok(told(Reason::NoneOfThatDay, &format!("next on {next}")));
    }
    if row.next_at > about.now {
        return Ok(told(Reason::NotYet, &format!("due at {:.0}", row.next_at)));
    }
    unswept(about, &row).await
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
    let id = format!("{SWEEP}@{}", minute_after(row.next_at));
    let ticks = postgres(about.store.ticks_by_id(&[id])).await?;
    Ok(match ticks.first() {
        Some(tick) if tick.state == TickState::Skipped => told(
            Reason::TickSkipped,
            tick.reason.as_deref().unwrap_or("no reason was given"),
        ),
        _ => told(Reason::NotSwept, &format!("due at {:.0}", row.next_at)),
    })
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
