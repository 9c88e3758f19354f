//! A task of Asynq's, as its client writes it.

#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub(super) id: &'a str,
    pub(super) kind: &'a str,
    pub(super) payload: &'a str,
    pub(super) retried: u8,
    pub(super) error: &'a str,
}

impl Task<'_> {
    /// The fields of Asynq's message that matter here, as protobuf writes them.
    pub(super) fn message(&self, queue: &str) -> Vec<u8> {
        let mut message = Vec::new();
        let texts = [
            (1, self.kind),
            (2, self.payload),
            (3, self.id),
            (4, queue),
            (7, self.error),
        ];
        for (number, text) in texts {
            message.extend([
                number << 3 | 2,
                u8::try_from(text.len()).expect("a short text"),
            ]);
            message.extend(text.as_bytes());
        }
        message.extend([5 << 3, 25, 6 << 3, self.retried]);
        message
    }
}

pub(super) fn tidy(id: &str) -> Task<'_> {
    Task {
        id,
        kind: "task:tidy",
        payload: r#"{"ms":3}"#,
        retried: 0,
        error: "",
    }
}
