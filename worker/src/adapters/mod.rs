//! How the worker reaches the outside world: one adapter a provider, each behind a port of `kinds`.

pub mod apns;
mod certificate;
mod commit;
mod config_error;
pub mod fcm;
mod http;
mod jwt;
pub mod smtp;

pub use config_error::ConfigError;
