//! Which kind of ours a foreign one becomes: a small TOML file.
//!
//! ```toml
//! ["email:welcome"]
//! to = "welcome"            # a kind of ours that speaks: it gets its row in the ledger
//! user = "user_id"          # where the payload has the person
//! window = "48h"            # how long after its time it is still worth sending
//!
//! ["report:monthly"]
//! skip = "nobody reads it"  # left where it is
//! ```

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use platform::{JobId, NewJob};
use serde::Deserialize;
use serde_json::Value;

use super::foreign::Foreign;
use crate::{Trouble, span_of};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Mapping(BTreeMap<String, Rule>);

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    to: Option<String>,
    user: Option<String>,
    window: Option<String>,
    /// What the payload is instead of what it was.
    payload: Option<Value>,
    /// Old name → new name of what the payload holds.
    #[serde(default)]
    rename: BTreeMap<String, String>,
    skip: Option<String>,
}

/// What a foreign job becomes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Target {
    /// A row in the ledger.
    Notice {
        kind: String,
        user: i64,
        window: Duration,
    },
    /// A row in the outbox.
    Plain {
        kind: &'static str,
        queue: &'static str,
        payload: Value,
    },
}

/// Two days: longer than any notice is worth sending late.
const WINDOW: Duration = Duration::from_hours(48);

impl Mapping {
    /// What is wrong is said with the name of the kind that it is about.
    pub fn read(text: &str) -> Result<Self, Trouble> {
        let mapping: Self = toml::from_str(text)
            .map_err(|error| Trouble::Wrong(format!("--map: {}", error.message())))?;
        for (kind, rule) in &mapping.0 {
            rule.check()
                .map_err(|why| Trouble::Wrong(format!("--map: {kind:?}: {why}")))?;
        }
        Ok(mapping)
    }

    /// What it becomes, or why it stays where it is.
    pub(super) fn target(&self, foreign: &Foreign) -> Result<Target, String> {
        let rule = self.0.get(&foreign.kind).ok_or("not in --map")?;
        if let Some(why) = &rule.skip {
            return Err(format!("skipped: {why}"));
        }
        let payload = rule.payload(&foreign.payload)?;
        match (&rule.user, &rule.to) {
            (Some(user), Some(to)) => Ok(Target::Notice {
                kind: to.clone(),
                user: user_of(&payload, user)?,
                window: rule
                    .window
                    .as_deref()
                    .and_then(|window| span_of(window).ok())
                    .unwrap_or(WINDOW),
            }),
            (None, Some(to)) => plain(to, payload),
            (_, None) => Err("not in --map".to_owned()),
        }
    }

    /// What it becomes, in words.
    pub fn told(&self, kind: &str) -> String {
        match self.0.get(kind) {
            Some(Rule {
                skip: Some(why), ..
            }) => format!("(skipped: {why})"),
            Some(Rule { to: Some(to), .. }) => to.clone(),
            _ => "(not in --map)".to_owned(),
        }
    }
}

impl Rule {
    fn check(&self) -> Result<(), String> {
        let Some(to) = &self.to else {
            let skipped = self.skip.as_ref().map(drop);
            return skipped.ok_or_else(|| "it needs `to = \"…\"` or `skip = \"…\"`".to_owned());
        };
        if kinds::catalog().kind(to).is_none() {
            let known: Vec<_> = kinds::catalog().kinds().map(|kind| kind.name).collect();
            return Err(format!(
                "no kind of job is called {to:?}; the kinds are {}",
                known.join(", ")
            ));
        }
        self.window
            .as_deref()
            .map_or(Ok(()), |window| span_of(window).map(drop))
    }

    fn payload(&self, bytes: &[u8]) -> Result<Value, String> {
        if let Some(payload) = &self.payload {
            return Ok(payload.clone());
        }
        let mut payload: Value = match bytes {
            b"" => Value::Object(serde_json::Map::new()),
            bytes => {
                serde_json::from_slice(bytes).map_err(|_| "its payload is no JSON".to_owned())?
            }
        };
        if let Some(fields) = payload.as_object_mut() {
            for (old, new) in &self.rename {
                if let Some(value) = fields.remove(old) {
                    fields.insert(new.clone(), value);
                }
            }
        }
        Ok(payload)
    }
}

fn user_of(payload: &Value, path: &str) -> Result<i64, String> {
    let found = path
        .split('.')
        .try_fold(payload, |inside, part| inside.get(part));
    found
        .and_then(Value::as_i64)
        .ok_or_else(|| format!("its payload has no number at {path:?}"))
}

fn plain(to: &str, payload: Value) -> Result<Target, String> {
    let parsed = kinds::catalog()
        .parse(to, &payload.to_string())
        .map_err(|error| error.to_string())?;
    let kind = kinds::catalog().kind(parsed.kind()).ok_or("no such kind")?;
    Ok(Target::Plain {
        kind: kind.name,
        queue: kind.queue,
        payload,
    })
}

impl Foreign {
    /// Where it comes from, as it is remembered.
    pub(super) fn source(&self, layout: &str) -> String {
        format!("{layout}:{}:{}", self.queue, self.id)
    }

    /// Not before then, if that lies ahead.
    pub(super) fn not_before(&self, now: Timestamp) -> Option<Timestamp> {
        self.due.filter(|due| *due > now)
    }
}

/// The id that it has here, always the same.
pub(super) fn job_id(source: &str) -> JobId {
    JobId::derived_from(source)
}

/// As a job that is given up from the start.
pub(super) fn as_job(kind: &str, queue: &str, payload: &Value) -> NewJob {
    NewJob::raw(kind, queue, payload.to_string().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_that_can_not_be_names_the_kind_it_is_about() {
        for (text, said) in [
            (
                "[\"a:b\"]\nto = \"nobody\"",
                "\"a:b\": no kind of job is called \"nobody\"",
            ),
            ("[\"a:b\"]", "\"a:b\": it needs"),
            ("[\"a:b\"]\nto = \"probe\"\ntoo = 1", "unknown field `too`"),
            ("[\"a:b\"]\nto = \"welcome\"\nwindow = \"soon\"", "\"a:b\""),
            ("to", "--map"),
        ] {
            let error = Mapping::read(text).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
