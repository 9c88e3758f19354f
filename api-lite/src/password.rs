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

    async fn work<T: Send + 'static>(
        &self,
        slow: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let _slot = self.0.acquire().await.map_err(|_| ApiError::busy())?;
        spawn_blocking(slow).await.map_err(ApiError::broken)
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
