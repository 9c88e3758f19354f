//! Which jobs are meant: the same words for looking and for every verb that writes.

mod matcher;

use jiff::Timestamp;
use platform::{JobId, State};
use serde::{Deserialize, Serialize};

pub use self::matcher::Matcher;
pub(crate) use self::matcher::user_of;
use crate::Trouble;

/// What is left empty is not asked for. It is written into the receipt, so that work that was cut off
/// goes on with the same jobs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<JobId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub queues: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub states: Vec<State>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// A regular expression; of the last error, as `code: text`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What the payload holds where: `user_id` or `a.b`, and the value in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<i64>,
    /// Ended since then; of what waits or runs: enqueued since then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Timestamp>,
    /// Of what sort the last error was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

impl Filter {
    /// Of these states, if none was asked for.
    #[must_use]
    pub fn of_states(mut self, states: &[State]) -> Self {
        if self.states.is_empty() {
            self.states = states.to_vec();
        }
        self
    }

    /// The queues it is about, which must exist.
    pub(crate) fn queues(&self) -> Result<Vec<&'static str>, Trouble> {
        let known = kinds::catalog().queues();
        if let Some(unknown) = self
            .queues
            .iter()
            .find(|name| !known.contains(name.as_str()))
        {
            let known = known.into_iter().collect::<Vec<_>>().join(", ");
            return Err(Trouble::NotFound(format!(
                "there is no queue {unknown:?}; the queues are {known}"
            )));
        }
        let asked =
            |name: &&str| self.queues.is_empty() || self.queues.iter().any(|one| one == name);
        Ok(known.into_iter().filter(asked).collect())
    }

    pub fn compile(&self) -> Result<Matcher, Trouble> {
        Matcher::new(self)
    }
}
