//! Writing verbs, from one job to all of them, by the same path: found, shown, touched in slices.
//!
//! Safe by construction. A plan means what stands by the instant at which it was made: what comes or ends
//! later is left alone, however long a person thinks before saying yes. Before anything is touched the
//! plan is in Postgres, under a receipt. A slice and its count are one step in Redis. What a slice touched
//! does not stand as before, so whoever goes on by the receipt touches each job once.

mod done;
mod origins;
mod pace;
mod run;
mod source;
mod touch;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::Operation;
use uuid::Uuid;

pub use self::{
    done::{Done, Progress},
    pace::PerSecond,
    run::{Told, go_on},
};
use crate::{Filter, Trouble};

/// What is done to each job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// Gives the dead all their attempts again.
    Retry,
    /// Calls off what waits, and stops what runs.
    Cancel,
    /// Moves what neither waits in line nor runs into the bin.
    Delete,
    /// Forgets for good, which frees memory: nothing goes into the bin.
    Erase,
    /// Puts what one receipt deleted back.
    Undo,
}

/// What is to be done to which jobs; it is the receipt's text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub verb: Verb,
    #[serde(default)]
    pub filter: Filter,
    /// Of [`Verb::Undo`]: the receipt that is undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u64>,
    /// As many as were shown to who said yes: what came to stand so meanwhile is not touched as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<u64>,
}

impl Verb {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Cancel => "cancel",
            Self::Delete => "delete",
            Self::Erase => "erase",
            Self::Undo => "undo",
        }
    }

    /// As the audit names it.
    pub fn name(self) -> String {
        format!("job {}", self.as_str())
    }
}

impl Plan {
    /// As of `now`, by Redis's clock.
    pub fn new(verb: Verb, filter: Filter, max: Option<u64>, now: Timestamp) -> Self {
        Self {
            verb,
            filter: touch::narrowed(verb, filter, now),
            undoes: None,
            max,
            shown: None,
        }
    }

    /// For so many somebody said yes.
    #[must_use]
    pub fn agreed(self, shown: u64) -> Self {
        Self {
            shown: Some(shown),
            ..self
        }
    }

    /// Takes back what was deleted under this receipt.
    pub fn undo(deletion: &Operation) -> Result<Self, Trouble> {
        if Self::of(deletion)?.verb != Verb::Delete {
            return Err(Trouble::Refused(format!(
                "receipt {} is of `{}`; only a delete can be undone",
                deletion.id, deletion.verb
            )));
        }
        Ok(Self {
            verb: Verb::Undo,
            filter: Filter::default(),
            undoes: Some(deletion.id),
            max: None,
            shown: None,
        })
    }

    /// As it was written down.
    pub fn of(operation: &Operation) -> Result<Self, Trouble> {
        serde_json::from_value(operation.plan.clone()).map_err(|_| {
            Trouble::Refused(format!(
                "receipt {} is of `{}`, which does not go on by a receipt; if it was cut off, do it again",
                operation.id, operation.verb
            ))
        })
    }
}
