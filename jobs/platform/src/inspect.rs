//! What an operator may see of a queue.
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
pub use crate::trail::Fault;
