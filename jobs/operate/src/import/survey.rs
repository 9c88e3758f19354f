//! What stands in the other queue, by queue, state and kind: nothing is touched.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Mapping,
    foreign::Stands,
    source::{SLICE, Source, Taken},
};
use crate::Trouble;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    pub queue: String,
    pub stands: Stands,
    pub kind: String,
    pub count: u64,
    /// How many of them could be moved.
    pub movable: u64,
    /// The kind of ours that they become, or why not.
    pub becomes: String,
}

/// Reads all of it, page by page.
pub async fn survey(source: &Source, mapping: &Mapping) -> Result<Vec<Line>, Trouble> {
    let mut lines: BTreeMap<(String, Stands, String), Line> = BTreeMap::new();
    for queue in source.queues().await? {
        for holder in source.holders(&queue).await? {
            let mut skip = 0;
            loop {
                let ids = source.ids(&holder, skip).await?;
                let stands = holder.stands;
                let taken = ids.iter().map(|id| Taken {
                    id: id.clone(),
                    stands,
                    at: None,
                });
                let taken: Vec<Taken> = taken.collect();
                for page in taken.chunks(SLICE) {
                    for foreign in source.read(&queue, page).await?.into_iter().flatten() {
                        let key = (queue.clone(), foreign.stands, foreign.kind.clone());
                        let line = lines.entry(key).or_insert_with(|| Line {
                            queue: queue.clone(),
                            stands: foreign.stands,
                            kind: foreign.kind.clone(),
                            count: 0,
                            movable: 0,
                            becomes: mapping.told(&foreign.kind),
                        });
                        line.count += 1;
                        let moves =
                            foreign.stands != Stands::Active && mapping.target(&foreign).is_ok();
                        line.movable += u64::from(moves);
                    }
                }
                if ids.len() < SLICE || ids.is_empty() {
                    break;
                }
                skip += ids.len();
            }
        }
    }
    Ok(lines.into_values().collect())
}
