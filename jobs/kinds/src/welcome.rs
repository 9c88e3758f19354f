//! Says hello to someone who just signed up.

use std::time::Duration;

use jiff::Timestamp;
use platform::Failure;
use store::{Delivery, User};

use crate::{
    Context, Notice, Say,
    mail::{self, Name, WelcomeFacts},
};

pub struct Welcome;

impl Welcome {
    /// One per person, ever.
    pub(crate) const OCCASION: &str = "welcome";
}

impl Notice for Welcome {
    const NAME: &'static str = "welcome";
    /// They asked for it by signing up, and it comes once.
    const REQUIRED: bool = true;
    const WINDOW: Duration = Duration::from_hours(48);

    async fn say(ctx: &Context, _: &Delivery, user: &User, _: Timestamp) -> Result<Say, Failure> {
        let facts = WelcomeFacts {
            name: Name::new(&user.name),
            url: ctx.public_url.clone(),
        };
        Ok(Say::Message(mail::render(&facts)?))
    }
}
