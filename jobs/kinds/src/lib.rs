//! What honeyDue does, and when.

pub mod mail;
pub mod ports;
