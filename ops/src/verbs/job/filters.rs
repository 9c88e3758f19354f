//! The flags that say which jobs are meant, the same on every verb.

use clap::Args;
use jiff::Timestamp;
use operate::{Filter, Moment};
use platform::State;

#[derive(Args, Clone)]
pub(crate) struct Filters {
    /// Only of these queues.
    #[arg(long, value_name = "QUEUE", value_delimiter = ',')]
    pub(crate) queue: Vec<String>,
    /// Only of these states: scheduled, ready, running, retrying, done, dead, cancelled.
    #[arg(long, value_name = "STATE", value_delimiter = ',')]
    pub(crate) state: Vec<State>,
    /// Only of these kinds.
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub(crate) kind: Vec<String>,
    /// Only if the last error, as `code: text`, matches.
    #[arg(long, value_name = "REGEX")]
    pub(crate) error: Option<String>,
    /// Only if the payload has this, such as `user_id=7` or `a.b=x`.
    #[arg(long, value_name = "PATH=VALUE", value_parser = arg)]
    pub(crate) arg: Vec<(String, String)>,
    /// Only of this person.
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub(crate) user: Option<i64>,
    /// Only ended since then; of those that wait or run: enqueued since. An instant, or how long ago.
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    pub(crate) since: Option<Moment>,
    /// Only before then.
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    pub(crate) before: Option<Moment>,
}

fn arg(text: &str) -> Result<(String, String), String> {
    let (path, value) = text
        .split_once('=')
        .filter(|(path, _)| !path.is_empty())
        .ok_or("it must read PATH=VALUE, such as user_id=7")?;
    Ok((path.to_owned(), value.to_owned()))
}

impl Filters {
    pub(crate) fn at(self, now: Timestamp) -> Filter {
        Filter {
            queues: self.queue,
            states: self.state,
            kinds: self.kind,
            error: self.error,
            args: self.arg,
            user: self.user,
            since: self.since.map(|since| since.ago(now)),
            before: self.before.map(|before| before.ago(now)),
            ..Filter::default()
        }
    }

    pub(crate) fn is_any(&self) -> bool {
        self.clone().at(Timestamp::UNIX_EPOCH) == Filter::default()
    }
}
