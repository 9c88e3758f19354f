//! Flags that mean the same on every verb that has them.

use clap::{Args, builder::RangedI64ValueParser, value_parser};

#[derive(Args)]
pub(crate) struct Limit {
    /// How many at most; 1 to 1000.
    #[arg(
        long,
        default_value_t = 50,
        value_name = "N",
        value_parser = value_parser!(u16).range(1..=1000),
        allow_hyphen_values = true
    )]
    pub(crate) limit: u16,
}

/// How many jobs a look through the backlog may read.
pub(crate) fn scan() -> RangedI64ValueParser<u32> {
    value_parser!(u32).range(1..=1_000_000)
}
