//! What a line wants when its previous run has not finished.

use std::fmt;

use serde::Serialize;

/// What becomes of a tick whose schedule's previous run has not finished. A run that is dead, or was
/// fired longer ago than the schedule's window, holds nobody up; nor is what an operator asked for held
/// up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unfinished {
    /// It is fired beside it.
    #[default]
    Allow,
    /// It is not fired.
    Skip,
    /// It waits for it, within its window; those that come due meanwhile are not fired.
    QueueOne,
}

impl fmt::Display for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "allow",
            Self::Skip => "skip",
            Self::QueueOne => "queue one",
        })
    }
}
