//! A filter made ready to be asked about many jobs.

use jiff::Timestamp;
use platform::{State, inspect::JobView};
use regex::Regex;
use serde_json::Value;

use super::Filter;
use crate::{Trouble, errors};

pub struct Matcher {
    filter: Filter,
    error: Option<Regex>,
}

impl Matcher {
    pub(super) fn new(filter: &Filter) -> Result<Self, Trouble> {
        let wrong = |error: regex::Error| {
            Trouble::Wrong(format!("--error is no regular expression: {error}"))
        };
        let error = filter.error.as_deref().map(Regex::new);
        Ok(Self {
            filter: filter.clone(),
            error: error.transpose().map_err(wrong)?,
        })
    }

    pub fn matches(&self, job: &JobView) -> bool {
        let Filter {
            states,
            kinds,
            args,
            user,
            ..
        } = &self.filter;
        (states.is_empty() || states.contains(&job.state))
            && (kinds.is_empty() || kinds.contains(&job.kind))
            && self.in_time(job)
            && args
                .iter()
                .all(|(path, value)| holds(&job.payload, path, value))
            && user.is_none_or(|user| user_of(job) == Some(user))
            && self.failed_so(job)
    }

    fn in_time(&self, job: &JobView) -> bool {
        let Filter { since, before, .. } = &self.filter;
        if since.is_none() && before.is_none() {
            return true;
        }
        time_of(job).is_some_and(|at| {
            since.is_none_or(|since| at >= since) && before.is_none_or(|before| at < before)
        })
    }

    fn failed_so(&self, job: &JobView) -> bool {
        let last = job.errors.last();
        let by_text = self.error.as_ref().is_none_or(|wanted| {
            last.is_some_and(|last| wanted.is_match(&format!("{}: {}", last.code, last.text)))
        });
        let by_sort = self.filter.fingerprint.as_ref().is_none_or(|wanted| {
            last.is_some_and(|last| errors::fingerprint(&job.kind, last) == *wanted)
        });
        by_text && by_sort
    }
}

/// When it ended; of what waits or runs, when it was enqueued.
fn time_of(job: &JobView) -> Option<Timestamp> {
    match job.state {
        State::Dead | State::Done | State::Cancelled => job.at.or(job.created),
        _ => job.created,
    }
}

/// Whose job it is: payloads say so, that a person's jobs can be found without Postgres.
pub(crate) fn user_of(job: &JobView) -> Option<i64> {
    job.payload.get("user_id").and_then(Value::as_i64)
}

fn holds(payload: &Value, path: &str, value: &str) -> bool {
    let found = path
        .split('.')
        .try_fold(payload, |inside, part| match inside {
            Value::Array(items) => items.get(part.parse::<usize>().ok()?),
            _ => inside.get(part),
        });
    match found {
        Some(Value::String(text)) => text == value,
        Some(other) => serde_json::to_string(other).is_ok_and(|told| told == value),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payload_is_asked_by_path_whatever_type_the_value_has() {
        let payload = json!({ "user_id": 7, "a": { "b": "x" }, "list": [true], "none": null });
        for (path, value) in [
            ("user_id", "7"),
            ("a.b", "x"),
            ("list.0", "true"),
            ("none", "null"),
        ] {
            assert!(holds(&payload, path, value), "{path}");
        }
        for (path, value) in [
            ("user_id", "70"),
            ("a", "x"),
            ("list.1", "true"),
            ("", "7"),
            ("a.b.c", "x"),
        ] {
            assert!(!holds(&payload, path, value), "{path}");
        }
    }
}
