//! How often, and how patiently, to try again.

use std::time::Duration;

use uuid::Uuid;

/// No wait between two attempts is longer than this: six hours lets a provider's bad night pass, and
/// is still inside the window of most reminders.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_hours(6);

/// An entry keeps its attempt in one byte; 250 leaves room to count one past the last.
pub const MOST_ATTEMPTS: u8 = 250;

/// A kind's patience: part of its policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Attempts in all, the first included; 1 to [`MOST_ATTEMPTS`].
    pub max_attempts: u8,
    /// What the waits grow from: base, 3 × base, 9 × base, …
    pub backoff: Duration,
}

impl Retry {
    /// Ten attempts from ten seconds up: about a day in all.
    pub const DEFAULT: Self = Self::times(10);

    pub const fn times(max_attempts: u8) -> Self {
        Self {
            max_attempts,
            backoff: Duration::from_secs(10),
        }
    }
}

/// The wait after `attempt` attempts: half of `base · 3ⁿ⁻¹` for certain, the other half by chance, so
/// that jobs which failed together do not come back together.
pub(crate) fn wait(base: Duration, attempt: u8) -> Duration {
    let full = ceiling(base, attempt);
    full / 2 + full.mul_f64(chance() / 2.0)
}

fn ceiling(base: Duration, attempt: u8) -> Duration {
    let factor = 3_u32.saturating_pow(u32::from(attempt.saturating_sub(1)));
    base.saturating_mul(factor).min(LONGEST_WAIT)
}

/// A number in `[0, 1)`.
pub(crate) fn chance() -> f64 {
    let [a, b, c, d, ..] = *Uuid::new_v4().as_bytes();
    f64::from(u32::from_be_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_triple_and_stop_growing_at_six_hours() {
        let base = Duration::from_secs(10);
        assert_eq!(ceiling(base, 1), Duration::from_secs(10));
        assert_eq!(ceiling(base, 3), Duration::from_secs(90));
        assert_eq!(ceiling(base, 8), LONGEST_WAIT);
        assert_eq!(ceiling(base, 255), LONGEST_WAIT);
    }

    #[test]
    fn half_of_a_wait_is_certain_and_half_is_chance() {
        let base = Duration::from_secs(10);
        for _ in 0..1000 {
            let waited = wait(base, 2);
            assert!(waited >= base * 3 / 2 && waited <= base * 3, "{waited:?}");
        }
    }
}
