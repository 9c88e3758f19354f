//! The push adapters against providers of every mood.

mod apns;
mod config;
mod fcm;
#[cfg(feature = "peers")]
mod foreign;
mod given;
