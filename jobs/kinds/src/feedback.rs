//! What mailbox providers tell us later about a mail that was taken.
//!
//! A hard bounce ends mail to that address. A complaint takes back all that can be switched off by mail: who
//! calls one of our mails junk does not want the next. A soft bounce passes by itself.

use metrics::counter;
use store::{Channel, DeliveryId, Feedback, Heard, Store, StoreError, Tx, UserId};

/// `message_id` as it was in the mail, with or without its angle brackets.
pub fn delivery_of(message_id: &str) -> Option<DeliveryId> {
    let bare = message_id.trim().trim_matches(['<', '>']);
    let (id, _) = bare.split_once('@')?;
    id.parse().ok().map(DeliveryId)
}

/// All of it or nothing, and once: told again, or cut off and told again, it changes nothing more.
pub async fn hear(
    store: &Store,
    delivery: DeliveryId,
    said: Feedback,
    recipient: Option<&str>,
) -> Result<Heard, StoreError> {
    let mut tx = store.begin().await?;
    let heard = tx.hear(delivery, said, recipient).await?;
    if let (Heard::New(user), Feedback::Complaint) = (heard, said) {
        unsubscribe(&mut tx, user).await?;
    }
    tx.commit().await?;
    if let Heard::New(_) = heard {
        counter!("honeydue_mail_feedback_total", "outcome" => said.name()).increment(1);
    }
    Ok(heard)
}

async fn unsubscribe(tx: &mut Tx, user: UserId) -> Result<(), StoreError> {
    let topics = crate::notices().iter();
    for topic in topics.filter(|topic| topic.channel == Channel::Mail && !topic.required) {
        tx.set_preference(user, topic.kind, Channel::Mail, false)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_id_leads_to_its_delivery_and_a_strangers_to_none() {
        let id = "0b5c3f0a-58a6-4b5f-9a2e-1f1f8a2f7a11";
        let told = DeliveryId(id.parse().expect("an id"));
        for text in [format!("<{id}@example.com>"), format!("{id}@example.com")] {
            assert_eq!(delivery_of(&text), Some(told), "{text}");
        }
        for text in ["", "<>", "hello@example.com", id, "<x"] {
            assert_eq!(delivery_of(text), None, "{text}");
        }
    }
}
