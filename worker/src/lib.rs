//! Does the jobs: an apalis Monitor with one worker a queue, and the adapters to the outside world.
//!
//! - [`Config`]: what it is told by the environment.
//! - [`work`]: the Monitor, its workers, and how they stop.
//! - [`adapters`]: how mail leaves.

pub mod adapters;
mod config;
mod queues;
mod roster;
pub mod work;

pub use config::Config;
