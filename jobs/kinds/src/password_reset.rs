//! Sends whoever asked for it a link to choose a new password by.

use std::time::Duration;

use jiff::Timestamp;
use platform::{Failure, OrFatal};
use store::{Delivery, Purpose, RequestId, User};

use crate::{
    Context, Notice, Reason, Say,
    mail::{Name, ResetFacts},
    notice::URGENT,
};

pub struct PasswordReset;

impl Notice for PasswordReset {
    const NAME: &'static str = "password-reset";
    const QUEUE: &'static str = URGENT;
    const REQUIRED: bool = true;
    /// As long as the link works, which the mail says.
    const WINDOW: Duration = Duration::from_hours(1);

    async fn say(
        ctx: &Context,
        delivery: &Delivery,
        user: &User,
        _: Timestamp,
    ) -> Result<Say, Failure> {
        let id: RequestId = delivery.occasion.parse().or_fatal()?;
        if ctx.store.open_request(id).await?.is_none() {
            return Ok(Say::Nothing(Reason::LinkUsed));
        }
        let facts = ResetFacts {
            name: Name::new(&user.name),
            url: ctx.links.request(Purpose::PasswordReset, id),
        };
        Self::by_mail(ctx, user, &facts)
    }
}
