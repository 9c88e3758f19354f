//! The failure table: what goes wrong around a tick, and that the tick takes effect once all the same.

#[path = "../house/example.rs"]
mod example;
mod fan_out;
mod given;
#[path = "../house/mod.rs"]
mod house;
mod leaders;
mod outage;
mod postgres;
mod redis;
mod roll_out;
#[path = "../house/stall.rs"]
mod stall;
#[path = "../house/worker.rs"]
mod worker;
