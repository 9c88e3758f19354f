//! The inbox, asked by the client the worker uses and by programs that know only its API.

#[path = "inbox/faults.rs"]
mod faults;
#[path = "inbox/given.rs"]
mod given;
#[path = "inbox/hold.rs"]
mod hold;
#[path = "inbox/send.rs"]
mod send;
#[path = "inbox/web.rs"]
mod web;
