//! The way of a message, stage by stage, and at which of them each reason ends or holds it.

use crate::Reason;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The timetable asks who is due.
    Tick,
    /// This person is, or something happened that concerns them.
    Selection,
    Suppression,
    Preference,
    QuietHours,
    /// There is something to say at the moment of sending.
    Relevance,
    Cap,
    /// There is a device, and leave to send now.
    Way,
    Ledger,
    Provider,
}

impl Stage {
    /// In the order in which they are passed.
    pub const ALL: [Self; 10] = [
        Self::Tick,
        Self::Selection,
        Self::Suppression,
        Self::Preference,
        Self::QuietHours,
        Self::Relevance,
        Self::Cap,
        Self::Way,
        Self::Ledger,
        Self::Provider,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Tick => "tick",
            Self::Selection => "selection",
            Self::Suppression => "suppression",
            Self::Preference => "preference",
            Self::QuietHours => "quiet hours",
            Self::Relevance => "relevance",
            Self::Cap => "cap",
            Self::Way => "way",
            Self::Ledger => "ledger",
            Self::Provider => "provider",
        }
    }

    /// Without a rest, so that a new reason has to say where it belongs.
    pub const fn of(reason: Reason) -> Self {
        match reason {
            Reason::NotSwept | Reason::TickSkipped | Reason::SchedulePaused => Self::Tick,
            Reason::NotOnAgenda
            | Reason::NotYet
            | Reason::Nothing
            | Reason::NoneOfThatDay
            | Reason::PersonGone => Self::Selection,
            Reason::Suppressed => Self::Suppression,
            Reason::SwitchedOff => Self::Preference,
            Reason::QuietHours | Reason::QuietAgain => Self::QuietHours,
            Reason::NothingDue
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
            | Reason::TaskGivenAway => Self::Relevance,
            Reason::DailyCap => Self::Cap,
            Reason::PushOff | Reason::NoDevice | Reason::DeviceGone | Reason::SendLimit => {
                Self::Way
            }
            Reason::Waiting
            | Reason::NotBefore
            | Reason::TooLate
            | Reason::Sending
            | Reason::Withdrawn => Self::Ledger,
            Reason::ProviderBusy
            | Reason::ProviderRefusesUs
            | Reason::Failed
            | Reason::Sent
            | Reason::Bounced
            | Reason::DeviceDropped
            | Reason::Refused
            | Reason::Unanswered
            | Reason::SenderLost
            | Reason::UnknownOnce
            | Reason::UnknownForGood => Self::Provider,
        }
    }
}
