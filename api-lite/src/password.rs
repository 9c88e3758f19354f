//! Passwords: argon2id, which takes memory and time by design, so only a few at once.

use std::sync::{Arc, LazyLock};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::error::ApiError;

/// Each takes 19 MiB, so a flood of logins takes 76 MiB and not all there is.
const AT_ONCE: usize = 4;

#[derive(Clone)]
pub(crate) struct Passwords(Arc<Semaphore>);

/// Compared with when there is no such account, so that its absence takes as long to find out.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hashed("nobody has this password").ok());

impl Passwords {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }

    pub(crate) async fn hash(&self, password: String) -> Result<String, ApiError> {
        self.work(move || hashed(&password).map_err(ApiError::broken))
            .await?
    }

    /// Whether `password` is the one of `hash`; `None` takes as long and is never right.
    pub(crate) async fn verify(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, ApiError> {
        self.work(move || {
            let known = hash.is_some();
            let right = hash
                .or_else(|| NOBODY.clone())
                .is_some_and(|hash| matches(&password, &hash));
            known && right
        })
        .await
    }

    /// The slot goes along with the work, which goes on when whoever asked has hung up.
    async fn work<T: Send + 'static>(
        &self,
        slow: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let permit = Arc::clone(&self.0).acquire_owned().await;
        let permit = permit.map_err(|_| ApiError::busy())?;
        let working = spawn_blocking(move || {
            let _permit = permit;
            slow()
        });
        working.await.map_err(ApiError::broken)
    }
}

fn hashed(password: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default()
        .hash_password(password.as_bytes())?
        .to_string())
}

fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn who_hangs_up_leaves_no_more_at_work_than_there_may_be() {
        let passwords = Passwords::new();
        let mut at_work = Vec::new();
        for _ in 0..AT_ONCE {
            let (started, has_started) = oneshot::channel();
            let (end, ended) = mpsc::channel::<()>();
            let asked = passwords.work(move || {
                let _ = started.send(());
                ended.recv()
            });
            // Dropped in the middle, as a request is whose client has gone.
            tokio::select! {
                _ = asked => panic!("its work has not ended"),
                begins = has_started => begins.expect("it begins"),
            }
            at_work.push(end);
        }
        assert_eq!(passwords.0.available_permits(), 0, "all are still at work");
        drop(at_work);
        let right = passwords.verify("a guess".to_owned(), None).await;
        assert!(!right.expect("a slot, now that they have ended"));
    }
}
