//! What an operator may see of a queue, and the one thing that mends it: a second life for the dead.
//!
//! Reads are bounded, and none takes a lease or moves a token.

mod counts;
mod history;
mod list;
mod page;
mod server;
mod view;

pub use self::{
    counts::Counts,
    history::{Day, TALLIED_DAYS},
    page::{Look, MOST_IN_PAGE, Page, Place, Spot},
    server::Server,
    view::JobView,
};
use crate::JobId;
pub use crate::trail::Fault;

/// What became of an operator's retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revived {
    Ready,
    NotDead,
    /// Another job holds its unique key now.
    KeyHeldBy(JobId),
}
