//! How far it came, and what came of it.

use std::collections::BTreeMap;

use platform::{JobId, Mended, inspect::JobView};
use serde::Serialize;
use uuid::Uuid;

use crate::veil::veiled;

/// Jobs shown before anybody says yes.
const SAMPLES: usize = 5;
/// Refusals told one by one; the rest are counted.
const TOLD: usize = 20;

/// While it goes on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Progress {
    pub looked: usize,
    pub touched: u64,
    pub refused: u64,
}

/// What came of a plan; of a dry run, what would.
#[derive(Debug, Default, Serialize)]
pub struct Done {
    /// `None`: it was a dry run.
    pub receipt: Option<Uuid>,
    pub touched: u64,
    pub refused: u64,
    /// They had their turn: done meanwhile, or touched before and ended once more.
    pub moved_on: u64,
    /// Why not, and how often.
    pub why: BTreeMap<String, u64>,
    /// Some of those that were refused.
    pub refusals: Vec<Refusal>,
    /// Of a dry run: the first that match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<JobView>,
    /// Named, and nowhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<JobId>,
    pub looked: usize,
    /// Whether `max` ended it.
    pub cut: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    pub id: JobId,
    pub why: String,
}

impl Done {
    pub(super) fn sample<'a>(&mut self, jobs: impl Iterator<Item = &'a JobView>) {
        let room = SAMPLES.saturating_sub(self.samples.len());
        self.samples.extend(jobs.take(room).cloned().map(veiled));
    }

    /// Counts what became of one job.
    pub(super) fn note(&mut self, id: JobId, mended: &Mended) {
        let (sort, why) = match mended {
            Mended::Touched | Mended::Stopping => return self.touched += 1,
            // It is done, or was touched before and has ended once more: it had its turn.
            Mended::Elsewhere(None) | Mended::EndedSince => return self.moved_on += 1,
            Mended::Elsewhere(Some(state)) => (state.as_str(), format!("it is {state}")),
            Mended::KeyHeldBy(holder) => {
                ("key held", format!("job {holder} holds its unique key now"))
            }
        };
        self.refused += 1;
        *self.why.entry(sort.to_owned()).or_default() += 1;
        if self.refusals.len() < TOLD {
            self.refusals.push(Refusal { id, why });
        }
    }

    pub(super) fn progress(&self) -> Progress {
        Progress {
            looked: self.looked,
            touched: self.touched,
            refused: self.refused,
        }
    }
}
