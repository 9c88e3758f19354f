//! A setting that may hold a password.
//!
//! It reads as the `&str` it is, but `Debug` hides it and there is no `Display`, so that a struct of
//! settings can be logged without a second thought.

use std::{convert::Infallible, fmt, ops::Deref, str::FromStr};

#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Deref for Secret {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown_by_debug() {
        let secret = Secret::from("redis://:hunter2@cache".to_owned());
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(&*secret, "redis://:hunter2@cache");
    }
}
