//! A way through the backlog: queue by queue, partition by partition, place by place, page by page.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use platform::{
    Queue, State,
    inspect::{JobView, Look, MOST_IN_PAGE, Place, Spot},
};

use crate::{Filter, Trouble, redis};

/// One stretch of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stretch {
    queue: &'static str,
    partition: u16,
    place: Place,
}

/// A page of the way: all of one partition of one queue, each job with where to go on after it.
pub(crate) struct Chunk {
    pub(crate) queue: &'static str,
    pub(crate) jobs: Vec<(JobView, Cursor)>,
    pub(crate) looked: usize,
}

/// Where a listing goes on: on which stretch, and after which job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cursor {
    stretch: usize,
    after: Option<Spot>,
}

pub(crate) struct Walk {
    queue: Queue,
    stretches: Vec<Stretch>,
    newest_first: Option<bool>,
    since: Option<Timestamp>,
    before: Option<Timestamp>,
    at: Cursor,
}

impl Walk {
    /// As people read: what comes next, and what ended last, first.
    pub(crate) fn for_reading(queue: &Queue, filter: &Filter) -> Result<Self, Trouble> {
        Self::new(queue, filter, None)
    }

    /// The oldest first, so that it ends though more comes after; and with the stream, or what falls due
    /// while the line is read would be in neither.
    pub(crate) fn for_writing(queue: &Queue, filter: &Filter) -> Result<Self, Trouble> {
        let mut walk = Self::new(queue, filter, Some(false))?;
        walk.stretches
            .sort_by_key(|stretch| (stretch.queue, stretch.partition, downstream(stretch.place)));
        Ok(walk)
    }

    fn new(queue: &Queue, filter: &Filter, newest_first: Option<bool>) -> Result<Self, Trouble> {
        let states = if filter.states.is_empty() {
            &State::ALL[..]
        } else {
            &filter.states
        };
        let mut places: Vec<Place> = states.iter().copied().flat_map(places_of).collect();
        places.sort_unstable();
        places.dedup();
        let stretch = |queue, partition| {
            let places = places.iter().copied();
            places.map(move |place| Stretch {
                queue,
                partition,
                place,
            })
        };
        let stretches = filter.queues()?.into_iter().flat_map(|name| {
            (0..queue.partitions_of(name)).flat_map(move |partition| stretch(name, partition))
        });
        Ok(Self {
            queue: queue.clone(),
            stretches: stretches.collect(),
            newest_first,
            since: filter.since,
            before: filter.before,
            at: Cursor {
                stretch: 0,
                after: None,
            },
        })
    }

    #[must_use]
    pub(crate) fn from(mut self, cursor: Cursor) -> Self {
        self.at = cursor;
        self
    }

    /// The next page, of `many` jobs at most; `None`: that was all.
    pub(crate) async fn next(&mut self, many: usize) -> Result<Option<Chunk>, Trouble> {
        let Some(stretch) = self.stretches.get(self.at.stretch).cloned() else {
            return Ok(None);
        };
        let look = self.look(stretch.place, many);
        let (name, partition) = (stretch.queue, stretch.partition);
        let page = self
            .queue
            .page(name, partition, &look, self.at.after.as_ref());
        let page = redis(page).await?;
        let here = self.at.stretch;
        self.at = match page.next {
            Some(after) => Cursor {
                stretch: here,
                after: Some(after),
            },
            None => Cursor {
                stretch: here + 1,
                after: None,
            },
        };
        let with_cursor = |(job, spot)| {
            (
                job,
                Cursor {
                    stretch: here,
                    after: Some(spot),
                },
            )
        };
        Ok(Some(Chunk {
            queue: name,
            jobs: page.jobs.into_iter().map(with_cursor).collect(),
            looked: page.looked,
        }))
    }

    /// A walk for each stretch of this one, so that none has to wait until another is over.
    pub(crate) fn apart(&self) -> Vec<Self> {
        let stretches = self.stretches.iter();
        let alone = stretches.map(|stretch| Self {
            queue: self.queue.clone(),
            stretches: vec![stretch.clone()],
            at: self.at.clone(),
            ..*self
        });
        alone.collect()
    }

    /// Whether it reads what ended, and not what waits or runs.
    pub(crate) fn is_of_ended(&self) -> bool {
        let mut places = self.stretches.iter().map(|stretch| stretch.place);
        places.all(has_ended)
    }

    /// Where it stands now; `None`: at its end.
    pub(crate) fn cursor(&self) -> Option<Cursor> {
        (self.at.stretch < self.stretches.len()).then(|| self.at.clone())
    }

    /// Only those that ended are kept in the order of the time that is filtered by.
    fn look(&self, place: Place, many: usize) -> Look {
        let ended = has_ended(place);
        Look {
            place,
            many: many.min(MOST_IN_PAGE),
            newest_first: self.newest_first.unwrap_or(place.is_newest_first()),
            from: self.since.filter(|_| ended),
            before: self.before.filter(|_| ended),
        }
    }
}

/// Where jobs come by first, and where they end.
const fn downstream(place: Place) -> u8 {
    match place {
        Place::Due => 0,
        Place::Ready => 1,
        Place::Leases => 2,
        Place::Dead | Place::Done => 3,
    }
}

const fn has_ended(place: Place) -> bool {
    matches!(place, Place::Dead | Place::Done)
}

/// A job that was called off may stand in line still.
fn places_of(state: State) -> Vec<Place> {
    match state {
        State::Cancelled => vec![Place::Ready, Place::Done],
        state => vec![Place::of(state)],
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.stretch)?;
        self.after
            .as_ref()
            .map_or(Ok(()), |spot| write!(f, "{spot}"))
    }
}

impl FromStr for Cursor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("{text:?} is no cursor; take one that a listing gave, with the same filter");
        let (stretch, after) = text.split_once(':').ok_or_else(wrong)?;
        let after = Some(after)
            .filter(|after| !after.is_empty())
            .map(str::parse);
        Ok(Self {
            stretch: stretch.parse().map_err(|_| wrong())?,
            after: after.transpose().map_err(|_| wrong())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_falls_due_while_others_are_changed_is_met_in_the_line() {
        let queue = Queue::connect("redis://127.0.0.1:1", "t:").expect("a URL");
        let all = Walk::for_writing(&queue, &Filter::default()).expect("a walk");
        let first: Vec<Place> = all.stretches.iter().map(|one| one.place).take(3).collect();
        assert_eq!(first, [Place::Due, Place::Ready, Place::Leases]);
    }
}
