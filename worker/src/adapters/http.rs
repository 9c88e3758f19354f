//! HTTP to a provider of pushes: every wait is bounded, nothing is read without end, and a request that
//! may have arrived is told from one that surely has not.

mod limits;
mod line;
mod lost;
mod retry_after;

pub(super) use limits::Limits;
pub(super) use line::{Answer, Line};
pub(super) use lost::Lost;

use url::Url;

use super::ConfigError;

/// A host, or the whole URL of one, from a setting.
pub(super) fn host(variable: &'static str, text: &str) -> Result<Url, ConfigError> {
    let wrong = || {
        let problem = "it must be a host, such as api.example.com or https://localhost:2197";
        ConfigError::new(variable, problem)
    };
    let whole = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    let url = Url::parse(&whole).map_err(|_| wrong())?;
    let bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    if url.scheme() == "https" && url.has_host() && bare && anonymous {
        Ok(url)
    } else {
        Err(wrong())
    }
}
