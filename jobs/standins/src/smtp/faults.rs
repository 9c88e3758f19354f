//! What the server does wrong, on whose mail, and how often.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// More than anybody reads.
const FAULTS: usize = 100;
/// A reply line of 512 bytes, less code and line end (RFC 5321, 4.5.3.1.5).
const TEXT: usize = 506;

/// Where in a mail's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    Mail,
    Rcpt,
    Data,
    /// After the final dot.
    End,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Effect {
    Answer { code: u16, text: String },
    Silence,
    Cut,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    pub stage: Stage,
    pub effect: Effect,
    /// The recipient it is for (at `mail`: the sender). A mail to several is hit whole once one of
    /// them is meant, as SMTP has it. None: everybody.
    #[serde(default)]
    pub address: Option<String>,
    /// At `end`: the mail is in the inbox nevertheless.
    #[serde(default)]
    pub stored: bool,
    /// None: until removed.
    #[serde(default)]
    pub times: Option<u32>,
}

impl Fault {
    pub fn answer(stage: Stage, code: u16, text: &str) -> Fault {
        let text = text.to_owned();
        Fault::new(stage, Effect::Answer { code, text })
    }

    pub fn silence(stage: Stage) -> Fault {
        Fault::new(stage, Effect::Silence)
    }

    pub fn cut(stage: Stage) -> Fault {
        Fault::new(stage, Effect::Cut)
    }

    #[must_use]
    pub fn address(self, address: &str) -> Fault {
        let address = Some(address.to_owned());
        Fault { address, ..self }
    }

    #[must_use]
    pub fn stored(self) -> Fault {
        let stored = true;
        Fault { stored, ..self }
    }

    #[must_use]
    pub fn times(self, times: u32) -> Fault {
        let times = Some(times);
        Fault { times, ..self }
    }

    fn new(stage: Stage, effect: Effect) -> Fault {
        Fault {
            stage,
            effect,
            address: None,
            stored: false,
            times: None,
        }
    }

    fn hits(&self, stage: Stage, addresses: &[String]) -> bool {
        let meant = |wanted: &String| {
            addresses
                .iter()
                .any(|have| have.eq_ignore_ascii_case(wanted))
        };
        self.stage == stage && self.address.as_ref().is_none_or(meant)
    }

    fn check(&self) -> Result<(), BadFault> {
        let Effect::Answer { code, text } = &self.effect else {
            return Ok(());
        };
        let printable = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        match () {
            () if !(200..600).contains(code) => Err(BadFault::Code),
            () if !printable || text.len() > TEXT => Err(BadFault::Text),
            () => Ok(()),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadFault {
    #[error("code must be from 200 to 599")]
    Code,
    #[error("text must be one line of printable ASCII, at most {TEXT} characters")]
    Text,
    #[error("there are {FAULTS} faults already; remove some first")]
    TooMany,
}

/// In force together: the oldest that fits is the one that strikes.
#[derive(Default)]
pub struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    pub fn add(&self, fault: Fault) -> Result<(), BadFault> {
        fault.check()?;
        let mut faults = self.lock();
        if faults.len() >= FAULTS {
            return Err(BadFault::TooMany);
        }
        faults.push(fault);
        Ok(())
    }

    /// With the times they have left.
    pub fn list(&self) -> Vec<Fault> {
        self.lock().clone()
    }

    pub fn clear(&self) {
        self.lock().clear();
    }

    pub(super) fn strike(&self, stage: Stage, addresses: &[String]) -> Option<Fault> {
        let mut faults = self.lock();
        faults.retain(|fault| fault.times != Some(0));
        let fault = faults
            .iter_mut()
            .find(|fault| fault.hits(stage, addresses))?;
        let struck = fault.clone();
        fault.times = fault.times.map(|left| left - 1);
        faults.retain(|fault| fault.times != Some(0));
        Some(struck)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
