//! One thing that must hold for the process to be ready.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt as _};
use tokio::time::timeout;
use tracing::{info, warn};

const LIMIT: Duration = Duration::from_secs(2);

type Answer = Result<(), &'static str>;

pub(super) struct Check {
    name: String,
    ask: Box<dyn Fn() -> BoxFuture<'static, Answer> + Send + Sync>,
    failed: AtomicBool,
}

impl Check {
    pub(super) fn new<F, A>(name: String, ask: F) -> Self
    where
        F: Fn() -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        Self {
            name,
            ask: Box::new(move || ask().boxed()),
            failed: AtomicBool::new(false),
        }
    }

    pub(super) async fn ask(&self) -> (bool, String) {
        let answer = match timeout(LIMIT, (self.ask)()).await {
            Ok(answer) => answer,
            Err(_) => Err("silent for 2 s"),
        };
        self.log_a_change(answer);
        (
            answer.is_ok(),
            format!("{} {}", self.name, answer.err().unwrap_or("ok")),
        )
    }

    /// Once each way: a probe asks every few seconds, and the log should not repeat it.
    fn log_a_change(&self, answer: Answer) {
        let failed_before = self.failed.swap(answer.is_err(), Ordering::Relaxed);
        match answer {
            Err(wrong) if !failed_before => warn!(check = self.name, wrong, "Not ready"),
            Ok(()) if failed_before => info!(check = self.name, "Ready again"),
            _ => {}
        }
    }
}
