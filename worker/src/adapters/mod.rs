//! How the worker reaches the outside world: one adapter a provider, each behind a port of `kinds`.

pub mod smtp;
