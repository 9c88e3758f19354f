//! An alert on its way to one device.

use anyhow::bail;
use jiff::Timestamp;
use platform::{OrFatal as _, Outcome};
use store::{Channel, Delivery, Device};

use super::{attempt::Attempt, skip};
use crate::{
    Context, Reason, Words,
    ports::{Alert, Carriers, Push},
};

/// The device is looked up by its person: a phone that changed hands is not pushed for who had it.
pub(super) async fn push(
    ctx: &Context,
    row: &Delivery,
    words: Words,
    copies: i16,
    now: Timestamp,
) -> Outcome {
    let Some(carriers) = &ctx.push else {
        return skip(ctx, row.id, Reason::PushOff).await;
    };
    let device = match row.device_id {
        Some(id) => ctx.store.device(row.user_id, id).await?,
        None => None,
    };
    let Some(device) = device else {
        return skip(ctx, row.id, Reason::DeviceGone).await;
    };
    let carrier = carrier(carriers, &device).or_fatal()?;
    let alert = alert(row, device, words, now);
    Attempt::new(ctx, row, copies).push(carrier, &alert).await
}

fn carrier<'a>(carriers: &'a Carriers, device: &Device) -> anyhow::Result<&'a dyn Push> {
    match device.channel {
        Channel::Apns => Ok(&*carriers.apns),
        Channel::Fcm => Ok(&*carriers.fcm),
        other => bail!("no device is reached by {other}"),
    }
}

fn alert(row: &Delivery, device: Device, words: Words, at: Timestamp) -> Alert {
    Alert {
        token: device.token,
        title: words.title.as_str().to_owned(),
        body: words.body.as_str().to_owned(),
        path: words.path,
        id: row.id,
        expires: row.not_after,
        at,
    }
}
