//! What people get by mail, and when they get nothing, over a real Postgres and a real Redis.

mod first_days;
mod hourly;
mod house;
mod links;
