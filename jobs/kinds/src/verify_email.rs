//! Asks a person once more whether their address is theirs; the first time, the welcome does.

use std::time::Duration;

use jiff::Timestamp;
use platform::{Failure, OrFatal};
use store::{Delivery, Purpose, RequestId, User};

use crate::{
    Context, Notice, Reason, Say,
    mail::{Name, VerifyFacts},
    notice::URGENT,
};

pub struct VerifyEmail;

impl Notice for VerifyEmail {
    const NAME: &'static str = "verify-email";
    const QUEUE: &'static str = URGENT;
    const REQUIRED: bool = true;
    /// As long as the link works, which the mail says.
    const WINDOW: Duration = Duration::from_hours(72);

    async fn say(
        ctx: &Context,
        delivery: &Delivery,
        user: &User,
        _: Timestamp,
    ) -> Result<Say, Failure> {
        if user.verified_at.is_some() {
            return Ok(Say::Nothing(Reason::AddressKnown));
        }
        let id: RequestId = delivery.occasion.parse().or_fatal()?;
        if ctx.store.open_request(id).await?.is_none() {
            return Ok(Say::Nothing(Reason::LinkUsed));
        }
        let facts = VerifyFacts {
            name: Name::new(&user.name),
            url: ctx.links.request(Purpose::VerifyEmail, id),
        };
        Self::by_mail(ctx, user, &facts)
    }
}
