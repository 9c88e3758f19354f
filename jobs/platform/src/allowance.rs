//! How often something may be done over all workers, wherever in a job that is.
//!
//! A queue's rate holds jobs back before they are claimed. An allowance is asked for in the middle of one,
//! so that only those that really come to it use it up.

use std::time::Duration;

use crate::{Queue, QueueError, Rate, keys, queue::ms, scripts};

/// A token bucket by Redis's clock, shared by all that give it the same name and rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub name: &'static str,
    pub rate: Rate,
}

impl Queue {
    /// Takes one of an allowance. `Some`: there is none left now, ask again after this long.
    ///
    /// Whoever dies after it has taken one in vain; and one taken while Redis forgot is taken twice, so in
    /// any `per` no more than `count + burst` are, and as many again after a wipe.
    pub async fn take(&self, allowance: &Allowance) -> Result<Option<Duration>, QueueError> {
        let key = keys::allowance(&self.prefix, allowance.name);
        let Rate { count, per, burst } = allowance.rate;
        let mut call = scripts::TAKE.on(&[&key]);
        call.arg(self.now.arg())
            .arg(count)
            .arg(ms(per).max(1))
            .arg(burst.max(1));
        let wait: u64 = self.link.run(&call).await?;
        Ok((wait > 0).then(|| Duration::from_millis(wait)))
    }
}
