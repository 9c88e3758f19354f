//! All of honeyDue, broken at the worst moments: one Message-ID a person, none missing, and a second
//! copy only where the ledger says so.

mod chaos;
mod given;
mod health;
mod probe;
mod push;
mod sign_up;
mod sweep;
