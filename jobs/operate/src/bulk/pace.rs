//! No faster than asked: a relay that just came back must not be buried under what waited for it.

use std::{str::FromStr, time::Duration};

use tokio::time::Instant;

/// So many jobs a second, written `50/s`, `600/min` or `50`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PerSecond(f64);

impl FromStr for PerSecond {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "it must read such as 50/s or 600/min".to_owned();
        let (many, unit) = text.split_once('/').unwrap_or((text, "s"));
        let seconds = match unit.trim() {
            "s" => 1.0,
            "min" | "m" => 60.0,
            "h" => 3600.0,
            _ => return Err(wrong()),
        };
        let many: u32 = many.trim().parse().map_err(|_| wrong())?;
        if many == 0 {
            return Err("0 would never end".to_owned());
        }
        Ok(Self(f64::from(many) / seconds))
    }
}

pub(super) struct Pacer {
    rate: Option<PerSecond>,
    next: Instant,
}

impl Pacer {
    pub(super) fn new(rate: Option<PerSecond>) -> Self {
        Self {
            rate,
            next: Instant::now(),
        }
    }

    /// A quarter of a second's worth at a time, so that the pace is even.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate is positive, and saturates"
    )]
    pub(super) fn slice(&self, most: usize) -> usize {
        self.rate.map_or(most, |PerSecond(rate)| {
            ((rate / 4.0) as usize).clamp(1, most)
        })
    }

    /// Waits until that many more may be touched.
    pub(super) async fn wait_for(&mut self, many: usize) {
        let Some(PerSecond(rate)) = self.rate else {
            return;
        };
        tokio::time::sleep_until(self.next).await;
        let many = f64::from(u32::try_from(many).unwrap_or(u32::MAX));
        self.next = self.next.max(Instant::now()) + Duration::from_secs_f64(many / rate);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_in_a_time() {
        assert_eq!("50/s".parse(), Ok(PerSecond(50.0)));
        assert_eq!("600/min".parse(), Ok(PerSecond(10.0)));
        assert_eq!("7".parse(), Ok(PerSecond(7.0)));
        for wrong in ["", "0/s", "-1/s", "fast", "5/week"] {
            assert!(wrong.parse::<PerSecond>().is_err(), "{wrong}");
        }
    }
}
