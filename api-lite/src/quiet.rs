//! Quiet hours and daily caps, as people say and see them.

use jiff::civil::Time;
use kinds::{preferences::most_a_day, quiet::Quiet};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Channel, QuietHours};

use crate::{error::ApiError, said::said};

/// How many messages a day at most; null goes back to the usual.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MostADay {
    #[serde(default, deserialize_with = "said")]
    mail: Option<Option<i16>>,
    #[serde(default, deserialize_with = "said")]
    push: Option<Option<i16>>,
}

impl MostADay {
    /// What was said, by channel; fewer than is usual may be wished for, more may not.
    pub(crate) fn checked(&self) -> Result<Vec<(Channel, Option<i16>)>, ApiError> {
        let both = [(Channel::Mail, self.mail), (Channel::Push, self.push)];
        let said = both
            .into_iter()
            .filter_map(|(channel, said)| Some((channel, said?)));
        said.map(|(channel, most)| {
            let usual = most_a_day(channel);
            if most.is_some_and(|most| !(0..=usual).contains(&most)) {
                let must =
                    format!("{channel} must be from 0 to {usual}, or null for the usual {usual}");
                return Err(ApiError::invalid("most_a_day", must));
            }
            Ok((channel, most))
        })
        .collect()
    }
}

/// Null for the usual ones, `"none"`, or a beginning and an end on the clocks of their zone.
pub(crate) fn hours(said: &Value) -> Result<QuietHours, ApiError> {
    let time = |name: &str| said.get(name).and_then(Value::as_str).and_then(clock);
    match (said, time("from"), time("until")) {
        (Value::Null, ..) => Ok(QuietHours::Usual),
        (Value::String(none), ..) if none == "none" => Ok(QuietHours::Never),
        (Value::Object(fields), Some(from), Some(until)) if fields.len() == 2 && from != until => {
            Ok(QuietHours::Own { from, until })
        }
        _ => {
            let must = "must be {\"from\": \"22:00\", \"until\": \"08:00\"} with two different times, \"none\", or null for the usual ones";
            Err(ApiError::invalid("quiet_hours", must))
        }
    }
}

/// `07:30`, and nothing finer.
fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let part = |part: &str| part.parse().ok().filter(|_| part.len() == 2);
    Time::new(part(hour)?, part(minute)?, 0, 0).ok()
}

pub(crate) fn shown(said: QuietHours) -> Value {
    match said {
        QuietHours::Usual => Value::Null,
        QuietHours::Never => json!("none"),
        QuietHours::Own { from, until } => span(from, until),
    }
}

/// Those that hold, whoever chose them.
pub(crate) fn in_effect(said: QuietHours, zone: Option<&str>) -> Value {
    Quiet::of(said, zone).map_or(Value::Null, |quiet| span(quiet.from, quiet.until))
}

fn span(from: Time, until: Time) -> Value {
    let clock = |time: Time| time.strftime("%H:%M").to_string();
    json!({ "from": clock(from), "until": clock(until) })
}

pub(crate) fn caps(said: &[(Channel, i16)]) -> Value {
    let most = |channel| {
        said.iter()
            .find(|said| said.0 == channel)
            .map(|said| said.1)
    };
    json!({ "mail": most(Channel::Mail), "push": most(Channel::Push) })
}

pub(crate) fn usual_caps() -> Value {
    json!({ "mail": most_a_day(Channel::Mail), "push": most_a_day(Channel::Push) })
}
