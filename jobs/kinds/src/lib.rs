//! What honeyDue does, and when.

pub mod ports;
