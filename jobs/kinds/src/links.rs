//! Where the links in our messages lead, and how we know that we made them.
//!
//! What a link says is signed and not kept: whoever sends a second copy of a mail signs the same again,
//! and nothing in Postgres, Redis or a log lets anybody follow it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ring::hmac;
use store::{Channel, Purpose, RequestId, UserId};
use uuid::Uuid;

/// Longer than any of ours.
const LONGEST: usize = 300;
const TAG: usize = 32;

/// What may be asked for by a link without a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscribe {
    pub user: UserId,
    pub kind: String,
    pub channel: Channel,
}

/// Signs what links carry. What is signed for one purpose counts for no other.
#[derive(Clone)]
pub struct Links {
    key: hmac::Key,
    /// Without a slash at its end.
    public_url: String,
}

impl Links {
    /// By `SECRET_KEY`: with another one, every link that is out there stops working.
    pub fn new(secret: &str, public_url: &str) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()),
            public_url: public_url.trim_end_matches('/').to_owned(),
        }
    }

    /// Where people find honeyDue.
    pub fn home(&self) -> &str {
        &self.public_url
    }

    pub fn unsubscribe(&self, from: &Unsubscribe) -> String {
        let said = format!("{}.{}.{}", from.user, from.channel, from.kind);
        let token = self.sign("unsubscribe.1", said.as_bytes());
        format!("{}/u/{token}", self.public_url)
    }

    /// What a token says, if it is one of ours.
    pub fn unsubscribed(&self, token: &str) -> Option<Unsubscribe> {
        let said = String::from_utf8(self.proven("unsubscribe.1", token)?).ok()?;
        let (user, rest) = said.split_once('.')?;
        let (channel, kind) = rest.split_once('.')?;
        Some(Unsubscribe {
            user: user.parse().ok()?,
            kind: kind.to_owned(),
            channel: if channel == "mail" {
                Channel::Mail
            } else {
                return None;
            },
        })
    }

    pub fn request(&self, purpose: Purpose, id: RequestId) -> String {
        let token = self.sign(signed_as(purpose), id.0.as_bytes());
        let page = match purpose {
            Purpose::PasswordReset => "reset-password",
            Purpose::VerifyEmail => "verify-email",
        };
        format!("{}/{page}?token={token}", self.public_url)
    }

    /// Whose token this is, if it is one of ours; whether it still counts is for the store to say.
    pub fn requested(&self, purpose: Purpose, token: &str) -> Option<RequestId> {
        let said = self.proven(signed_as(purpose), token)?;
        Uuid::from_slice(&said).ok().map(RequestId)
    }

    fn sign(&self, purpose: &str, said: &[u8]) -> String {
        let tag = hmac::sign(&self.key, &message(purpose, said));
        BASE64.encode([said, tag.as_ref()].concat())
    }

    /// Compared in constant time.
    fn proven(&self, purpose: &str, token: &str) -> Option<Vec<u8>> {
        if token.len() > LONGEST {
            return None;
        }
        let mut said = BASE64.decode(token).ok()?;
        let tag = said.split_off(said.len().checked_sub(TAG)?);
        hmac::verify(&self.key, &message(purpose, &said), &tag).ok()?;
        Some(said)
    }
}

fn signed_as(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::PasswordReset => "password-reset.1",
        Purpose::VerifyEmail => "verify-email.1",
    }
}

/// No purpose holds a NUL, so none can be taken for the beginning of another's words.
fn message(purpose: &str, said: &[u8]) -> Vec<u8> {
    [purpose.as_bytes(), b"\0", said].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "a secret that is only for tests, and long";

    fn links() -> Links {
        Links::new(SECRET, "https://honeydue.example.com/")
    }

    fn digest() -> Unsubscribe {
        Unsubscribe {
            user: UserId(7),
            kind: "daily-digest".to_owned(),
            channel: Channel::Mail,
        }
    }

    fn token(link: &str) -> String {
        let end = link.rsplit(['/', '=']).next();
        end.unwrap().to_owned()
    }

    #[test]
    fn a_link_says_what_it_was_made_of_and_always_the_same() {
        let link = links().unsubscribe(&digest());
        assert!(
            link.starts_with("https://honeydue.example.com/u/"),
            "{link}"
        );
        assert_eq!(links().unsubscribed(&token(&link)), Some(digest()));
        assert_eq!(link, links().unsubscribe(&digest()));

        let id = RequestId(Uuid::new_v4());
        let link = links().request(Purpose::PasswordReset, id);
        assert_eq!(
            links().requested(Purpose::PasswordReset, &token(&link)),
            Some(id)
        );
        assert_eq!(link, links().request(Purpose::PasswordReset, id));
    }

    #[test]
    fn a_link_counts_for_its_purpose_and_under_its_key_alone() {
        let id = RequestId(Uuid::new_v4());
        let reset = token(&links().request(Purpose::PasswordReset, id));
        assert_eq!(links().requested(Purpose::VerifyEmail, &reset), None);
        assert_eq!(links().unsubscribed(&reset), None);
        let other = Links::new("another secret", "https://honeydue.example.com");
        assert_eq!(other.requested(Purpose::PasswordReset, &reset), None);
    }

    #[test]
    fn whoever_changes_a_letter_of_a_token_has_none() {
        let good = token(&links().unsubscribe(&digest()));
        for at in 0..good.len() {
            let swapped = if good.as_bytes()[at] == b'A' {
                "B"
            } else {
                "A"
            };
            let mut bad = good.clone();
            bad.replace_range(at..=at, swapped);
            assert_eq!(links().unsubscribed(&bad), None, "{bad}");
        }
        let endless = "A".repeat(100_000);
        for bad in [
            "",
            "A",
            "/",
            "ü",
            "%00",
            &good[1..],
            &good[..good.len() - 4],
            &endless,
        ] {
            assert_eq!(links().unsubscribed(bad), None, "{bad}");
        }
    }
}
