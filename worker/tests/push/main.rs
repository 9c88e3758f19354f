//! The push adapters against providers of every mood.

mod apns;
mod config;
mod fcm;
mod foreign;
mod given;
