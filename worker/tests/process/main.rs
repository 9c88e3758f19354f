//! `honeydue-worker` as a process: how it stops, and what does not stop it.

mod drain;
mod house;
mod mishaps;
