//! People, and what lets them in.

use store::{Credentials, NewUser, StoreError, UserId};

use crate::{
    chores::{chore, settle},
    home::{Home, person},
};

#[tokio::test]
async fn an_address_has_one_account_whatever_its_capitals() {
    let db = Home::new().await;
    let ada_id = sign_up(&db, "Ada@Example.com").await.unwrap();
    let again = sign_up(&db, "ada@example.COM").await;
    assert!(matches!(again, Err(StoreError::EmailTaken)), "{again:?}");

    let found = db
        .store
        .user_by_email("ADA@example.com")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.id, found.email.as_str()),
        (ada_id, "Ada@Example.com")
    );
    let login = db
        .store
        .credentials("ada@example.com")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(login.user_id, ada_id);
}

#[tokio::test]
async fn a_sign_up_that_is_not_committed_leaves_nothing() {
    let db = Home::new().await;
    let mut tx = db.store.begin().await.unwrap();
    let id = tx.add_user(person("ada@example.com")).await.unwrap();
    tx.add_residence("Home", id).await.unwrap();
    drop(tx);
    assert_eq!(db.store.user(id).await.unwrap(), None);
    assert!(sign_up(&db, "ada@example.com").await.is_ok());
}

#[tokio::test]
async fn a_token_opens_what_is_its_persons_for_as_long_as_it_is_used() {
    let db = Home::new().await;
    let id = sign_up(&db, "ada@example.com").await.unwrap();
    assert!(db.store.log_in(&login(id), &[7; 32]).await.unwrap());
    assert_eq!(db.store.token(&[8; 32]).await.unwrap(), None);
    let fresh = db.store.token(&[7; 32]).await.unwrap().unwrap();
    assert_eq!(
        (fresh.user_id, fresh.expired, fresh.used_again),
        (id, false, false)
    );
    for (age, expired) in [
        (
            "UPDATE tokens SET used_at = now() - interval '25 hours'",
            false,
        ),
        (
            "UPDATE tokens SET used_at = now() - interval '91 days'",
            true,
        ),
    ] {
        db.sql(age).await;
        let old = db.store.token(&[7; 32]).await.unwrap().unwrap();
        assert!(old.expired == expired && old.used_again, "{old:?}");
        db.store.use_token(&[7; 32]).await.unwrap();
        let used = db.store.token(&[7; 32]).await.unwrap().unwrap();
        assert_eq!(used.used_again, expired, "what has ended stays so");
    }
}

#[tokio::test]
async fn a_token_is_never_kept_as_it_is() {
    let db = Home::new().await;
    let id = sign_up(&db, "ada@example.com").await.unwrap();
    let kept = db.store.log_in(&login(id), b"not a sha-256").await;
    assert!(matches!(kept, Err(StoreError::Invalid(_))), "{kept:?}");
}

#[tokio::test]
async fn what_is_out_of_bounds_is_refused() {
    let db = Home::new().await;
    let (ada, home) = settle(&db, "ada@example.com").await;
    for title in ["x".repeat(10_000), "nul\0".to_owned()] {
        let refused = db.store.add_task(ada, chore(home, &title)).await;
        assert!(
            matches!(refused, Err(StoreError::Invalid(_))),
            "{refused:?}"
        );
    }
    let mut tx = db.store.begin().await.unwrap();
    let at_25 = NewUser {
        reminder_hour: Some(25),
        ..person("bob@example.com")
    };
    let refused = tx.add_user(at_25).await;
    assert!(
        matches!(refused, Err(StoreError::Invalid(_))),
        "{refused:?}"
    );
}

/// Postgres quotes the row it refuses, and the driver keeps that.
#[tokio::test]
async fn an_error_says_nothing_of_the_row() {
    let db = Home::new().await;
    let long = format!("{}@example.com", "ada".repeat(200));
    let error = sign_up(&db, &long).await.unwrap_err();
    let mut said = format!("{error} {error:?}");
    let mut source = std::error::Error::source(&error);
    while let Some(error) = source {
        said += &error.to_string();
        source = error.source();
    }
    assert!(!said.contains("adaada"), "{said}");
}

fn login(user_id: UserId) -> Credentials {
    let password_hash = person("").password_hash;
    Credentials {
        user_id,
        password_hash,
    }
}

pub(crate) async fn sign_up(db: &Home, email: &str) -> Result<UserId, StoreError> {
    let mut tx = db.store.begin().await?;
    let id = tx.add_user(person(email)).await?;
    tx.commit().await?;
    Ok(id)
}
