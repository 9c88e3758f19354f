//! Whom a sentence speaks to: the same words for a person and for an operator who asks about them.

/// Sentences say `{they}`, `{their}` and `{theirs}` where they mean the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// To the person themselves.
    You,
    /// To an operator.
    They,
}

impl Voice {
    pub(crate) fn says(self, words: &str) -> String {
        let [they, their, theirs] = match self {
            Self::You => ["you", "your", "yours"],
            Self::They => ["they", "their", "theirs"],
        };
        words
            .replace("{they}", they)
            .replace("{their}", their)
            .replace("{theirs}", theirs)
    }
}
