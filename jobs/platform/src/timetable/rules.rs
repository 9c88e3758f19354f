//! What a line wants on the two odd days of the year.

use std::fmt;

use serde::Serialize;

/// What becomes of a time that the clocks jump over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Gap {
    /// It is due at the first instant after the jump; several such times are due once.
    #[default]
    Next,
    /// It is not due that day.
    Skip,
}

/// What becomes of a time that the clocks show twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Overlap {
    #[default]
    First,
    Second,
    Both,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Next => "next",
            Self::Skip => "skip",
        })
    }
}

impl fmt::Display for Overlap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Both => "both",
        })
    }
}
