//! Fields of a change of which absent leaves it, and null takes it away.

use serde::{Deserialize, Deserializer};

/// For `#[serde(default, deserialize_with = "said")]`.
pub(crate) fn said<'de, T, D>(field: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(field).map(Some)
}
