//! Answers on cue: what a provider says or does instead of taking a push.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

/// In force until it has struck as often as it is to.
#[derive(Debug, Clone)]
pub struct Cue {
    effect: Effect,
    /// Whose device; none strikes at all.
    token: Option<String>,
    times: Option<u32>,
}

#[derive(Debug, Clone)]
pub(crate) enum Effect {
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// Never answer.
    Silence,
    /// Close the connection, with the push taken or not.
    Cut { taken: bool },
}

impl Cue {
    /// This status, with this body.
    pub fn answer(status: u16, body: &Value) -> Cue {
        let body = match body {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            body => body.to_string(),
        };
        Cue::new(Effect::Answer {
            status,
            headers: Vec::new(),
            body,
        })
    }

    pub fn silence() -> Cue {
        Cue::new(Effect::Silence)
    }

    /// The push is taken, and nobody says so, or it is not.
    pub fn cut(taken: bool) -> Cue {
        Cue::new(Effect::Cut { taken })
    }

    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Cue {
        if let Effect::Answer { headers, .. } = &mut self.effect {
            headers.push((name, value.to_owned()));
        }
        self
    }

    /// For this device alone.
    #[must_use]
    pub fn to(self, token: &str) -> Cue {
        let token = Some(token.to_owned());
        Cue { token, ..self }
    }

    #[must_use]
    pub fn times(self, times: u32) -> Cue {
        let times = Some(times);
        Cue { times, ..self }
    }

    fn new(effect: Effect) -> Cue {
        Cue {
            effect,
            token: None,
            times: None,
        }
    }

    fn strikes(&self, token: &str) -> bool {
        self.times != Some(0) && self.token.as_deref().is_none_or(|wanted| wanted == token)
    }
}

/// The oldest cue that fits is the one that strikes.
#[derive(Default)]
pub struct Script(Mutex<Vec<Cue>>);

impl Script {
    pub fn add(&self, cue: Cue) {
        self.lock().push(cue);
    }

    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Whether every cue has struck as often as it was to.
    pub fn is_over(&self) -> bool {
        self.lock().is_empty()
    }

    pub(crate) fn strike(&self, token: &str) -> Option<Effect> {
        let mut cues = self.lock();
        let cue = cues.iter_mut().find(|cue| cue.strikes(token))?;
        cue.times = cue.times.map(|left| left - 1);
        let effect = cue.effect.clone();
        cues.retain(|cue| cue.times != Some(0));
        Some(effect)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Cue>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
