//! An alert as Apple wants it: the device in the path, how to treat it in headers, the rest as JSON.

use std::fmt::Display;

use a2::{
    CollapseId, DefaultNotificationBuilder, NotificationBuilder as _, NotificationOptions,
    Priority, PushType, request::payload::PayloadLike as _,
};
use kinds::ports::{Alert, Sent};
use reqwest::{
    RequestBuilder,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use url::Url;

use crate::adapters::{ConfigError, http::Line};

pub(super) struct Composed {
    url: Url,
    headers: HeaderMap,
    body: String,
}

impl Composed {
    pub(super) fn new(host: &Url, topic: &str, alert: &Alert) -> Result<Composed, Sent> {
        let unfit = |what: &str| Sent::Refused {
            answer: format!("{what}; it was not sent"),
        };
        let id = alert.id.to_string();
        let options = options(alert, &id, topic).map_err(|_| unfit("its id is too long"))?;
        Ok(Composed {
            url: device(host, &alert.token).ok_or_else(|| Sent::Gone {
                answer: "the token is none of Apple's; it was not sent".to_owned(),
                since: None,
            })?,
            headers: headers(&options).ok_or_else(|| unfit("it has a header that can't be"))?,
            body: body(alert, options).ok_or_else(|| unfit("it can't be put as JSON"))?,
        })
    }

    pub(super) fn on(&self, line: &Line) -> RequestBuilder {
        line.post(self.url.clone())
            .headers(self.headers.clone())
            .body(self.body.clone())
    }
}

/// Tokens are hexadecimal; what is not could lead to another path.
fn device(host: &Url, token: &str) -> Option<Url> {
    let hex = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex.then(|| host.join(&format!("/3/device/{token}")).ok())?
}

fn options<'a>(
    alert: &Alert,
    id: &'a str,
    topic: &'a str,
) -> Result<NotificationOptions<'a>, a2::Error> {
    Ok(NotificationOptions {
        apns_id: Some(id),
        apns_push_type: Some(PushType::Alert),
        // 0 would mean: now or never.
        apns_expiration: Some(u64::try_from(alert.expires.as_second()).unwrap_or(1).max(1)),
        apns_priority: Some(Priority::High),
        apns_topic: Some(topic),
        apns_collapse_id: Some(CollapseId::new(id)?),
    })
}

fn headers(options: &NotificationOptions<'_>) -> Option<HeaderMap> {
    let collapse_id = options.apns_collapse_id.as_ref().map(|id| id.value);
    let said = [
        ("apns-id", text(options.apns_id)),
        ("apns-push-type", text(options.apns_push_type)),
        ("apns-expiration", text(options.apns_expiration)),
        ("apns-priority", text(options.apns_priority.as_ref())),
        ("apns-topic", text(options.apns_topic)),
        ("apns-collapse-id", text(collapse_id)),
    ];
    let mut headers = HeaderMap::new();
    for (name, value) in said {
        if let Some(value) = value {
            let value = HeaderValue::from_str(&value).ok()?;
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    Some(headers)
}

fn text(option: Option<impl Display>) -> Option<String> {
    option.map(|option| option.to_string())
}

fn body(alert: &Alert, options: NotificationOptions<'_>) -> Option<String> {
    let notification = DefaultNotificationBuilder::new()
        .set_title(&alert.title)
        .set_body(&alert.body)
        .set_sound("default");
    let mut payload = notification.build(&alert.token, options);
    payload.add_custom_data("path", &alert.path).ok()?;
    payload.add_custom_data("delivery", &alert.id).ok()?;
    payload.to_json_string().ok()
}

pub(super) fn topic(text: &str) -> Result<String, ConfigError> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    if text.is_empty() || !text.bytes().all(fits) {
        let problem = "it must be the app's bundle id, such as com.example.app";
        return Err(ConfigError::new("APNS_TOPIC", problem));
    }
    Ok(text.to_owned())
}
