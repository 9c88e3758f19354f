//! Looks at everything that jobs hang on, and says of each thing whether it is well, and what to do if
//! it is not.

mod environment;
mod peer;
mod postgres_checks;
mod probe;
mod provider;
mod queue_checks;
mod redis_checks;
mod relay;
mod schedule_checks;
mod secrets;
mod tls;

use serde::Serialize;
use store::Store;

pub use self::environment::{Environment, PushEnvironment};
use crate::Trouble;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Ok,
    /// It could not be looked at.
    Skipped,
    /// It works, and may not for long.
    Warning,
    /// Jobs are not done, or may be lost.
    Critical,
}

impl Level {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Skipped => "skipped",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub check: &'static str,
    pub level: Level,
    pub found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

impl Finding {
    pub(crate) fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self::of(check, Level::Ok, found)
    }

    pub(crate) fn skipped(check: &'static str, found: impl Into<String>) -> Self {
        Self::of(check, Level::Skipped, found)
    }

    pub(crate) fn warning(check: &'static str, found: impl Into<String>) -> Self {
        Self::of(check, Level::Warning, found)
    }

    pub(crate) fn critical(check: &'static str, found: impl Into<String>) -> Self {
        Self::of(check, Level::Critical, found)
    }

    fn of(check: &'static str, level: Level, found: impl Into<String>) -> Self {
        Self {
            check,
            level,
            found: found.into(),
            remedy: None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub(crate) fn mend(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// What could not be asked.
    pub(crate) fn unknown(check: &'static str, trouble: &Trouble) -> Self {
        Self::skipped(check, trouble.to_string())
    }
}

/// Everything at once; nothing of it waits longer than [`patience`](crate::patience) says, but for the probe job.
pub async fn examine(
    queue: &platform::Queue,
    store: Option<&Store>,
    environment: &Environment,
    with_probe: bool,
) -> Vec<Finding> {
    let probe = async {
        if with_probe {
            probe::through_a_worker(queue).await
        } else {
            Finding::skipped("probe", "it was not asked for")
        }
    };
    let (redis, postgres, queues, schedules, reach, probe) = tokio::join!(
        redis_checks::all(queue),
        postgres_checks::all(queue, store),
        queue_checks::all(queue),
        schedule_checks::all(queue),
        Box::pin(environment.reachable()),
        probe
    );
    let findings = [
        redis,
        postgres,
        queues,
        schedules,
        environment.secrets(),
        reach,
    ];
    findings.into_iter().flatten().chain([probe]).collect()
}
