//! Every kind of job by name: the one place where types are erased.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    pin::Pin,
    time::Duration,
};

use anyhow::{Context as _, anyhow};

use crate::{Call, Failure, Job, NewJob, OrFatal, Outcome, Retry, Run};

type Running<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;
type Runner<Ctx> = for<'a> fn(&'a Ctx, &'a Call, &'a [u8]) -> Running<'a>;

/// One kind, its policy laid open.
pub struct Kind<Ctx> {
    pub name: &'static str,
    pub queue: &'static str,
    pub retry: Retry,
    pub timeout: Duration,
    parse: fn(&[u8]) -> anyhow::Result<NewJob>,
    run: Runner<Ctx>,
}

pub struct Catalog<Ctx>(BTreeMap<&'static str, Kind<Ctx>>);

/// Why a job by name and payload is none of ours.
#[derive(Debug, thiserror::Error)]
pub enum InvalidJob {
    #[error("no kind of job is called {name:?}; the kinds are {known}")]
    UnknownKind { name: String, known: String },
    #[error("the payload is not one of {kind}: {error}")]
    Payload { kind: &'static str, error: String },
}

impl<Ctx: Sync + 'static> Catalog<Ctx> {
    pub fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Adds a kind. Two of one name are a mistake that the first start shows.
    #[must_use]
    pub fn with<J: Run<Ctx>>(mut self) -> Self {
        let kind = Kind {
            name: J::NAME,
            queue: J::QUEUE,
            retry: J::RETRY,
            timeout: J::TIMEOUT,
            parse: |payload| Ok(NewJob::of(&serde_json::from_slice::<J>(payload)?)?),
            run: |ctx, call, payload| Box::pin(run::<J, Ctx>(ctx, call, payload)),
        };
        assert!(
            self.0.insert(J::NAME, kind).is_none(),
            "two kinds are called {:?}",
            J::NAME
        );
        self
    }

    pub fn kind(&self, name: &str) -> Option<&Kind<Ctx>> {
        self.0.get(name)
    }

    pub fn kinds(&self) -> impl Iterator<Item = &Kind<Ctx>> {
        self.0.values()
    }

    pub fn queues(&self) -> BTreeSet<&'static str> {
        self.kinds().map(|kind| kind.queue).collect()
    }

    /// A job by the name of its kind and its payload as JSON, checked before it is queued.
    pub fn parse(&self, name: &str, payload: &str) -> Result<NewJob, InvalidJob> {
        let kind = self.kind(name).ok_or_else(|| self.unknown(name))?;
        (kind.parse)(payload.as_bytes()).map_err(|error| InvalidJob::Payload {
            kind: kind.name,
            error: error.to_string(),
        })
    }

    fn unknown(&self, name: &str) -> InvalidJob {
        InvalidJob::UnknownKind {
            name: name.to_owned(),
            known: self.0.keys().copied().collect::<Vec<_>>().join(", "),
        }
    }

    /// Runs one attempt, no longer than its kind may take. An unknown kind is tried again: during a
    /// roll-out an older worker meets jobs of a newer one, which will take them. One that nobody knows
    /// is buried with its last attempt.
    pub async fn run(&self, name: &str, ctx: &Ctx, call: &Call, payload: &[u8]) -> Outcome {
        let Some(kind) = self.kind(name) else {
            return Err(Failure::Retry(self.unknown(name).into()));
        };
        let running = (kind.run)(ctx, call, payload);
        tokio::time::timeout(kind.timeout, running)
            .await
            .unwrap_or_else(|_| Err(anyhow!("took longer than {:?}", kind.timeout).into()))
    }
}

impl<Ctx: Sync + 'static> Default for Catalog<Ctx> {
    fn default() -> Self {
        Self::new()
    }
}

async fn run<J: Run<Ctx>, Ctx>(ctx: &Ctx, call: &Call, payload: &[u8]) -> Outcome {
    let job: J = serde_json::from_slice(payload)
        .with_context(|| format!("the payload is not one of {}", <J as Job>::NAME))
        .or_fatal()?;
    job.run(ctx, call).await
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Greet {
        user_id: u64,
    }

    impl Job for Greet {
        const NAME: &'static str = "greet";
        const QUEUE: &'static str = "mail";
    }

    impl Run<()> for Greet {
        async fn run(self, (): &(), _: &Call) -> Outcome {
            Ok(())
        }
    }

    #[test]
    fn a_job_by_name_has_the_policy_of_its_kind() {
        let job = Catalog::new()
            .with::<Greet>()
            .parse("greet", r#"{"user_id": 7}"#)
            .unwrap();
        assert_eq!((job.kind(), job.queue()), ("greet", "mail"));
    }

    #[test]
    fn a_payload_that_does_not_fit_names_the_field() {
        let error = Catalog::new()
            .with::<Greet>()
            .parse("greet", r#"{"user": 7}"#)
            .unwrap_err();
        assert!(
            error.to_string().contains("missing field `user_id`"),
            "{error}"
        );
    }

    #[test]
    fn an_unknown_kind_is_answered_with_the_known_ones() {
        let error = Catalog::new()
            .with::<Greet>()
            .parse("gret", "{}")
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"no kind of job is called "gret"; the kinds are greet"#
        );
    }
}
