//! A setting that stops the start, in a sentence.

/// Says which variable is wrong, and how; never what it holds, for that may be a password.
#[derive(Debug, thiserror::Error)]
#[error("{variable}: {problem}")]
pub struct ConfigError {
    variable: &'static str,
    problem: String,
}

impl ConfigError {
    pub(super) fn url(problem: impl Into<String>) -> ConfigError {
        ConfigError {
            variable: "SMTP_URL",
            problem: problem.into() + " (it should look like smtp://user:password@host:587)",
        }
    }

    pub(super) fn mail_from() -> ConfigError {
        ConfigError {
            variable: "MAIL_FROM",
            problem: "not an address (it should look like honeyDue <hello@example.com>)".into(),
        }
    }
}
