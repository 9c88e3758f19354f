//! Columns that may be null, as the types that our rows have.
//!
//! The adapter for jiff's types is a wrapper, and a wrapper in an `Option` doesn't turn into what it
//! wraps by itself.

use jiff::civil;
use sqlx::{
    Decode, Postgres, Type, ValueRef,
    error::BoxDynError,
    postgres::{PgTypeInfo, PgValueRef},
};

pub(crate) use jiff_sqlx::{Date, Timestamp};

/// A `timestamptz` that may be null.
pub(crate) struct MaybeTimestamp(Option<jiff::Timestamp>);

/// A `date` that may be null.
pub(crate) struct MaybeDate(Option<civil::Date>);

macro_rules! nullable {
    ($maybe:ident, $adapter:ty, $plain:ty) => {
        impl Type<Postgres> for $maybe {
            fn type_info() -> PgTypeInfo {
                <$adapter as Type<Postgres>>::type_info()
            }
        }

        impl<'r> Decode<'r, Postgres> for $maybe {
            fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
                if value.is_null() {
                    return Ok(Self(None));
                }
                let adapter = <$adapter as Decode<'r, Postgres>>::decode(value)?;
                Ok(Self(Some(adapter.into())))
            }
        }

        impl From<$maybe> for Option<$plain> {
            fn from(maybe: $maybe) -> Self {
                maybe.0
            }
        }
    };
}

nullable!(MaybeTimestamp, Timestamp, jiff::Timestamp);
nullable!(MaybeDate, Date, civil::Date);

/// Postgres's texts can't hold it, and it refuses to be asked about one that does.
const NUL: char = '\0';

/// Whether an address, or whatever else came from outside, can be in any row.
pub(crate) fn can_hold(text: &str) -> bool {
    !text.contains(NUL)
}

/// As much of a text from outside as we keep.
pub(crate) fn short(text: &str) -> String {
    const LONGEST: usize = 300;
    text.chars()
        .filter(|char| *char != NUL)
        .take(LONGEST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_from_outside_is_cut_between_characters_and_holds_no_nul() {
        assert_eq!(short(&"é\0".repeat(400)), "é".repeat(300));
    }
}
