//! What the stand-ins of both providers of pushes have in common: HTTP/2 over TLS, pushes that are kept,
//! and answers on cue.

mod jwt;
mod kept;
mod script;
mod server;

pub use kept::{Push, Pushes};
pub use script::{Cue, Script};

pub(crate) use jwt::Jwt;
pub(crate) use server::{Line, Server};

/// Whether a push is kept in spite of what its provider does about it.
pub(crate) fn takes(effect: &script::Effect) -> bool {
    matches!(effect, script::Effect::Cut { taken: true })
}

/// Which provider a push came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    Apns,
    Fcm,
}

impl Provider {
    pub fn name(self) -> &'static str {
        match self {
            Provider::Apns => "APNs",
            Provider::Fcm => "FCM",
        }
    }
}
