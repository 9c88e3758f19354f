//! Says hello to someone who just signed up.

use std::time::Duration;

use jiff::Timestamp;
use platform::Failure;
use store::{Delivery, Purpose, User};

use crate::{
    Context, Notice, Say,
    mail::{Name, WelcomeFacts},
    notice::URGENT,
};

pub struct Welcome;

impl Welcome {
    /// One per person, ever.
    pub(crate) const OCCASION: &str = "welcome";
}

impl Notice for Welcome {
    const NAME: &'static str = "welcome";
    const QUEUE: &'static str = URGENT;
    /// They asked for it by signing up, and it comes once.
    const REQUIRED: bool = true;
    const WINDOW: Duration = Duration::from_hours(48);

    async fn say(ctx: &Context, _: &Delivery, user: &User, _: Timestamp) -> Result<Say, Failure> {
        let facts = WelcomeFacts {
            name: Name::new(&user.name),
            confirm: confirm(ctx, user).await?,
            url: ctx.links.home().to_owned(),
        };
        Self::by_mail(ctx, user, &facts)
    }
}

/// Where they say that the address is theirs, unless they have.
async fn confirm(ctx: &Context, user: &User) -> Result<Option<String>, Failure> {
    if user.verified_at.is_some() {
        return Ok(None);
    }
    let asked = ctx.store.open_request_of(user.id, Purpose::VerifyEmail);
    let asked = asked.await?;
    Ok(asked.map(|asked| ctx.links.request(Purpose::VerifyEmail, asked.id)))
}
