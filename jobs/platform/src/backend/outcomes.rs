//! How many jobs ended how: one counter for each word, looked up once and not at each job.

use metrics::{Counter, counter};

pub(super) struct Outcomes([(&'static str, Counter); 8]);

const WORDS: [&str; 8] = [
    "done",
    "retry",
    "later",
    "dead",
    "cancelled",
    "handed_back",
    "lost",
    "unknown",
];

impl Outcomes {
    pub(super) fn of(queue: &'static str) -> Self {
        let counter = |word| {
            let counter =
                counter!("honeydue_jobs_settled_total", "queue" => queue, "outcome" => word);
            (word, counter)
        };
        Self(WORDS.map(counter))
    }

    pub(super) fn count(&self, outcome: &'static str) {
        let known = self.0.iter().find(|(word, _)| *word == outcome);
        if let Some((_, counter)) = known {
            counter.increment(1);
        }
    }
}
