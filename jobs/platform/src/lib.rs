//! How work travels: jobs in queues on Redis, done by apalis workers, asked for on time.
//!
//! It knows nothing of honeyDue. In reading order:
//!
//! - [`Job`] says what a job is, [`Run`] how it is done, [`Failure`] how it did not work out;
//!   [`Catalog`] knows every kind by name.
//! - [`Queue`] is the handle on Redis: it enqueues, and shows and mends what stands there (`inspect`).
//!   Each change of state is one script in `lua/`; `keys` spells each key once.
//! - [`Backend`] feeds an unmodified apalis `Worker` from a queue, and settles what it has run.
//! - [`leader`] is the lease of the one scheduler that fires, [`timetable`] what it fires and when.

mod allowance;
mod backend;
#[cfg(feature = "bare")]
pub mod bare;
mod catalog;
mod claim;
mod clock;
mod control;
mod entry;
mod error;
mod extend;
mod failure;
mod id;
pub mod inspect;
mod job;
mod keys;
mod lane;
pub mod leader;
mod link;
mod mend;
mod new_job;
mod now;
mod pace;
mod policy;
mod purge;
mod queue;
mod record;
mod retry;
mod roster;
mod scripts;
mod settle;
mod state;
#[cfg(test)]
mod tests;
pub mod timetable;
pub mod trace;
mod trail;
mod unique;
mod watch;

pub use allowance::Allowance;
pub use backend::{Backend, Drain, Ended};
pub use catalog::{Catalog, InvalidJob, Kind};
pub use claim::Claimed;
pub use clock::Clock;
pub use control::{Pause, Wish};
pub use error::QueueError;
pub use failure::{Failure, OrFatal, Outcome};
pub use id::JobId;
pub use job::{Call, Job, Run};
pub use keys::SWEEP;
pub use mend::{BIN, BinSlice, Binned, Edited, MOST_IN_SLICE, Mended, Under};
pub use new_job::{IntoJob, MOST_PAYLOAD, NewJob};
pub use pace::Pace;
pub use policy::{Keep, Policies, Policy, Rate};
pub use queue::{Queue, Receipt};
pub use retry::{MOST_ATTEMPTS, Retry};
pub use roster::{WorkerSays, WorkerState, WorkerView, WorkerWish};
pub use state::State;
pub use unique::Scope;
