//! Devices, and deliveries to each of them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use store::{
    Channel, DeliveryId,
    DeliveryState::{Bounced, Considered, Sending, Skipped},
    Device, Refused, StoreError, UserId,
};
use uuid::Uuid;

use crate::home::{Home, wanted};

impl Home {
    async fn consider_push(&self, user: UserId, kind: &str) -> Vec<DeliveryId> {
        let mut tx = self.store.begin().await.unwrap();
        let new = wanted(user, kind, self.now().await);
        let considered = tx.consider_push(&[new]).await.unwrap();
        tx.commit().await.unwrap();
        considered
    }

    /// A delivery to the one device of a new person, in `sending` under this token.
    async fn sending(&self, ours: Uuid) -> (UserId, DeliveryId) {
        let ada = self.person("ada@example.com").await;
        let registered = self.register(ada, Channel::Apns, "aa11").await;
        registered.unwrap();
        let id = self.consider_push(ada, "task-assigned").await[0];
        assert!(self.store.begin_sending(id, ours, 2).await.unwrap());
        (ada, id)
    }

    async fn register(
        &self,
        user: UserId,
        channel: Channel,
        token: &str,
    ) -> Result<Device, StoreError> {
        let mut tx = self.store.begin().await?;
        let registered = tx.register_device(user, channel, token).await?;
        tx.commit().await?;
        Ok(registered)
    }

    async fn devices(&self, user: UserId) -> usize {
        self.store.devices_of(user, 10).await.unwrap().len()
    }
}

#[tokio::test]
async fn a_push_has_one_row_a_device_however_often_it_is_considered() {
    let home = Home::new().await;
    let ada = home.person("ada@example.com").await;
    for (channel, token) in [
        (Channel::Apns, "aa11"),
        (Channel::Fcm, "f:cm"),
        (Channel::Fcm, "f:c2"),
    ] {
        let registered = home.register(ada, channel, token).await;
        assert_eq!(registered.unwrap().channel, channel);
    }
    assert_eq!(home.consider_push(ada, "task-assigned").await.len(), 3);
    assert_eq!(home.consider_push(ada, "task-assigned").await.len(), 0);
    let mut rows = home.store.deliveries_of(ada, 10).await.unwrap();
    rows.sort_by_key(|row| row.device_id);
    let channels: Vec<_> = rows.iter().map(|row| row.channel).collect();
    assert_eq!(channels, [Channel::Apns, Channel::Fcm, Channel::Fcm]);
    assert!(
        rows.iter()
            .all(|row| row.state == Considered && row.device_id.is_some())
    );
}

#[tokio::test]
async fn a_push_to_somebody_without_a_device_is_decided_at_once_and_says_so() {
    let home = Home::new().await;
    let ada = home.person("ada@example.com").await;
    assert_eq!(home.consider_push(ada, "task-assigned").await.len(), 0);
    let row = home.store.deliveries_of(ada, 10).await.unwrap().remove(0);
    assert_eq!(
        (row.channel, row.device_id, row.state),
        (Channel::Push, None, Skipped)
    );
    assert_eq!(row.reason.as_deref(), Some("no-device"));
    assert!(row.decided_at.is_some());
}

#[tokio::test]
async fn a_device_belongs_to_whoever_registered_it_last() {
    let home = Home::new().await;
    let (ada, ben) = (
        home.person("ada@example.com").await,
        home.person("ben@example.com").await,
    );
    let hers = home.register(ada, Channel::Apns, "aa11").await.unwrap();
    home.register(ben, Channel::Apns, "aa11").await.unwrap();
    assert_eq!((home.devices(ada).await, home.devices(ben).await), (0, 1));
    assert_eq!(home.store.device(ada, hers.id).await.unwrap(), None);
    assert!(
        !home
            .store
            .forget_device(ada, Channel::Apns, "aa11")
            .await
            .unwrap()
    );
    assert!(
        !home
            .store
            .forget_device(ben, Channel::Fcm, "aa11")
            .await
            .unwrap()
    );
    assert!(
        home.store
            .forget_device(ben, Channel::Apns, "aa11")
            .await
            .unwrap()
    );
    assert_eq!(home.devices(ben).await, 0);
}

#[tokio::test]
async fn nobody_has_more_than_fifty_devices() {
    let home = Home::new().await;
    let ada = home.person("ada@example.com").await;
    for n in 0..52 {
        let token = format!("{n:04}");
        let registered = home.register(ada, Channel::Apns, &token).await;
        registered.unwrap();
    }
    let devices = home.store.devices_of(ada, 100).await.unwrap();
    assert_eq!(
        (
            devices.len(),
            devices[0].token.as_str(),
            devices[49].token.as_str()
        ),
        (50, "0051", "0002")
    );
}

#[tokio::test]
async fn a_refused_token_is_dropped_with_its_delivery_and_comes_back_when_the_app_does() {
    let (home, ours) = (Home::new().await, Uuid::new_v4());
    let (ada, id) = home.sending(ours).await;
    let refuse = || {
        home.store
            .refused_by_device(id, ours, "410 Unregistered", None)
    };
    // Asked twice, for the first answer may have been lost.
    assert_eq!(refuse().await.unwrap(), Refused::Dropped);
    assert_eq!(refuse().await.unwrap(), Refused::Dropped);
    let row = home.row(id).await;
    assert_eq!(
        (row.state, row.answer.as_deref()),
        (Bounced, Some("410 Unregistered"))
    );
    assert!(row.decided_at.is_some());
    assert_eq!(home.devices(ada).await, 0);

    home.register(ada, Channel::Apns, "aa11").await.unwrap();
    assert_eq!(home.devices(ada).await, 1);
}

#[tokio::test]
async fn a_token_shown_after_the_time_of_its_refusal_is_kept() {
    let (home, ours) = (Home::new().await, Uuid::new_v4());
    let (ada, id) = home.sending(ours).await;
    let yesterday = home.now().await - SignedDuration::from_hours(24);
    let refuse = |since: Option<Timestamp>| {
        home.store
            .refused_by_device(id, ours, "410 Unregistered", since)
    };
    assert_eq!(refuse(Some(yesterday)).await.unwrap(), Refused::Kept);
    // Opened while we were sending.
    home.register(ada, Channel::Apns, "aa11").await.unwrap();
    assert_eq!(refuse(None).await.unwrap(), Refused::Kept);
    assert_eq!(
        (home.devices(ada).await, home.row(id).await.state),
        (1, Sending)
    );
}

#[tokio::test]
async fn only_the_attempt_that_is_sending_drops_a_token() {
    let (home, ours) = (Home::new().await, Uuid::new_v4());
    let (ada, id) = home.sending(ours).await;
    let other = home
        .store
        .refused_by_device(id, Uuid::new_v4(), "410", None)
        .await;
    assert_eq!(other.unwrap(), Refused::Kept);
    assert_eq!(
        (home.devices(ada).await, home.row(id).await.state),
        (1, Sending)
    );
}

#[tokio::test]
async fn devices_that_no_app_has_spoken_for_are_forgotten() {
    let home = Home::new().await;
    let ada = home.person("ada@example.com").await;
    home.register(ada, Channel::Apns, "old").await.unwrap();
    home.sql("UPDATE devices SET seen_at = seen_at - interval '271 days'")
        .await;
    home.register(ada, Channel::Apns, "new").await.unwrap();
    let unseen = Duration::from_hours(270 * 24);
    assert_eq!(
        home.store.forget_stale_devices(unseen, 10).await.unwrap(),
        1
    );
    assert_eq!(
        home.store.devices_of(ada, 10).await.unwrap()[0].token,
        "new"
    );
}

#[tokio::test]
async fn a_preference_counts_for_every_device_and_may_change() {
    let home = Home::new().await;
    let ada = home.person("ada@example.com").await;
    let says = async |channel| {
        home.store
            .preference(ada, "task-assigned", channel)
            .await
            .unwrap()
    };
    assert_eq!(says(Channel::Apns).await, None);
    for wanted in [false, true, false] {
        let mut tx = home.store.begin().await.unwrap();
        tx.set_preference(ada, "task-assigned", Channel::Push, wanted)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(says(Channel::Apns).await, Some(wanted));
        assert_eq!(says(Channel::Fcm).await, Some(wanted));
    }
    assert_eq!(says(Channel::Mail).await, None);
    assert_eq!(home.store.preferences_of(ada).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_chore_is_given_to_members_of_its_household_only() {
    let home = Home::new().await;
    let (ada, ben) = (
        home.person("ada@example.com").await,
        home.person("ben@example.com").await,
    );
    let mut tx = home.store.begin().await.unwrap();
    let place = tx.add_residence("Home", ada).await.unwrap();
    tx.commit().await.unwrap();
    let new = store::NewTask {
        residence_id: place,
        title: "Rent".to_owned(),
        due_on: None,
    };
    let task = home.store.add_task(ada, new).await.unwrap().unwrap();
    let to_ben = || store::TaskChange {
        assignee_id: Some(Some(ben)),
        ..store::TaskChange::default()
    };
    let refused = home.store.update_task(ada, task.id, to_ben()).await;
    assert!(
        matches!(refused, Err(store::StoreError::Invalid(_))),
        "{refused:?}"
    );

    let mut tx = home.store.begin().await.unwrap();
    tx.add_member(place, ben).await.unwrap();
    tx.commit().await.unwrap();
    let given = home
        .store
        .update_task(ada, task.id, to_ben())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(given.assignee_id, Some(ben));
    home.sql("DELETE FROM members WHERE user_id = (SELECT max(id) FROM users)")
        .await;
    assert_eq!(
        home.store
            .task(ada, task.id)
            .await
            .unwrap()
            .unwrap()
            .assignee_id,
        None
    );
}
