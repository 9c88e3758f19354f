//! `job edit`: another payload, or another time.

use clap::Args;
use operate::{Moment, Operator, Trouble, jobs, redis};
use platform::{Edited, JobId, State, Wish, inspect::JobView};
use serde_json::{Value, json};

use crate::{backends::Backends, exit::Refusal, out::Out, verbs::act::Actor};

#[derive(Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true).args(["set", "at"]))]
pub(crate) struct Edit {
    /// The job's id.
    id: JobId,
    /// Puts a value, as JSON or else as text, into the payload, such as `user_id=7`. The old payload
    /// goes into the audit.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, Value)>,
    /// When it is due: an instant, how far ahead, or `now`. Only of a job that waits for its time.
    #[arg(long, value_name = "WHEN", value_parser = when, allow_hyphen_values = true)]
    at: Option<When>,
    #[command(flatten)]
    actor: Actor,
}

#[derive(Clone, Copy)]
enum When {
    Now,
    At(Moment),
}

fn when(text: &str) -> Result<When, String> {
    if text == "now" {
        return Ok(When::Now);
    }
    text.parse().map(When::At)
}

fn pair(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or("it must read NAME=VALUE, such as user_id=7")?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
    Ok((name.to_owned(), value))
}

impl Edit {
    pub(super) async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let operator = self.actor.operator(backends)?;
        let job = jobs::find(&operator.queue, self.id).await?;
        if !self.set.is_empty() {
            self.change(&operator, &job).await?;
        }
        if let Some(when) = self.at {
            let moved = self.reschedule(&operator, &job, when).await;
            moved.map_err(|error| self.after_all(error))?;
        }
        out.aside(&format!("{} is changed.", self.id));
        Ok(())
    }

    /// Why its time was not changed, though its payload may have been by then.
    fn after_all(&self, error: Trouble) -> anyhow::Error {
        let half = format!("the payload of {} is changed", self.id);
        match error {
            error if self.set.is_empty() => error.into(),
            Trouble::Refused(_) => Refusal::Partial(format!(
                "{half}, but not when it is due: it does not wait for its time any more"
            ))
            .into(),
            error => {
                anyhow::Error::from(error).context(format!("{half}; when it is due may not be"))
            }
        }
    }

    async fn change(&self, operator: &Operator, job: &JobView) -> anyhow::Result<()> {
        let mut payload = job.payload.clone();
        let fields = payload.as_object_mut().ok_or_else(|| {
            Refusal::Refused(format!("the payload of {} has no names to set", self.id))
        })?;
        fields.extend(self.set.iter().cloned());
        kinds::catalog()
            .parse(&job.kind, &payload.to_string())
            .map_err(|error| Refusal::Usage(error.to_string()))?;
        let plan = json!({ "id": self.id, "before": job.payload, "after": payload });
        let waits = matches!(job.state, State::Scheduled | State::Retrying);
        let editing = async {
            // What has no time to be moved is refused before its payload is changed.
            if self.at.is_some() && !waits {
                return Err(refusal(self.id, job.state));
            }
            let edited = operator
                .queue
                .edit(&job.queue, self.id, &job.payload, &payload);
            match redis(edited).await? {
                Edited::Granted => Ok(((), 1)),
                Edited::Changed => Err(Trouble::Refused(format!(
                    "{} was changed meanwhile; look at it again",
                    self.id
                ))),
                Edited::TooLate(state) => Err(refusal(self.id, state)),
            }
        };
        let reason = self.actor.reason.as_deref();
        Ok(operator.once("job edit", reason, plan, editing).await?)
    }

    async fn reschedule(
        &self,
        operator: &Operator,
        job: &JobView,
        when: When,
    ) -> Result<(), Trouble> {
        let now = redis(operator.queue.now()).await?;
        let at = match when {
            When::Now => None,
            When::At(moment) => Some(moment.ahead(now)),
        };
        let plan = json!({ "id": self.id, "before": job.at, "after": at });
        let moving = async {
            match redis(operator.queue.reschedule(&job.queue, self.id, at)).await? {
                Wish::Granted | Wish::Stopping => Ok(((), 1)),
                Wish::TooLate(state) => Err(refusal(self.id, state)),
            }
        };
        let reason = self.actor.reason.as_deref();
        operator.once("job edit", reason, plan, moving).await
    }
}

fn refusal(id: JobId, state: State) -> Trouble {
    Trouble::Refused(format!("{id} is {state}; nothing was changed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(set: Vec<(String, Value)>) -> Edit {
        Edit {
            id: JobId::from_bytes([7; 16]),
            set,
            at: Some(When::Now),
            actor: Actor {
                by: "ada".to_owned(),
                reason: None,
            },
        }
    }

    #[test]
    fn whose_time_came_once_its_payload_was_changed_is_half_changed_and_not_said_to_be_as_before() {
        let both = edit(vec![("sleep_ms".to_owned(), 7.into())]);
        let late = || refusal(both.id, State::Ready);
        let half = both.after_all(late());
        assert!(matches!(half.downcast_ref(), Some(Refusal::Partial(_))));
        assert!(half.to_string().contains("is changed, but not"), "{half}");
        let away = both.after_all(Trouble::Silent("Redis", operate::patience::USUAL));
        assert!(matches!(away.downcast_ref(), Some(Trouble::Silent(..))));
        assert!(away.to_string().contains("is changed;"), "{away}");

        let nothing = edit(Vec::new()).after_all(late());
        assert!(nothing.to_string().contains("nothing was changed"));
    }
}
