//! What can go wrong between us and Redis, in words that say what to do.

use redis::{ErrorKind, RedisError, ServerErrorKind};

#[derive(Debug, Clone, thiserror::Error)]
pub enum QueueError {
    /// No answer: the command may or may not have happened. Enqueue again with the same id if it
    /// has one; that is safe.
    #[error("Redis is unreachable or did not answer in time: {0}")]
    Unreachable(RedisError),
    /// Redis is at its `maxmemory`. What was accepted goes on; nothing of this call was stored.
    #[error(
        "the queue is full: Redis is at its maxmemory; try again later, or give it more memory"
    )]
    Full,
    /// The caller's mistake, named.
    #[error("{0}")]
    Invalid(String),
    /// Redis answered, and refused.
    #[error("Redis refused: {0}")]
    Refused(RedisError),
    /// What is stored is not what we store.
    #[error("corrupt: {0}")]
    Corrupt(String),
}

impl QueueError {
    pub(crate) fn invalid(what: impl Into<String>) -> Self {
        Self::Invalid(what.into())
    }

    /// Whether waiting may help.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }
}

impl From<RedisError> for QueueError {
    fn from(error: RedisError) -> Self {
        if error.code() == Some("OOM") {
            Self::Full
        } else if is_passing(error.kind())
            || error.is_io_error()
            || error.is_timeout()
            || error.is_connection_dropped()
        {
            Self::Unreachable(error)
        } else {
            Self::Refused(error)
        }
    }
}

/// Whether another try may find what this one did not: a server that is loading, a master on its
/// way from one server to another, or a script that somebody flushed between loading and calling it.
fn is_passing(kind: ErrorKind) -> bool {
    use ServerErrorKind::{
        Ask, BusyLoading, ClusterDown, MasterDown, Moved, NoScript, ReadOnly, TryAgain,
    };
    match kind {
        ErrorKind::MasterNameNotFoundBySentinel | ErrorKind::ClusterConnectionNotFound => true,
        ErrorKind::Server(kind) => matches!(
            kind,
            Ask | BusyLoading | ClusterDown | MasterDown | Moved | NoScript | ReadOnly | TryAgain
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(answer: &str) -> QueueError {
        let answer = redis::parse_redis_value(format!("-{answer}\r\n").as_bytes()).unwrap();
        answer.extract_error().unwrap_err().into()
    }

    #[test]
    fn what_a_failover_answers_may_be_asked_again() {
        for answer in [
            "READONLY You can't write against a read only replica.",
            "CLUSTERDOWN The cluster is down",
            "MOVED 3999 127.0.0.1:6381",
            "ASK 3999 127.0.0.1:6381",
            "MASTERDOWN Link with MASTER is down",
            "TRYAGAIN Multiple keys request during rehashing of slot",
            "LOADING Redis is loading the dataset in memory",
            "NOSCRIPT No matching script.",
        ] {
            assert!(read(answer).is_unreachable(), "{answer}");
        }
    }

    #[test]
    fn a_full_redis_and_a_refusal_are_told_apart() {
        assert!(matches!(read("OOM command not allowed"), QueueError::Full));
        assert!(matches!(read("ERR no"), QueueError::Refused(_)));
    }
}
