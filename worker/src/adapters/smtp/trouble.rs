//! What can go wrong between us and a mail server, told apart as far as the verdict needs it.

use std::{error::Error, fmt, time::Duration};

use lettre::transport::smtp;

use super::answer::tidy;
use crate::adapters::certificate;

#[derive(Debug)]
pub(super) enum Trouble {
    /// It answered with a no.
    Said { code: u16, text: String },
    /// It can't prove who it is.
    Untrusted(String),
    /// It can't do what the configuration demands: STARTTLS, a way to log in.
    Unfit(String),
    /// It did not answer in time.
    Silent(Duration),
    /// The connection failed, or what came over it made no sense.
    Broken(String),
}

impl Trouble {
    /// `to` is whom the mail is for, so that the text can be kept without naming them.
    pub(super) fn of(error: &(dyn Error + 'static), to: &str) -> Trouble {
        let text = tidy(&error.to_string(), to);
        if certificate::is_at_fault(error) {
            return Trouble::Untrusted(text);
        }
        match error.downcast_ref::<smtp::Error>() {
            Some(error) if error.is_client() => Trouble::Unfit(text),
            Some(error) => match error.status() {
                Some(code) => Trouble::Said {
                    code: code.into(),
                    text: error
                        .source()
                        .map_or_else(String::new, |said| tidy(&said.to_string(), to)),
                },
                None => Trouble::Broken(text),
            },
            None => Trouble::Broken(text),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Said { code, text } => write!(f, "{code} {text}"),
            Trouble::Silent(wait) => write!(f, "no answer within {wait:?}"),
            Trouble::Untrusted(text) | Trouble::Unfit(text) | Trouble::Broken(text) => {
                f.write_str(text)
            }
        }
    }
}
