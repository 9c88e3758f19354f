//! A mail as it arrived, and as a reader sees it.

use jiff::Timestamp;
use mail_parser::{Message, MessageParser, MessagePart, PartType};

use super::envelope::Envelope;
use crate::clock;

#[derive(Debug, Clone)]
pub struct Mail {
    /// Counts from 1, and never again.
    pub n: u64,
    pub at: Timestamp,
    /// The envelope's, as is `to`; what the headers say may differ.
    pub from: String,
    pub to: Vec<String>,
    pub subject: String,
    /// Without `<>`; empty if the mail has none.
    pub message_id: String,
    /// With CRLF, without the dots SMTP adds.
    pub raw: Vec<u8>,
}

impl Mail {
    pub(super) fn new(envelope: Envelope, raw: Vec<u8>) -> Mail {
        let message = MessageParser::default().parse(&raw);
        let message = message.as_ref();
        let subject = message.and_then(|message| message.subject());
        let message_id = message.and_then(|message| message.message_id());
        Mail {
            n: 0,
            at: clock::now(),
            from: envelope.from,
            to: envelope.to,
            subject: subject.unwrap_or_default().to_owned(),
            message_id: message_id.unwrap_or_default().to_owned(),
            raw,
        }
    }

    /// In the mail's order, unfolded and otherwise as sent.
    pub fn headers(&self) -> Vec<(String, String)> {
        let unfold = |value: &str| value.split_whitespace().collect::<Vec<_>>().join(" ");
        MessageParser::default()
            .parse(&self.raw)
            .iter()
            .flat_map(Message::headers_raw)
            .map(|(name, value)| (name.to_owned(), unfold(value)))
            .collect()
    }

    /// The part for readers without HTML, decoded.
    pub fn text(&self) -> Option<String> {
        self.part(|part| match &part.body {
            PartType::Text(text) => Some(text.to_string()),
            _ => None,
        })
    }

    pub fn html(&self) -> Option<String> {
        self.part(|part| match &part.body {
            PartType::Html(html) => Some(html.to_string()),
            _ => None,
        })
    }

    fn part(&self, choose: impl FnMut(&MessagePart<'_>) -> Option<String>) -> Option<String> {
        MessageParser::default()
            .parse(&self.raw)?
            .parts
            .iter()
            .find_map(choose)
    }
}
