//! An operator waits two seconds for an answer, and is told then.

use std::{future::Future, time::Duration};

use crate::Trouble;

/// With the time that a program takes to start and to end it stays below two seconds.
const PATIENCE: Duration = Duration::from_millis(1800);

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

async fn within<T, E: Into<Trouble>>(
    who: &'static str,
    asked: impl Future<Output = Result<T, E>>,
) -> Result<T, Trouble> {
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(answer) => answer.map_err(Into::into),
        Err(_) => Err(Trouble::Silent(who)),
    }
}
