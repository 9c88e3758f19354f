//! What a mail server's settings should look like.

use super::ConfigError;

impl ConfigError {
    pub(super) fn url(problem: impl Into<String>) -> ConfigError {
        let problem = problem.into() + " (it should look like smtp://user:password@host:587)";
        ConfigError::new("SMTP_URL", problem)
    }

    pub(super) fn sender(variable: &'static str) -> ConfigError {
        let problem = "not an address (it should look like honeyDue <hello@example.com>)";
        ConfigError::new(variable, problem)
    }
}
