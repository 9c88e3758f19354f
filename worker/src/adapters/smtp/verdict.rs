//! What a failure means for the mail: whose fault it is, and whether the mail may have gone.
//!
//! Three rules. A fault of ours (credentials, certificate, sender) never falls on the recipient: it
//! waits for a person to fix it. Only a recipient refused at RCPT, as unknown, is a bad address. And
//! once the message was sent, silence is not a no.

use std::fmt;

use kinds::ports::Sent;

use super::{limits::Limits, trouble::Trouble};

/// How far the conversation had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Up to the second EHLO: TCP, greeting, TLS.
    Greeting,
    Auth,
    Sender,
    Recipient,
    /// The word DATA: the ledger says `sending`, but not a byte of the mail has gone.
    Data,
    /// The mail itself.
    Message,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::Greeting => "the mail server is not ready for us",
            Stage::Auth => "the mail server did not take our credentials",
            Stage::Sender => "the mail server did not take the sender",
            Stage::Recipient => "the mail server did not take the recipient",
            Stage::Data => "the mail server did not want the mail",
            Stage::Message => "the mail server did not confirm the mail",
        })
    }
}

/// What becomes of the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Nobody there: soon again.
    Away,
    /// Somebody there who won't have us: again once a person has seen to it.
    Unwelcome,
    /// Not taken this time.
    Failed,
    /// Not taken, and not to be.
    Refused,
    /// Not taken, for there is no such address.
    Bounced,
    /// Perhaps taken.
    Unknown,
}

pub(super) fn verdict(stage: Stage, trouble: &Trouble, limits: &Limits) -> Sent {
    let why = format!("{stage}: {trouble}");
    let answer = trouble.to_string();
    match fate(stage, trouble) {
        Fate::Away => Sent::Later(limits.away, why),
        Fate::Unwelcome => Sent::Unwelcome(limits.unwelcome, why),
        Fate::Failed => Sent::Failed(anyhow::anyhow!(why)),
        Fate::Refused => Sent::Refused { answer },
        Fate::Bounced => Sent::Bounced { answer },
        Fate::Unknown => Sent::Unknown(why),
    }
}

fn fate(stage: Stage, trouble: &Trouble) -> Fate {
    match (stage, trouble) {
        (Stage::Data | Stage::Message, Trouble::Said { code, .. }) => said_to_the_mail(*code),
        (Stage::Data, _) => Fate::Failed,
        (Stage::Message, _) => Fate::Unknown,
        (_, Trouble::Said { code, text }) => said_before_the_mail(stage, *code, text),
        (_, Trouble::Silent(_) | Trouble::Broken(_)) => Fate::Away,
        (_, Trouble::Untrusted(_) | Trouble::Unfit(_)) => Fate::Unwelcome,
    }
}

/// The ledger says `sending` by now, and a definite no gives the delivery back to it.
fn said_to_the_mail(code: u16) -> Fate {
    if is_for_now(code) || is_login(code) {
        Fate::Failed
    } else {
        Fate::Refused
    }
}

fn said_before_the_mail(stage: Stage, code: u16, text: &str) -> Fate {
    match stage {
        _ if code == 421 => Fate::Away,
        _ if is_login(code) => Fate::Unwelcome,
        Stage::Greeting | Stage::Auth if is_for_now(code) => Fate::Away,
        Stage::Sender | Stage::Recipient if is_for_now(code) => Fate::Failed,
        Stage::Recipient if blames_the_address(code, text) => Fate::Bounced,
        Stage::Recipient if !blames_the_sender(text) => Fate::Refused,
        _ => Fate::Unwelcome,
    }
}

fn is_for_now(code: u16) -> bool {
    code < 500
}

/// RFC 4954: log in first, or differently. That is configuration, at whatever stage it is said.
fn is_login(code: u16) -> bool {
    (530..540).contains(&code)
}

/// RFC 3463: no such mailbox, no such domain, malformed, ambiguous, moved, or a domain that takes no
/// mail. Not 5.1.0, which says nothing, nor 5.1.7 to 5.1.9, which are not about the recipient.
fn blames_the_address(code: u16, text: &str) -> bool {
    let about_it = matches!(
        enhanced(text),
        Some("1" | "2" | "3" | "4" | "5" | "6" | "10")
    );
    about_it && matches!(code, 550 | 551 | 553 | 556)
}

/// Many servers put off what they think of MAIL FROM until RCPT: 5.1.7 and 5.1.8 are the sender's.
fn blames_the_sender(text: &str) -> bool {
    matches!(enhanced(text), Some("7" | "8"))
}

/// The detail of an enhanced status code about addresses: `8` of `5.1.8`.
fn enhanced(text: &str) -> Option<&str> {
    text.split_whitespace().next()?.strip_prefix("5.1.")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use Fate::{Away, Bounced, Failed, Refused, Unknown, Unwelcome};

    use super::*;

    fn said(code: u16, text: &str) -> Trouble {
        let text = text.to_owned();
        Trouble::Said { code, text }
    }

    #[test]
    #[rustfmt::skip] // a table reads better aligned
    fn every_answer_has_its_verdict() {
        let table = [
            (Stage::Greeting,  421, "4.3.2 shutting down",                     Away),
            (Stage::Greeting,  454, "4.7.0 TLS not available",                 Away),
            (Stage::Greeting,  554, "5.7.1 your address is blocked",           Unwelcome),
            (Stage::Auth,      454, "4.7.0 temporary failure",                 Away),
            (Stage::Auth,      535, "5.7.8 bad credentials",                   Unwelcome),
            (Stage::Auth,      504, "5.5.4 mechanism unknown",                 Unwelcome),
            (Stage::Sender,    421, "4.7.0 too many connections",              Away),
            (Stage::Sender,    451, "4.7.1 slow down",                         Failed),
            (Stage::Sender,    530, "5.7.0 must issue STARTTLS first",         Unwelcome),
            (Stage::Sender,    550, "5.1.1 no such user",                      Unwelcome),
            (Stage::Sender,    553, "5.7.1 sender not owned by user",          Unwelcome),
            (Stage::Recipient, 421, "4.4.2 goodbye",                           Away),
            (Stage::Recipient, 450, "4.2.1 mailbox busy",                      Failed),
            (Stage::Recipient, 451, "4.7.1 greylisted",                        Failed),
            (Stage::Recipient, 452, "4.2.2 over quota",                        Failed),
            (Stage::Recipient, 530, "5.7.0 authentication required",           Unwelcome),
            (Stage::Recipient, 550, "5.1.1 no such user",                      Bounced),
            (Stage::Recipient, 550, "5.1.10 domain takes no mail",             Bounced),
            (Stage::Recipient, 551, "5.1.6 moved",                             Bounced),
            (Stage::Recipient, 553, "5.1.3 bad syntax",                        Bounced),
            (Stage::Recipient, 556, "5.1.10 null MX",                          Bounced),
            (Stage::Recipient, 550, "5.1.0 rejected",                          Refused),
            (Stage::Recipient, 550, "5.1.8 sender domain not found",           Unwelcome),
            (Stage::Recipient, 553, "5.1.7 bad sender",                        Unwelcome),
            (Stage::Recipient, 550, "5.7.1 policy",                            Refused),
            (Stage::Recipient, 550, "no such user",                            Refused),
            (Stage::Recipient, 550, "",                                        Refused),
            (Stage::Recipient, 552, "5.2.2 mailbox full",                      Refused),
            (Stage::Recipient, 554, "5.1.1 looks bad, wrong code",             Refused),
            (Stage::Recipient, 554, "5.7.1 relay access denied",               Refused),
            (Stage::Data,      451, "4.3.0 try again",                         Failed),
            (Stage::Data,      530, "5.7.0 authentication required",           Failed),
            (Stage::Data,      554, "5.5.1 no valid recipients",               Refused),
            (Stage::Message,   421, "4.4.2 goodbye",                           Failed),
            (Stage::Message,   451, "4.3.0 queue file write error",            Failed),
            (Stage::Message,   550, "5.1.1 no such user, told late",           Refused),
            (Stage::Message,   552, "5.3.4 message too big",                   Refused),
            (Stage::Message,   554, "5.6.0 looks like spam",                   Refused),
        ];
        for (stage, code, text, wanted) in table {
            assert_eq!(fate(stage, &said(code, text)), wanted, "{stage:?} {code} {text}");
        }
    }

    #[test]
    fn a_connection_lost_means_something_else_at_each_stage() {
        let lost = [
            Trouble::Silent(Duration::from_secs(5)),
            Trouble::Broken("connection reset".into()),
        ];
        for trouble in &lost {
            for stage in [
                Stage::Greeting,
                Stage::Auth,
                Stage::Sender,
                Stage::Recipient,
            ] {
                assert_eq!(fate(stage, trouble), Away, "{stage:?} {trouble}");
            }
            assert_eq!(fate(Stage::Data, trouble), Failed);
            assert_eq!(fate(Stage::Message, trouble), Unknown);
        }
    }

    #[test]
    fn a_server_we_cannot_trust_or_use_waits_for_a_person() {
        for stage in [Stage::Greeting, Stage::Auth] {
            assert_eq!(
                fate(stage, &Trouble::Untrusted("unknown issuer".into())),
                Unwelcome
            );
            assert_eq!(
                fate(stage, &Trouble::Unfit("no STARTTLS".into())),
                Unwelcome
            );
        }
    }
}
