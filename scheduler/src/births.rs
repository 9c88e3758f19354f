//! Notices that Redis was wiped, or swapped for another, and then carries everything that is open.
//!
//! Each partition has a birth mark, made by the first script that used it. Postgres remembers the mark
//! for which everything open was last walked. If they differ, all open rows are walked at once rather
//! than each in its own time. The mark is remembered after the walk, and then compared again: a wipe
//! during a walk means another walk.

use std::collections::BTreeMap;

use store::{DeliveryId, Store};
use tracing::{info, warn};
use uuid::Uuid;

use crate::{
    carrier::Carrier,
    relay::PAGE,
    rounds::{Left, Round, Term},
};

pub(crate) struct Births {
    store: Store,
    carrier: Carrier,
    term: Term,
    queues: Vec<&'static str>,
    walk: Option<Walk>,
}

/// partition → mark; the empty one where a mark was and is no more. A queue that nobody has used yet has none.
type Marks = BTreeMap<String, String>;

/// A walk under way: the marks it is for, and how far it has come.
struct Walk {
    marks: Marks,
    at: Place,
    lost: usize,
}

enum Place {
    Deliveries(DeliveryId),
    Outbox(Uuid),
    Ticks(String),
    End,
}

impl Round for Births {
    const NAME: &'static str = "births";

    /// Compares, or walks one page further.
    async fn round(&mut self) -> anyhow::Result<Left> {
        if !self.term.leads() {
            self.walk = None;
            return Ok(Left::Nothing);
        }
        match &mut self.walk {
            Some(walk) if matches!(walk.at, Place::End) => self.remember().await,
            Some(walk) => {
                walk.page(&self.store, &self.carrier).await?;
                Ok(Left::More)
            }
            None => self.compare().await,
        }
    }
}

impl Births {
    pub(crate) fn new(
        store: Store,
        carrier: Carrier,
        term: Term,
        queues: Vec<&'static str>,
    ) -> Self {
        Self {
            store,
            carrier,
            term,
            queues,
            walk: None,
        }
    }

    async fn compare(&mut self) -> anyhow::Result<Left> {
        let known: Marks = self.store.birth_marks().await?.into_iter().collect();
        let born = self.carrier.queue.birth_marks(&self.queues).await?;
        let mut marks: Marks = known
            .keys()
            .map(|partition| (partition.clone(), String::new()))
            .collect();
        marks.extend(born);
        marks.retain(|partition, mark| known.get(partition) != Some(mark));
        if marks.is_empty() {
            return Ok(Left::Nothing);
        }
        let partitions: Vec<_> = marks.keys().collect();
        warn!(
            ?partitions,
            "This Redis is new to us: carrying everything that is open"
        );
        self.walk = Some(Walk {
            marks,
            at: Place::Deliveries(DeliveryId::default()),
            lost: 0,
        });
        Ok(Left::More)
    }

    async fn remember(&mut self) -> anyhow::Result<Left> {
        if let Some(walk) = &self.walk {
            for (partition, mark) in &walk.marks {
                self.store.set_birth_mark(partition, mark).await?;
            }
            info!(lost = walk.lost, "Everything that is open has its job");
        }
        self.walk = None;
        Ok(Left::More)
    }
}

impl Walk {
    async fn page(&mut self, store: &Store, carrier: &Carrier) -> anyhow::Result<()> {
        match &self.at {
            Place::Deliveries(after) => {
                let rows = store.open_deliveries(*after, PAGE).await?;
                self.lost += carrier.deliveries(&rows).await?.lost;
                let next = rows.last().map(|row| Place::Deliveries(row.id));
                self.at = next.unwrap_or(Place::Outbox(Uuid::nil()));
            }
            Place::Outbox(after) => {
                let rows = store.open_outbox(*after, PAGE).await?;
                self.lost += carrier.outbox(&rows).await?.lost;
                let next = rows.last().map(|row| Place::Outbox(row.id));
                self.at = next.unwrap_or(Place::Ticks(String::new()));
            }
            Place::Ticks(after) => {
                let rows = store.open_ticks(after, PAGE).await?;
                self.lost += carrier.ticks(&rows).await?;
                self.at = rows
                    .last()
                    .map_or(Place::End, |row| Place::Ticks(row.id.clone()));
            }
            Place::End => {}
        }
        Ok(())
    }
}
