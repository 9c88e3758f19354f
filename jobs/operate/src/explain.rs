//! Why a person got what they got on a day, and not the rest: the way of each message, stage by stage.
//!
//! What is in the ledger explains itself by its reason. For what is not, agenda and ticks say why nothing
//! came to be. Preferences are shown as they are now; the reason says what they were when it mattered.

mod absence;
mod stages;

use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use kinds::{Reason, Stage, Topic, Voice, Why};
use serde::Serialize;
use store::{Channel, Delivery, DeliveryId, DeliveryState, Store, User, UserId};

use crate::{Trouble, postgres};

/// More messages of one kind on one day than anybody gets.
const MOST: i64 = 200;

/// What became of one message, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    pub kind: String,
    pub channel: Channel,
    /// Without it there is no delivery.
    pub delivery: Option<DeliveryId>,
    pub occasion: Option<String>,
    pub state: Option<DeliveryState>,
    pub copies: i16,
    /// A code that stays the same, where the way ends or rests, and the reason in plain words.
    pub reason: &'static str,
    pub stopped_at: &'static str,
    pub why: String,
    /// What the provider said last.
    pub answer: Option<String>,
    pub chain: Vec<Step>,
}

/// One stage of the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    pub stage: &'static str,
    pub passed: Passed,
    pub says: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Passed {
    Yes,
    /// It goes on from here later.
    Waits,
    /// It ended here.
    No,
    /// It never came that far.
    NotReached,
}

/// Whose, and of which day on their clocks.
pub(crate) struct About<'a> {
    store: &'a Store,
    user: User,
    date: Date,
    now: Timestamp,
}

/// All that a person got, was to get, or did not get on `date`, today by default; `None` if there is no
/// such person. By the order of kinds, the latest first.
pub async fn explain(
    store: &Store,
    user: UserId,
    kind: Option<&str>,
    date: Option<Date>,
) -> Result<Option<Vec<Account>>, Trouble> {
    let Some(user) = postgres(store.user(user)).await? else {
        return Ok(None);
    };
    let now = postgres(store.now()).await?;
    let today = kinds::hours::local_date(user.timezone.as_deref(), now);
    let date = date.unwrap_or(today);
    let about = About {
        store,
        user,
        date,
        now,
    };
    let rows = about.rows().await?;
    let mut accounts = Vec::new();
    for topic in topics(kind) {
        let theirs: Vec<_> = rows.iter().filter(|row| row.kind == topic.kind).collect();
        for row in &theirs {
            accounts.push(about.of_row(topic, row).await?);
        }
        if theirs.is_empty() {
            accounts.push(about.of_none(topic).await?);
        }
    }
    Ok(Some(accounts))
}

fn topics(kind: Option<&str>) -> impl Iterator<Item = &'static Topic> {
    let wanted = move |topic: &&Topic| kind.is_none_or(|kind| kind == topic.kind);
    kinds::notices().iter().filter(wanted)
}

impl About<'_> {
    /// Those of which it is the occasion, and those that came to be on that day.
    async fn rows(&self) -> Result<Vec<Delivery>, Trouble> {
        let zone = self.user.timezone.as_deref();
        let zone = zone.and_then(|name| TimeZone::get(name).ok());
        let zone = zone.unwrap_or(TimeZone::UTC);
        let begin = |date: Date| zone.to_zoned(date.at(0, 0, 0, 0)).map(|at| at.timestamp());
        let tomorrow = self.date.saturating_add(1.day());
        let (from, until) = (
            begin(self.date).unwrap_or(Timestamp::MIN),
            begin(tomorrow).unwrap_or(Timestamp::MAX),
        );
        let occasion = self.date.to_string();
        let (id, store) = (self.user.id, self.store);
        postgres(store.deliveries_on(id, &occasion, from, until, MOST)).await
    }

    async fn of_row(&self, topic: &Topic, row: &Delivery) -> Result<Account, Trouble> {
        let mut why = Why::of(row, Voice::They);
        why.sentence = stages::until(&why.sentence, row);
        Ok(Account {
            delivery: Some(row.id),
            occasion: Some(row.occasion.clone()),
            channel: row.channel,
            state: Some(row.state),
            copies: row.copies,
            ..self.account(topic, &why, Some(row)).await?
        })
    }

    async fn of_none(&self, topic: &Topic) -> Result<Account, Trouble> {
        let reason = absence::reason(self, topic).await?;
        self.account(topic, &reason, None).await
    }

    async fn account(
        &self,
        topic: &Topic,
        why: &Why,
        row: Option<&Delivery>,
    ) -> Result<Account, Trouble> {
        let stop = Stage::of(why.reason);
        Ok(Account {
            kind: topic.kind.to_owned(),
            channel: topic.channel,
            delivery: None,
            occasion: None,
            state: None,
            copies: 0,
            reason: why.reason.code(),
            stopped_at: stop.name(),
            why: why.sentence.clone(),
            answer: why.answer.clone(),
            chain: stages::chain(self, topic, why, row).await?,
        })
    }
}

/// Whether a way that rests at `reason` goes on by itself.
pub(crate) const fn passed(reason: Reason) -> Passed {
    match reason {
        Reason::Sent => Passed::Yes,
        Reason::NotYet
        | Reason::NotSwept
        | Reason::QuietHours
        | Reason::Waiting
        | Reason::NotBefore
        | Reason::SendLimit
        | Reason::ProviderBusy
        | Reason::ProviderRefusesUs
        | Reason::Failed
        | Reason::Sending
        | Reason::UnknownOnce => Passed::Waits,
        Reason::NotOnAgenda
        | Reason::TickSkipped
        | Reason::SchedulePaused
        | Reason::Nothing
        | Reason::NoneOfThatDay
        | Reason::PersonGone
        | Reason::TooLate
        | Reason::NothingDue
        | Reason::NothingToReport
        | Reason::NothingOverdue
        | Reason::NothingThisWeek
        | Reason::StepGone
        | Reason::LaterStep
        | Reason::GoalReached
        | Reason::LinkUsed
        | Reason::AddressKnown
        | Reason::TaskGone
        | Reason::TaskDone
        | Reason::TaskOpen
        | Reason::Overtaken
        | Reason::TaskGivenAway
        | Reason::SwitchedOff
        | Reason::QuietAgain
        | Reason::DailyCap
        | Reason::Suppressed
        | Reason::PushOff
        | Reason::NoDevice
        | Reason::DeviceGone
        | Reason::Bounced
        | Reason::DeviceDropped
        | Reason::Refused
        | Reason::Unanswered
        | Reason::SenderLost
        | Reason::UnknownForGood
        | Reason::Withdrawn => Passed::No,
    }
}
