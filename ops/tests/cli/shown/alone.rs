//! Verbs that need no server.

use super::{FOR_PEOPLE, keep, shows_by};
use crate::{given::honeydue, help::own_help};

#[tokio::test]
async fn what_is_set() {
    let command = |words: &[&str]| {
        let mut command = honeydue(words);
        command
            .env("REDIS_URL", "redis://:hunter2@cache:6379/0")
            .env("SECRET_KEY", "hunter2")
            .env("MAIL_FROM", "honeyDue <hello@example.com>");
        command
    };
    shows_by(command, "config show", async |_| Vec::new()).await;
}

#[test]
fn what_is_said_of_those_that_have_no_format() {
    for verb in FOR_PEOPLE {
        keep(verb, &own_help(&[verb]));
    }
}
