//! The durations on which correctness hangs, in one place, so that tests can run all of them at a
//! twentieth and still walk the real paths.

use std::{str::FromStr, time::Duration};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How long a claim is believed by Redis; renewed at a third.
    pub job_lease: Duration,
    /// How long what runs may go on after SIGTERM.
    pub drain: Duration,
    /// How long a leader lease lasts.
    pub leader_ttl: Duration,
    /// How often a leader renews.
    pub leader_renew: Duration,
    /// A lease is believed this much less long than it lasts.
    pub trust_margin: Duration,
    /// A follower asks at least this often.
    pub follower_wait: Duration,
    /// How long one send to a provider may take. Found `sending` for longer than this plus a job
    /// lease, a delivery is `unknown`.
    pub send_timeout: Duration,
    /// A row nobody has enqueued for this long is relayed.
    pub relay_after: Duration,
    /// When an open row is first looked at again, after it should have run.
    pub check_first: Duration,
    /// The longest wait between two such looks.
    pub check_max: Duration,
}

impl Pace {
    pub const STANDARD: Self = Self {
        job_lease: Duration::from_secs(15),
        drain: Duration::from_secs(25),
        leader_ttl: Duration::from_secs(15),
        leader_renew: Duration::from_secs(5),
        trust_margin: Duration::from_secs(2),
        follower_wait: Duration::from_secs(2),
        send_timeout: Duration::from_secs(20),
        relay_after: Duration::from_secs(2),
        check_first: Duration::from_mins(2),
        check_max: Duration::from_mins(30),
    };

    /// All of it, `divisor` times faster.
    #[must_use]
    pub fn faster(self, divisor: u32) -> Self {
        let by = divisor.max(1);
        Self {
            job_lease: self.job_lease / by,
            drain: self.drain / by,
            leader_ttl: self.leader_ttl / by,
            leader_renew: self.leader_renew / by,
            trust_margin: self.trust_margin / by,
            follower_wait: self.follower_wait / by,
            send_timeout: self.send_timeout / by,
            relay_after: self.relay_after / by,
            check_first: self.check_first / by,
            check_max: self.check_max / by,
        }
    }

    /// Found `sending` by another for longer than this, nobody is sending any more.
    pub fn sending_grace(&self) -> Duration {
        self.send_timeout + self.job_lease
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::STANDARD
    }
}

impl FromStr for Pace {
    type Err = String;

    /// A divisor: `1` is the standard pace, `20` a twentieth of each wait.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(divisor @ 1..=100) => Ok(Self::STANDARD.faster(divisor)),
            _ => Err(format!(
                "PACE must be a whole number from 1 to 100, not {text:?}"
            )),
        }
    }
}
