//! Does on demand what jobs do by accident: operators check a deployment with it, and tests break
//! things with it.

use std::time::Duration;

use anyhow::anyhow;
use platform::{Call, Failure, Job, Outcome, Run};
use serde::{Deserialize, Serialize};

/// Longer than this would only be cut by the timeout.
const MOST_SLEEP: u64 = 60_000;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// How long it takes, in ms; at most a minute.
    #[serde(default)]
    pub sleep_ms: u64,
    /// How it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail: Option<Fail>,
    /// On how many of its attempts it fails; on all if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u8>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fail {
    Retry,
    Fatal,
    Panic,
    /// Takes the whole process down, as running out of memory would.
    Abort,
}

impl Job for Probe {
    const NAME: &'static str = "probe";
    const QUEUE: &'static str = "default";
    const TIMEOUT: Duration = Duration::from_secs(90);
}

impl<Ctx: Sync> Run<Ctx> for Probe {
    async fn run(self, _: &Ctx, call: &Call) -> Outcome {
        // Even a sleep of 0 waits for the timer's next millisecond.
        if self.sleep_ms > 0 {
            tokio::time::sleep(Duration::from_millis(self.sleep_ms.min(MOST_SLEEP))).await;
        }
        match self
            .fail
            .filter(|_| self.times.is_none_or(|times| call.attempt <= times))
        {
            None => Ok(()),
            Some(fail) => fail.now(call.attempt),
        }
    }
}

impl Fail {
    #[expect(clippy::panic, reason = "to panic is what it is asked for")]
    fn now(self, attempt: u8) -> Outcome {
        match self {
            Self::Retry => Err(anyhow!("asked to fail at attempt {attempt}").into()),
            Self::Fatal => Err(Failure::Fatal(anyhow!("asked to fail for good"))),
            Self::Panic => panic!("asked to panic at attempt {attempt}"),
            Self::Abort => std::process::abort(),
        }
    }
}
