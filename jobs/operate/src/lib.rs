//! What an operator may see and do: the command line prints it, a web console could draw the same.
//!
//! - [`queues`] and [`jobs`] look; [`Filter`] says which jobs, [`list()`] pages through them.
//! - [`bulk`] writes: a [`Plan`] is carried out in slices, each counted under the receipt that the
//!   [`Operator`] wrote down before; cut off anywhere, it goes on and touches each job once.
//! - [`mod@explain`] tells the way of a person's messages, and where it ended.
//! - [`errors`] groups failures by what they have in common.
//!
//! Nothing here waits for Redis or Postgres longer than [`patience`] says, or reads a whole backlog unless
//! asked to.

pub mod bulk;
pub mod doctor;
pub mod errors;
pub mod explain;
mod filter;
pub mod import;
pub mod jobs;
mod list;
pub mod locks;
mod operator;
mod overview;
pub mod patience;
pub mod purge;
pub mod queues;
mod span;
mod trouble;
mod veil;
mod walk;

pub use self::{
    bulk::{Done, Plan, Progress, Verb},
    filter::{Filter, Matcher},
    list::{Listing, list},
    operator::Operator,
    overview::{Flow, Overview, Rate},
    patience::{postgres, redis},
    span::{Moment, span_of},
    trouble::Trouble,
};
