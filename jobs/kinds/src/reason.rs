//! Why a person got something, is still to get it, or never will: each reason with a code for the ledger
//! and a sentence for people.
//!
//! What is not sent needs a reason to be skipped with, and `honeydue explain` tells them all apart
//! without a rest, so that no silence goes unexplained. A code is never renamed: the ledger keeps it.

use std::fmt;

use store::{Delivery, DeliveryState};

use crate::Voice;

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal: $sentence:literal;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[$doc])* $name,)*
        }

        impl Reason {
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// What the ledger keeps.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            const fn words(self) -> &'static str {
                match self {
                    $(Self::$name => $sentence,)*
                }
            }
        }
    };
}

reasons! {
    // Before there is a delivery.
    NotOnAgenda = "not-on-agenda": "nothing of this kind is on {their} agenda";
    NotYet = "not-yet": "its hour has not come yet";
    NotSwept = "not-swept": "its hour has come, and no sweep has looked since";
    TickSkipped = "tick-skipped": "the sweep of that minute was skipped";
    SchedulePaused = "schedule-paused": "an operator has paused the sweep";
    NoneOfThatDay = "none-of-that-day": "the ledger has none of that day";
    Nothing = "nothing-happened": "nothing happened that it would tell of";

    // What makes it moot.
    PersonGone = "person-gone": "the person is gone";
    TooLate = "too-late": "it came too late to be worth sending";
    NothingDue = "nothing-due": "nothing is due today or tomorrow";
    NothingToReport = "nothing-to-report": "nothing is late, due or coming this week";
    NothingOverdue = "nothing-overdue": "nothing is overdue";
    NothingThisWeek = "nothing-this-week": "nothing was done last week, and nothing is late or due this week";
    StepGone = "step-gone": "this step of the first days is no more";
    LaterStep = "later-step": "a later step of the first days was due by then";
    GoalReached = "goal-reached": "{they} have done a chore, which is what it urges";
    LinkUsed = "link-used": "its link was used meanwhile, or has expired";
    AddressKnown = "address-known": "{they} have confirmed {their} address already";
    TaskGone = "task-gone": "the task is gone, or {they} left the household";
    TaskDone = "task-done": "the task is done already";
    TaskOpen = "task-open": "the task is open again";
    Overtaken = "overtaken": "the task was given or done again since";
    TaskGivenAway = "task-given-away": "the task is no longer {theirs}";

    // What the person said, and how much they get.
    SwitchedOff = "switched-off": "it is switched off in {their} preferences";
    QuietHours = "quiet-hours": "it waits for the end of {their} quiet hours";
    QuietAgain = "quiet-again": "{their} quiet hours began again before it could be sent";
    DailyCap = "daily-cap": "{they} had as many messages as {they} get in a day";
    Suppressed = "suppressed": "mail to this address bounced before, or was complained about";

    // Whether there is a way to them.
    PushOff = "push-off": "pushes are switched off";
    NoDevice = "no-device": "there is no device to push to";
    DeviceGone = "device-gone": "the device was signed out or belongs to somebody else";

    // On its way.
    Waiting = "waiting": "its job waits for its turn";
    NotBefore = "not-before": "its time has not come yet";
    SendLimit = "send-limit": "the limit of mails in an hour is used up for now";
    ProviderBusy = "provider-busy": "the provider is away or busy, and is asked again";
    ProviderRefusesUs = "provider-refuses-us": "the provider does not take our credentials or settings";
    Failed = "failed": "an attempt failed, and is made again";
    Sending = "sending": "it is being sent right now";

    // What came of it.
    Sent = "sent": "the provider took it";
    Bounced = "bounced": "the provider knows of no such address";
    DeviceDropped = "device-dropped": "the provider says that this device takes no pushes any more";
    Refused = "refused": "the provider refused it for its content or by policy";
    Unanswered = "unanswered": "it may have gone: the provider did not answer";
    SenderLost = "sender-lost": "it may have gone: who was sending it was lost";
    UnknownOnce = "unknown-once": "whether it has gone is unknown, so it is sent once more";
    UnknownForGood = "unknown-for-good": "whether it has gone is unknown, and stays so";
    Withdrawn = "withdrawn": "an operator called it off";
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(Voice::They))
    }
}

/// Where a delivery stands, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    pub reason: Reason,
    /// In full. What was written before there were codes, or by an operator, is told as it is, but not to
    /// the person: it was written for operators.
    pub sentence: String,
    /// What the provider said last.
    pub answer: Option<String>,
}

impl Reason {
    pub fn sentence(self, voice: Voice) -> String {
        voice.says(self.words())
    }

    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.code() == code)
    }
}

impl Why {
    /// What the ledger says of a delivery.
    pub fn of(row: &Delivery, voice: Voice) -> Self {
        let kept = row.reason.as_deref();
        let known = kept.and_then(Reason::of_code);
        let reason = match row.state {
            DeliveryState::Sent => Reason::Sent,
            DeliveryState::Sending => Reason::Sending,
            DeliveryState::Bounced => known.unwrap_or(Reason::Bounced),
            DeliveryState::Unknown if row.decided_at.is_some() => Reason::UnknownForGood,
            DeliveryState::Unknown => Reason::UnknownOnce,
            DeliveryState::Considered => known.unwrap_or(Reason::Waiting),
            DeliveryState::Skipped => known.unwrap_or(Reason::Withdrawn),
        };
        let is_own = known.is_none() && row.state == DeliveryState::Skipped;
        let own_words = kept.filter(|_| is_own && voice == Voice::They);
        let sentence = own_words.map_or_else(|| reason.sentence(voice), str::to_owned);
        let why = Self {
            reason,
            sentence,
            answer: row.answer.clone(),
        };
        why.with_what_held_it_up(voice)
    }

    /// What came too late keeps its earlier reason's code in front of what the provider said.
    fn with_what_held_it_up(mut self, voice: Voice) -> Self {
        let kept = self
            .answer
            .as_deref()
            .filter(|_| self.reason == Reason::TooLate);
        let Some((code, answer)) = kept.map(|kept| kept.split_once(": ").unwrap_or((kept, "")))
        else {
            return self;
        };
        if let Some(earlier) = Reason::of_code(code) {
            let answer = (!answer.is_empty()).then(|| answer.to_owned());
            self.sentence = format!(
                "{}; what held it up: {}",
                self.sentence,
                earlier.sentence(voice)
            );
            self.answer = answer;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn a_code_means_one_reason_and_is_fit_for_a_label() {
        let codes: BTreeSet<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes.len(), Reason::ALL.len());
        let plain = |code: &&&str| code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        assert_eq!(codes.iter().filter(plain).count(), codes.len());
        for reason in Reason::ALL {
            assert_eq!(Reason::of_code(reason.code()), Some(*reason));
        }
    }

    #[test]
    fn each_reason_is_a_sentence_of_its_own() {
        for voice in [Voice::You, Voice::They] {
            let said = Reason::ALL.iter().map(|reason| reason.sentence(voice));
            let said: BTreeSet<_> = said.collect();
            assert_eq!(said.len(), Reason::ALL.len());
            assert!(said.iter().all(|sentence| !sentence.contains(['{', '}'])));
        }
    }

    /// All sentences that mean the person: first as they hear them, then as an operator does.
    #[test]
    fn a_person_is_spoken_to_and_an_operator_is_told_of_them() {
        let spoken = Reason::ALL.iter().map(|reason| {
            let (you, they) = (reason.sentence(Voice::You), reason.sentence(Voice::They));
            (you != they).then(|| format!("{you}\n{they}\n"))
        });
        let spoken: String = spoken.flatten().collect();
        assert_snapshot!(spoken, @"
        nothing of this kind is on your agenda
        nothing of this kind is on their agenda
        you have done a chore, which is what it urges
        they have done a chore, which is what it urges
        you have confirmed your address already
        they have confirmed their address already
        the task is gone, or you left the household
        the task is gone, or they left the household
        the task is no longer yours
        the task is no longer theirs
        it is switched off in your preferences
        it is switched off in their preferences
        it waits for the end of your quiet hours
        it waits for the end of their quiet hours
        your quiet hours began again before it could be sent
        their quiet hours began again before it could be sent
        you had as many messages as you get in a day
        they had as many messages as they get in a day
        ");
        let mut said = Reason::ALL.iter().map(|reason| reason.sentence(Voice::You));
        let of_them = |word: &str| ["they", "their", "theirs"].contains(&word);
        assert!(!said.any(|sentence| sentence.split([' ', ',']).any(of_them)));
    }
}
