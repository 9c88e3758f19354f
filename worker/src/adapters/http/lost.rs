//! A request that got no answer, and whether it may have arrived all the same.

use std::{error::Error, fmt};

use crate::adapters::certificate;

#[derive(Debug)]
pub(in crate::adapters) enum Lost {
    /// No connection came about, so nothing was sent.
    Unsent(String),
    /// There is somebody, who can't prove who they are. Nothing was sent.
    Untrusted(String),
    /// It went, or may have.
    Unanswered(String),
}

impl Lost {
    /// Never with the URL: that is where APNs wants the token.
    pub(super) fn of(error: reqwest::Error) -> Lost {
        let error = error.without_url();
        let text = chain(&error);
        if certificate::is_at_fault(&error) {
            Lost::Untrusted(text)
        } else if error.is_connect() {
            Lost::Unsent(text)
        } else {
            Lost::Unanswered(text)
        }
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lost::Unsent(text) | Lost::Untrusted(text) | Lost::Unanswered(text) => {
                f.write_str(text)
            }
        }
    }
}

fn chain(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error: &&(dyn Error + 'static)| {
        (**error).source()
    });
    let mut said: Vec<String> = Vec::new();
    for cause in causes.take(8).map(ToString::to_string) {
        if !said.contains(&cause) {
            said.push(cause);
        }
    }
    said.join(": ")
}
