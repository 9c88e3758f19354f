//! What a kind that speaks to people has to say; how it gets there is not its business.

use std::{future::Future, time::Duration};

use jiff::Timestamp;
use platform::{Failure, Retry};
use store::{Channel, Delivery, User};

use crate::{
    Context, Reason,
    hours::Hours,
    links::Unsubscribe,
    mail::{self, Facts, Line, Reader, Rendered},
};

/// The queue of what somebody is waiting for right now: in `mail` a whole town's digests may stand in front.
pub(crate) const URGENT: &str = "urgent";

/// A kind of message.
pub trait Notice: Send + Sync + 'static {
    /// The kind's name on the wire and in the ledger. Never rename it, never reuse it.
    const NAME: &'static str;

    /// By which way it goes: mail or push.
    const CHANNEL: Channel = Channel::Mail;

    /// Nobody can switch it off: they asked for it, or have to know.
    const REQUIRED: bool = false;

    const QUEUE: &'static str = match Self::CHANNEL {
        Channel::Mail => "mail",
        _ => "push",
    };

    /// Patient: a provider's bad hour must not cost anybody a message. The deadline is the ledger's.
    const RETRY: Retry = Retry::times(20);

    /// How long after its time it is still worth sending.
    const WINDOW: Duration;

    /// When it comes to everybody by itself; none for a kind that something leads to.
    const HOURS: Option<Hours> = None;

    /// How often it may enter `sending`: 2 sends once more what may or may not have gone, 1 leaves it.
    const COPIES: i16 = 2;

    /// What to say to `user` now, read at the moment of sending: a task done meanwhile is not
    /// mentioned.
    fn say(
        ctx: &Context,
        delivery: &Delivery,
        user: &User,
        now: Timestamp,
    ) -> impl Future<Output = Result<Say, Failure>> + Send;

    /// `facts` in the reader's language, with the way out of this kind unless it is required.
    fn by_mail<F: Facts>(ctx: &Context, user: &User, facts: &F) -> Result<Say, Failure> {
        let from = Unsubscribe {
            user: user.id,
            kind: Self::NAME.to_owned(),
            channel: Channel::Mail,
        };
        let reader = Reader {
            locale: user.locale,
            unsubscribe: (!Self::REQUIRED).then(|| ctx.links.unsubscribe(&from)),
        };
        Ok(Say::Message(mail::render(facts, &reader)?))
    }

    /// `facts` in the reader's language; a tap leads to `path`.
    fn by_push<F: Facts>(user: &User, facts: &F, path: String) -> Result<Say, Failure> {
        let [title, body] = mail::alert(facts, user.locale)?;
        Ok(Say::Alert(Words { title, body, path }))
    }
}

pub enum Say {
    /// By mail.
    Message(Rendered),
    /// By push.
    Alert(Words),
    /// Nothing, and why: `honeydue explain` shows it.
    Nothing(Reason),
}

/// What a push says.
pub struct Words {
    pub title: Line,
    pub body: Line,
    /// What a tap on it opens, within the app.
    pub path: String,
}
