//! The row in Postgres that wanted a job: what is closed when it is done.

use std::{fmt, str::FromStr};

use platform::{JobId, NewJob};
use store::{DeliveryId, OutboxRow};
use uuid::Uuid;

/// An origin in words that fit into a job: `tick:sweep@…`, `delivery:<id>`, `outbox:<id>`, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    None,
    Tick(String),
    Delivery(DeliveryId),
    Outbox(Uuid),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Tick(id) => write!(f, "tick:{id}"),
            Self::Delivery(id) => write!(f, "delivery:{id}"),
            Self::Outbox(id) => write!(f, "outbox:{id}"),
        }
    }
}

/// The job that a row of the outbox wants: same row, same job, whoever asks and however often.
pub fn outbox_job(row: &OutboxRow) -> NewJob {
    let payload = row.payload.to_string().into_bytes();
    let job = NewJob::raw(&row.kind, &row.queue, payload)
        .id(JobId::from(row.id))
        .origin(Origin::Outbox(row.id).to_string());
    match row.not_before {
        Some(at) => job.at(at),
        None => job,
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no origin; one reads tick:…, delivery:<id> or outbox:<id>")]
pub struct NotAnOrigin(String);

impl FromStr for Origin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NotAnOrigin(text.to_owned());
        if text.is_empty() {
            return Ok(Self::None);
        }
        match text.split_once(':').ok_or_else(wrong)? {
            ("tick", id) => Ok(Self::Tick(id.to_owned())),
            ("delivery", id) => id
                .parse()
                .map(|id| Self::Delivery(DeliveryId(id)))
                .map_err(|_| wrong()),
            ("outbox", id) => id.parse().map(Self::Outbox).map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_reads_back_as_itself() {
        let id = Uuid::new_v4();
        let tick = Origin::Tick("sweep@2026-11-21T14:00:00Z".into());
        for origin in [
            Origin::None,
            tick,
            Origin::Delivery(DeliveryId(id)),
            Origin::Outbox(id),
        ] {
            assert_eq!(origin.to_string().parse::<Origin>().unwrap(), origin);
        }
        assert!("delivery:7".parse::<Origin>().is_err());
    }
}
