//! What the harness reads from the environment.
#![expect(clippy::disallowed_methods, reason = "this is the harness's config.rs")]

use std::path::PathBuf;

pub(crate) fn path_dirs() -> Vec<PathBuf> {
    std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default()
}

/// A Redis that runs already and that tests may share.
pub(crate) fn test_redis_url() -> Option<String> {
    std::env::var("TEST_REDIS_URL").ok()
}

/// A Postgres that runs already, in which tests may create databases.
pub(crate) fn test_database_url() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok()
}

/// Where servers keep their files.
pub(crate) fn test_dir() -> PathBuf {
    scratch_dir().unwrap_or_else(std::env::temp_dir)
}

/// The same, if it is for this run of the tests alone.
pub(crate) fn scratch_dir() -> Option<PathBuf> {
    std::env::var_os("TEST_DIR").map(PathBuf::from)
}
