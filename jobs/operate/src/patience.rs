//! How long an operator waits for an answer, and what is said when there is none.

use std::{future::Future, time::Duration};

use crate::Trouble;

tokio::task_local! {
    static PATIENCE: Duration;
}

/// Unless [`patiently`] says otherwise.
pub const USUAL: Duration = Duration::from_secs(2);

/// Does `work`, in which no answer is waited for longer than `patience`. What `work` spawns waits as usual.
pub async fn patiently<T>(patience: Duration, work: impl Future<Output = T>) -> T {
    PATIENCE.scope(patience, work).await
}

pub async fn redis<T, E: Into<Trouble>>(
    asked: impl Future<Output = Result<T, E>>,
) -> Result<T, Trouble> {
    within("Redis", asked).await
}

pub async fn postgres<T, E: Into<Trouble>>(
    asked: impl Future<Output = Result<T, E>>,
) -> Result<T, Trouble> {
    within("Postgres", asked).await
}

/// A tenth is for the program to start and to end, so that all of it takes no longer than was said.
pub(crate) fn wait() -> Duration {
    patience() * 9 / 10
}

pub(crate) fn patience() -> Duration {
    PATIENCE.try_get().unwrap_or(USUAL)
}

async fn within<T, E: Into<Trouble>>(
    who: &'static str,
    asked: impl Future<Output = Result<T, E>>,
) -> Result<T, Trouble> {
    match tokio::time::timeout(wait(), asked).await {
        Ok(answer) => answer.map_err(Into::into),
        Err(_) => Err(Trouble::Silent(who, patience())),
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::time::Instant;

    use super::*;

    /// How long was waited for a Redis that never answers, and what was said then.
    async fn silence() -> (Duration, String) {
        let begun = Instant::now();
        let silent = redis(pending::<Result<(), Trouble>>()).await;
        (begun.elapsed(), silent.unwrap_err().to_string())
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_longer_than_was_said() {
        let (waited, told) = silence().await;
        assert!(waited < USUAL, "{waited:?}");
        assert!(told.contains("Redis did not answer within 2s"), "{told}");

        let brief = Duration::from_millis(300);
        let (waited, told) = patiently(brief, silence()).await;
        assert!(waited < brief, "{waited:?}");
        assert!(told.contains("within 300ms"), "{told}");

        let long = Duration::from_secs(5);
        let (waited, _) = patiently(long, silence()).await;
        assert!(waited > USUAL, "{waited:?}");
    }
}
