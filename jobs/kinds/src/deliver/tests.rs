//! From a row of the ledger to what its person allows, over a real Postgres and a real Redis.

mod called_off;
mod cap;
mod days;
mod given;
mod late;
mod limit;
mod quiet;
mod suppression;
mod told;

use store::DeliveryState::{Considered, Sent, Skipped};

use self::given::{Chatter, Given, Must, at, later};
use super::*;
use crate::ports::Sent as Answer;
