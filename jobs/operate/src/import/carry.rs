//! Moves them, page by page: what the mapping knows is put aside there, and arrives here.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use store::UserId;
use uuid::Uuid;

use super::{
    Mapping, Source,
    foreign::{Foreign, Stands},
    holder::{Holder, Taken},
    mapping::Target,
    source::SLICE,
    way::Way,
};
use crate::{Operator, Trouble, postgres};

#[derive(Debug, Default, Serialize)]
pub struct Moved {
    pub receipt: Uuid,
    /// Taken over by this receipt.
    pub moved: u64,
    /// Those that had come before, and were only removed there.
    pub known: u64,
    /// Put aside, and without a record there: there was nothing to take over.
    pub empty: u64,
    /// What stayed where it is, and why.
    pub left: BTreeMap<String, u64>,
}

/// One run of an import.
pub(super) struct Carrier<'a> {
    pub(super) operator: &'a Operator,
    pub(super) source: &'a Source,
    pub(super) mapping: &'a Mapping,
    pub(super) receipt: Uuid,
    pub(super) now: Timestamp,
    pub(super) moved: Moved,
}

/// Moves what the mapping knows. Cut off anywhere, it is done again from the start.
pub async fn carry(
    operator: &Operator,
    source: &Source,
    mapping: &Mapping,
    reason: Option<&str>,
    mut told: impl FnMut(u64),
) -> Result<Moved, Trouble> {
    let verb = format!("import {}", source.name());
    let operation = operator
        .begin(&verb, reason, serde_json::Value::Null)
        .await?;
    let mut carrier = Carrier {
        operator,
        source,
        mapping,
        receipt: operation.id,
        now: operation.as_of,
        moved: Moved {
            receipt: operation.id,
            ..Moved::default()
        },
    };
    for queue in source.queues().await? {
        carrier.rest(&queue, &mut told).await?;
        for holder in source.holders(&queue).await? {
            carrier.holder(&queue, &holder, &mut told).await?;
        }
    }
    carrier.moved.moved = postgres(operator.store.imported(operation.id)).await?;
    let left = carrier.moved.left.values().sum();
    operator
        .end(operation.id, carrier.moved.moved, left)
        .await?;
    Ok(carrier.moved)
}

impl Carrier<'_> {
    /// What a run that was cut off has put aside.
    async fn rest(&mut self, queue: &str, told: &mut impl FnMut(u64)) -> Result<(), Trouble> {
        loop {
            let aside = self.source.aside(queue).await?;
            if aside.is_empty() {
                return Ok(());
            }
            self.arrive(queue, &aside).await?;
            told(self.moved.moved);
        }
    }

    async fn holder(
        &mut self,
        queue: &str,
        holder: &Holder,
        told: &mut impl FnMut(u64),
    ) -> Result<(), Trouble> {
        let mut way = Way::through(holder, self.source);
        while let Some(ids) = way.next().await? {
            for page in ids.chunks(SLICE) {
                let movable = self.movable(queue, holder, page).await?;
                way.took(movable.len());
                if movable.is_empty() {
                    continue;
                }
                let taken = self.source.take(queue, holder, &movable).await?;
                self.arrive(queue, &taken).await?;
                told(self.moved.moved);
            }
        }
        Ok(())
    }

    /// Those of a page that the mapping knows what to do with; the others are counted, and stay.
    async fn movable(
        &mut self,
        queue: &str,
        holder: &Holder,
        ids: &[String],
    ) -> Result<Vec<String>, Trouble> {
        let stands = holder.stands;
        let page: Vec<Taken> = ids.iter().map(|id| Taken::seen(id, stands)).collect();
        let read = self.source.read(queue, &page).await?;
        let mut movable = Vec::new();
        for (id, foreign) in ids.iter().zip(read) {
            let why = match foreign {
                None => Some("its record is gone".to_owned()),
                Some(_) if stands == Stands::Active => {
                    Some("somebody there runs it; stop the workers there first".to_owned())
                }
                Some(foreign) => self
                    .unfit(&foreign)
                    .await?
                    .map(|why| format!("{}: {why}", foreign.kind)),
            };
            match why {
                Some(why) => *self.moved.left.entry(why).or_default() += 1,
                None => movable.push(id.clone()),
            }
        }
        Ok(movable)
    }

    async fn unfit(&self, foreign: &Foreign) -> Result<Option<String>, Trouble> {
        Ok(match self.mapping.target(foreign) {
            Err(why) => Some(why),
            Ok(Target::Notice { .. }) if foreign.stands == Stands::Archived => {
                Some("given up there, and would be sent late here".to_owned())
            }
            Ok(Target::Notice { user, .. }) => {
                let known = postgres(self.operator.store.user(UserId(user))).await?;
                known
                    .is_none()
                    .then(|| format!("there is no user {user} here"))
            }
            Ok(Target::Plain { .. }) => None,
        })
    }
}
