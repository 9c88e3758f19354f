//! Asks on time: one of several schedulers leads, and fires each tick of the timetable once.
//!
//! [`decide`] is the whole of the deciding, without a clock or a connection. The loops around it do
//! what it says, and keep what Postgres wants and what Redis carries the same.

mod action;
mod catch_up;
mod decide;
mod learn;
mod row;
mod seen;
mod standing;
mod ticks;

pub use action::{Action, Answer, Moment, Place, Why};
pub use decide::decide;
pub use seen::{Reading, Seen, Trouble};
pub use standing::{Leadership, Standing, Unfit};
pub use ticks::{Row, Ticks, Told, Watermark};
