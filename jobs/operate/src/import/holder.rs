//! Keys of another queue that hold ids, and ids that were taken from them.

use super::foreign::Stands;

/// A key that holds ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) key: String,
    pub(super) sort: Sort,
    pub(super) stands: Stands,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    List,
    Zset,
    Set,
}

/// Put aside, on its way here.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Taken {
    pub(super) id: String,
    pub(super) stands: Stands,
    /// In seconds, where it had a time.
    pub(super) at: Option<f64>,
}

impl Taken {
    /// One that still stands where it is.
    pub(super) fn seen(id: &str, stands: Stands) -> Self {
        Self {
            id: id.to_owned(),
            stands,
            at: None,
        }
    }
}
