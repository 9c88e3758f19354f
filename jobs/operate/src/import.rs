//! Takes jobs over from another queue: Asynq, which honeyDue ran before, or stock apalis-redis.
//!
//! Nothing is lost and nothing comes twice, wherever this is cut off. A job is first put aside in the
//! queue it comes from, so that nobody there begins it any more; then one transaction in Postgres
//! remembers that it came and wants it here; then it is enqueued; only then is it removed there. Done
//! again, it goes on with what was put aside, and a source that came before never comes again.

mod apalis;
mod arrive;
mod asynq;
mod carry;
mod foreign;
mod holder;
mod mapping;
mod proto;
mod source;
mod survey;
mod way;

pub use self::{
    carry::{Moved, carry},
    foreign::{Foreign, Stands},
    mapping::Mapping,
    source::Source,
    survey::{Line, survey},
};
