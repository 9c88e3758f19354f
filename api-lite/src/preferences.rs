//! When and by what a person wants to hear from us.

use axum::{Json, extract::State};
use kinds::preferences;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Channel, Preference, QuietHours, User, UserChange, UserId};

use crate::{
    Api, account,
    auth::Caller,
    error::{ApiError, Body},
    quiet::{self, MostADay},
    said::said,
};

/// What is absent stays; null goes back to the usual.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    #[serde(default, deserialize_with = "said")]
    timezone: Option<Option<String>>,
    #[serde(default, deserialize_with = "said")]
    reminder_hour: Option<Option<i8>>,
    #[serde(default, deserialize_with = "said")]
    digest_hour: Option<Option<i8>>,
    #[serde(default, deserialize_with = "said")]
    locale: Option<Option<String>>,
    #[serde(default, deserialize_with = "said")]
    quiet_hours: Option<Option<Value>>,
    #[serde(default)]
    most_a_day: MostADay,
    #[serde(default)]
    kinds: Vec<Wish>,
}

/// One kind by mail or push, switched on or off.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    kind: String,
    channel: Channel,
    wanted: bool,
}

#[derive(Serialize)]
struct Topic {
    kind: &'static str,
    channel: Channel,
    wanted: bool,
    required: bool,
}

pub(crate) async fn show(State(api): State<Api>, caller: Caller) -> Result<Json<Value>, ApiError> {
    shown(&api, caller.0).await
}

/// All of it, or nothing.
pub(crate) async fn change(
    State(api): State<Api>,
    caller: Caller,
    Body(change): Body<Change>,
) -> Result<Json<Value>, ApiError> {
    let quiet = change.quiet()?;
    let caps = change.most_a_day.checked()?;
    let (user, wishes) = change.checked()?;
    let mut tx = api.store.begin().await?;
    let now = tx.now().await?;
    let changed = preferences::change(&mut tx, caller.0, user, now).await?;
    changed.ok_or_else(ApiError::unauthorized)?;
    for wish in &wishes {
        tx.set_preference(caller.0, &wish.kind, wish.channel, wish.wanted)
            .await?;
    }
    if let Some(quiet) = quiet {
        tx.set_quiet_hours(caller.0, quiet).await?;
    }
    for (channel, most) in caps {
        tx.set_daily_cap(caller.0, channel, most).await?;
    }
    tx.commit().await?;
    shown(&api, caller.0).await
}

async fn shown(api: &Api, user: UserId) -> Result<Json<Value>, ApiError> {
    let person = api.store.user(user).await?;
    let person = person.ok_or_else(ApiError::unauthorized)?;
    let said = api.store.preferences_of(user).await?;
    let mut body = body(&person, &said);
    let quiet = api.store.quiet_hours(user).await?;
    body["quiet_hours"] = quiet::shown(quiet);
    body["quiet_hours_in_effect"] = quiet::in_effect(quiet, person.timezone.as_deref());
    body["most_a_day"] = quiet::caps(&api.store.daily_caps(user).await?);
    body["usual_most_a_day"] = quiet::usual_caps();
    Ok(Json(body))
}

fn body(user: &User, said: &[Preference]) -> Value {
    let wanted = |kind: &str, channel| {
        let mut said = said.iter();
        let said = said.find(|said| said.kind == kind && said.channel == channel);
        said.is_none_or(|said| said.wanted)
    };
    let kinds = kinds::notices().iter().map(|topic| Topic {
        kind: topic.kind,
        channel: topic.channel,
        wanted: topic.required || wanted(topic.kind, topic.channel),
        required: topic.required,
    });
    json!({
        "timezone": user.timezone,
        "reminder_hour": user.reminder_hour,
        "digest_hour": user.digest_hour,
        "locale": user.locale,
        "kinds": kinds.collect::<Vec<_>>(),
    })
}

impl Change {
    fn quiet(&self) -> Result<Option<QuietHours>, ApiError> {
        let said = self.quiet_hours.as_ref();
        let said = said.map(|said| quiet::hours(said.as_ref().unwrap_or(&Value::Null)));
        said.transpose()
    }

    fn checked(self) -> Result<(UserChange, Vec<Wish>), ApiError> {
        account::zone(self.timezone.as_ref().and_then(Option::as_deref))?;
        account::hour("reminder_hour", self.reminder_hour.flatten())?;
        account::hour("digest_hour", self.digest_hour.flatten())?;
        let locale = self.locale.as_ref();
        let locale = locale.map(|name| account::locale(name.as_deref()));
        let locale = locale.transpose()?.map(Option::unwrap_or_default);
        for Wish {
            kind,
            channel,
            wanted,
        } in &self.kinds
        {
            preferences::check(kind, *channel, *wanted).map_err(|unfit| {
                ApiError::invalid("kinds", format!("{kind} by {channel}: {unfit}"))
            })?;
        }
        let wide = |hour: Option<Option<i8>>| hour.map(|hour| hour.map(i16::from));
        let user = UserChange {
            timezone: self.timezone,
            reminder_hour: wide(self.reminder_hour),
            digest_hour: wide(self.digest_hour),
            locale,
        };
        Ok((user, self.kinds))
    }
}
