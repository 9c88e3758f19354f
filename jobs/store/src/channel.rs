//! The ways to a person.

use std::fmt;

use serde::{Deserialize, Serialize};

/// By what a delivery goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Channel {
    Mail,
    Apns,
    Fcm,
    /// A push for whom we know no device of: decided, and never sent.
    Push,
}

impl Channel {
    /// Its name, also as a label.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Apns => "apns",
            Self::Fcm => "fcm",
            Self::Push => "push",
        }
    }

    /// What people call it: whose phone it is makes no difference to what they want to hear.
    #[must_use]
    pub const fn preferred(self) -> Self {
        match self {
            Self::Mail => Self::Mail,
            Self::Apns | Self::Fcm | Self::Push => Self::Push,
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
