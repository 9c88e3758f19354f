//! Jobs, as many as asked for, and where to go on.

use platform::{Queue, inspect::JobView};
use serde::Serialize;

use crate::{Filter, Trouble, veil::veiled, walk::Walk};

/// What was found. It never reads on without end: a filter that few jobs pass ends after `scan` of them.
#[derive(Debug, Serialize)]
pub struct Listing {
    pub jobs: Vec<JobView>,
    /// How many were looked at.
    pub looked: usize,
    /// `None`: these are all.
    pub cursor: Option<String>,
}

/// Up to `limit` jobs, looked for among up to `scan`.
pub async fn list(
    queue: &Queue,
    filter: &Filter,
    limit: usize,
    scan: usize,
    cursor: Option<&str>,
) -> Result<Listing, Trouble> {
    let matcher = filter.compile()?;
    let mut walk = Walk::for_reading(queue, filter)?;
    if let Some(text) = cursor {
        walk = walk.from(text.parse().map_err(Trouble::Wrong)?);
    }
    let (mut jobs, mut looked) = (Vec::new(), 0);
    while looked < scan {
        // What everybody passes needs no more than was asked for; else a page is worth its call.
        let many = if looked == 0 { limit } else { scan - looked };
        let Some(chunk) = walk.next(many).await? else {
            break;
        };
        looked += chunk.looked;
        let mut last = None;
        for (job, place) in chunk.jobs {
            if matcher.matches(&job) {
                jobs.push(veiled(job));
                last = Some(place);
            }
            if jobs.len() == limit {
                let cursor = last.map(|place| place.to_string());
                return Ok(Listing {
                    jobs,
                    looked,
                    cursor,
                });
            }
        }
    }
    Ok(Listing {
        jobs,
        looked,
        cursor: walk.cursor().map(|place| place.to_string()),
    })
}
