//! A bound that cron or CI watches: `oldest>300s`, `dead>0`.

use std::{fmt, str::FromStr};

use crate::{queues::QueueView, span_of};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threshold {
    what: What,
    at_least: bool,
    bound: u64,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Oldest,
    Ready,
    Running,
    Later,
    Dead,
    Paused,
}

impl What {
    const ALL: [(&str, Self); 6] = [
        ("oldest", Self::Oldest),
        ("ready", Self::Ready),
        ("running", Self::Running),
        ("later", Self::Later),
        ("dead", Self::Dead),
        ("paused", Self::Paused),
    ];

    fn of(self, queue: &QueueView) -> u64 {
        let counts = &queue.counts;
        match self {
            Self::Oldest => queue.oldest_s.unwrap_or_default().unsigned_abs(),
            Self::Ready => counts.ready,
            Self::Running => counts.running,
            Self::Later => counts.due,
            Self::Dead => counts.dead,
            Self::Paused => u64::from(queue.paused.is_some()),
        }
    }
}

impl Threshold {
    /// What is said if it holds.
    pub fn holds(&self, queue: &QueueView) -> Option<String> {
        let value = self.what.of(queue);
        let holds = value > self.bound || self.at_least && value == self.bound;
        let unit = if self.what == What::Oldest { " s" } else { "" };
        let said = || {
            format!(
                "{} holds for {}: it is {value}{unit}",
                self.text, queue.counts.queue
            )
        };
        holds.then(said)
    }
}

impl FromStr for Threshold {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            let known = What::ALL.map(|(name, _)| name).join(", ");
            format!("it must read such as oldest>300s or dead>=10; what can be compared is {known}")
        };
        let (name, bound) = text.split_once('>').ok_or_else(wrong)?;
        let (at_least, bound) = match bound.strip_prefix('=') {
            Some(bound) => (true, bound.trim()),
            None => (false, bound.trim()),
        };
        let found = What::ALL
            .into_iter()
            .find(|(known, _)| *known == name.trim());
        let (_, what) = found.ok_or_else(wrong)?;
        let bound = match what {
            What::Oldest => span_of(bound)
                .map(|long| long.as_secs())
                .map_err(|_| wrong())?,
            _ => bound.parse().map_err(|_| wrong())?,
        };
        let text = text.to_owned();
        Ok(Self {
            what,
            at_least,
            bound,
            text,
        })
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use platform::inspect::Counts;

    use super::*;

    fn queue() -> QueueView {
        QueueView {
            counts: Counts {
                queue: "mail".to_owned(),
                dead: 3,
                ..Counts::default()
            },
            oldest_s: Some(301),
            paused: None,
        }
    }

    #[test]
    fn a_bound_holds_beyond_it_and_at_it_only_if_asked() {
        let holds = |text: &str| text.parse::<Threshold>().unwrap().holds(&queue()).is_some();
        assert!(holds("oldest>300s") && holds("oldest > 5m") && holds("dead>=3"));
        assert!(!holds("dead>3") && !holds("oldest>1h") && !holds("paused>0"));
    }

    #[test]
    fn what_is_no_bound_says_how_one_reads() {
        for wrong in ["", "oldest", "oldest>soon", "age>3", "dead>x", "dead<3"] {
            let told = wrong.parse::<Threshold>().unwrap_err();
            assert!(told.contains("oldest>300s"), "{wrong}: {told}");
        }
    }
}
