//! What stands in the other queue, by queue, state and kind: nothing is touched.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Mapping,
    foreign::{Foreign, Stands},
    holder::Taken,
    source::{SLICE, Source},
    way::Way,
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

type Lines = BTreeMap<(String, Stands, String), Line>;

/// Reads all of it, page by page.
pub async fn survey(source: &Source, mapping: &Mapping) -> Result<Vec<Line>, Trouble> {
    let mut lines = Lines::new();
    for queue in source.queues().await? {
        for holder in source.holders(&queue).await? {
            let mut way = Way::through(&holder, source);
            while let Some(ids) = way.next().await? {
                let seen = ids.iter().map(|id| Taken::seen(id, holder.stands));
                for page in seen.collect::<Vec<_>>().chunks(SLICE) {
                    let found = source.read(&queue, page).await?;
                    found
                        .iter()
                        .flatten()
                        .for_each(|one| count(&mut lines, mapping, one));
                }
            }
        }
    }
    Ok(lines.into_values().collect())
}

fn count(lines: &mut Lines, mapping: &Mapping, foreign: &Foreign) {
    let Foreign {
        queue,
        stands,
        kind,
        ..
    } = foreign;
    let line = lines.entry((queue.clone(), *stands, kind.clone()));
    let line = line.or_insert_with(|| Line {
        queue: queue.clone(),
        stands: *stands,
        kind: kind.clone(),
        count: 0,
        movable: 0,
        becomes: mapping.told(kind),
    });
    line.count += 1;
    line.movable += u64::from(*stands != Stands::Active && mapping.target(foreign).is_ok());
}
