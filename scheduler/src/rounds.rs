//! A loop that does one bounded thing again and again, and outlives whatever it depends on.

use std::time::Duration;

use process::Beat;
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::relay::PAGE;

/// What a round has left for the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// A page was full: go on at once.
    More,
    Nothing,
}

impl Left {
    /// A page of as many as this.
    pub(crate) fn after(page: usize) -> Self {
        if i64::try_from(page).is_ok_and(|page| page < PAGE) {
            Self::Nothing
        } else {
            Self::More
        }
    }
}

/// Whether this replica leads, for what only a leader does besides firing. It may be a moment out of
/// date: what depends on it is harmless when two do it.
#[derive(Clone)]
pub(crate) struct Term(pub(crate) watch::Receiver<Option<i64>>);

impl Term {
    pub(crate) fn leads(&self) -> bool {
        self.0.borrow().is_some()
    }
}

/// One bounded thing that is done again and again.
pub(crate) trait Round: Send {
    const NAME: &'static str;

    fn round(&mut self) -> impl Future<Output = anyhow::Result<Left>> + Send;
}

/// Rounds until told to stop, `every` so often, and at once after one that left more. What goes wrong
/// is logged when it begins and when it ends.
pub(crate) async fn keep<R: Round>(
    mut one: R,
    every: Duration,
    stop: CancellationToken,
    beat: Beat,
) {
    let mut well = true;
    while !stop.is_cancelled() {
        beat.tick();
        let done = one.round().await;
        if done.is_ok() != well {
            well = done.is_ok();
            tell::<R>(&done);
        }
        if !matches!(done, Ok(Left::More)) {
            stop.run_until_cancelled(sleep(every)).await;
        }
    }
    beat.done();
}

fn tell<R: Round>(done: &anyhow::Result<Left>) {
    match done {
        Ok(_) => info!(name = R::NAME, "Goes on"),
        Err(error) => warn!(
            name = R::NAME,
            error = format!("{error:#}"),
            "Held up; trying on"
        ),
    }
}
