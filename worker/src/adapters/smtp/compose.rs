//! From an [`Email`] to the bytes that go over the wire.

use std::time::SystemTime;

use kinds::ports::{Email, Sent};
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
};

/// Longer than any header of ours, and short enough for one.
const LONGEST: usize = 200;

/// A line may have 998 characters.
const MOST_LINK: usize = 900;

/// A mail in its envelope.
pub(super) struct Mail {
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) bytes: Vec<u8>,
}

/// RFC 3834: nobody's holiday notice should answer this.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// RFC 8058: where a POST without a login ends mail of this kind.
#[derive(Clone)]
struct ListUnsubscribe(String);

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(value: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(value.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), format!("<{}>", self.0))
    }
}

/// With it a mailbox shows its own button, and presses it for the reader.
#[derive(Clone)]
struct OneClick;

impl Header for OneClick {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}

/// `Err` says what becomes of a mail that can't be written down.
pub(super) fn compose(from: &Mailbox, email: &Email) -> Result<Mail, Sent> {
    let to = recipient(&email.to)?;
    let name = Some(one_line(&email.to_name)).filter(|name| !name.is_empty());
    let mut message = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(name, to.clone()))
        .subject(one_line(&email.subject))
        .date(date(email))
        .message_id(Some(message_id(&email.message_id)?))
        .header(AutoSubmitted);
    if let Some(link) = &email.unsubscribe {
        message = message
            .header(ListUnsubscribe(sound(link)?))
            .header(OneClick);
    }
    let message = message
        .multipart(MultiPart::alternative_plain_html(
            lines(&email.text),
            lines(&email.html),
        ))
        .map_err(|error| Sent::Failed(error.into()))?;
    Ok(Mail {
        from: from.email.clone(),
        to,
        bytes: message.formatted(),
    })
}

/// An address that no server can be asked about bounces from no server, so it is not called bad.
fn recipient(to: &str) -> Result<Address, Sent> {
    let refused = |answer: &str| Sent::Refused {
        answer: answer.to_owned(),
    };
    if to.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return Err(refused("this is not an e-mail address"));
    }
    let address: Address = to
        .parse()
        .map_err(|_| refused("this is not an e-mail address"))?;
    in_ascii(&address).ok_or_else(|| refused("this address needs SMTPUTF8, which we don't speak"))
}

/// A domain has a spelling in ASCII; what stands before the @ has none.
fn in_ascii(address: &Address) -> Option<Address> {
    if address.domain().is_ascii() {
        return address.user().is_ascii().then(|| address.clone());
    }
    let domain = url::Host::parse(address.domain()).ok()?.to_string();
    Address::new(address.user(), domain)
        .ok()
        .filter(|address| address.user().is_ascii())
}

/// lettre writes it as it is, so it must not end the header and begin another.
fn message_id(id: &str) -> Result<String, Sent> {
    let is_sound = id.len() <= LONGEST
        && id.contains('@')
        && id
            .chars()
            .all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>'));
    if is_sound {
        Ok(format!("<{id}>"))
    } else {
        Err(Sent::Failed(anyhow::anyhow!("{id:?} is no Message-ID")))
    }
}

/// An address for a header, which it must not end.
fn sound(link: &str) -> Result<String, Sent> {
    let is_sound = link.len() <= MOST_LINK
        && link
            .chars()
            .all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | ','));
    if is_sound {
        Ok(link.to_owned())
    } else {
        let why = "the link to unsubscribe is not fit for a header; is PUBLIC_URL right?";
        Err(Sent::Failed(anyhow::anyhow!(why)))
    }
}

/// lettre ends each line as SMTP wants it, but for a carriage return that stands alone: servers that have
/// heard of smuggled mails refuse that.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn one_line(text: &str) -> String {
    let visible = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    visible.take(LONGEST).collect::<String>().trim().to_owned()
}

/// The header has four digits for the year.
fn date(email: &Email) -> SystemTime {
    let seconds = email.at.as_second().clamp(0, 253_402_300_799);
    SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds.unsigned_abs())
}

#[cfg(test)]
#[path = "compose_tests.rs"]
mod tests;
