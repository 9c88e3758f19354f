//! Wanting no more of a kind, by one click and without a login.

use store::{DripEnd, Store, StoreError};

use crate::{Notice, Onboarding, links::Unsubscribe, preferences};

/// Whether it is something that anybody can have no more of.
pub fn is_possible(from: &Unsubscribe) -> bool {
    preferences::check(&from.kind, from.channel, false).is_ok()
}

/// May be asked for any number of times. Who is gone gets no more anyway.
pub async fn unsubscribe(store: &Store, from: &Unsubscribe) -> Result<(), StoreError> {
    if store.user(from.user).await?.is_none() {
        return Ok(());
    }
    let mut tx = store.begin().await?;
    tx.set_preference(from.user, &from.kind, from.channel, false)
        .await?;
    if from.kind == Onboarding::NAME {
        tx.end_drips(&[from.user], DripEnd::Unsubscribed).await?;
    }
    tx.commit().await
}
