//! Asks on time: one of several schedulers leads, and fires each tick of the timetable once.
//!
//! - [`decide`] is the whole of the deciding, from what was [`Seen`] to the next [`Action`], without a
//!   clock or a connection. `leader` and `executor` do what it says.
//! - `relay`, `reconcile` and `births` keep what Postgres wants and what Redis carries the same.
//! - [`Scheduler`] is one replica of all that.

mod action;
mod alarm;
mod births;
mod books;
mod carrier;
mod catch_up;
mod config;
mod decide;
mod depths;
mod executor;
mod hints;
mod leader;
mod learn;
mod loops;
mod measures;
mod notice;
pub mod ready;
mod reconcile;
mod relay;
mod rounds;
mod row;
mod scheduler;
mod seen;
mod standing;
mod ticks;

pub use action::{Action, Answer, Moment, Place, Why};
pub use config::Config;
pub use decide::decide;
pub use scheduler::Scheduler;
pub use seen::{Reading, Seen, Trouble};
pub use standing::{Leadership, Standing, Unfit};
pub use ticks::{Pause, Row, Ticks, Told, Watermark};
