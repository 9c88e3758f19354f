//! A Redis with another queue in it, and a file that says what becomes of it.

use std::{fs, path::PathBuf};

use redis::aio::MultiplexedConnection;
use standins::Redis;

use super::task::Task;
use crate::raw::{keys, redis_at};

pub(crate) struct Other {
    pub(crate) server: Redis,
    pub(super) redis: MultiplexedConnection,
    pub(crate) map: Map,
}

impl Other {
    pub(crate) async fn new(map: &str) -> Self {
        let server = Redis::start(&[]).await.expect("a Redis of one's own");
        let redis = redis_at(&server.url()).await;
        let map = Map::new(map);
        Self { server, redis, map }
    }

    pub(super) async fn does(&mut self, command: &[&str]) {
        let (name, args) = command.split_first().expect("a command");
        let () = redis::cmd(name)
            .arg(args)
            .query_async(&mut self.redis)
            .await
            .expect("it does");
    }

    /// The records of Asynq's tasks that are still there.
    pub(super) async fn tasks(&mut self) -> Vec<String> {
        keys(&mut self.redis, "*}:t:*").await
    }

    /// As Asynq's client and server leave a task behind.
    pub(super) async fn task(
        &mut self,
        queue: &str,
        stands: &str,
        at: Option<i64>,
        task: Task<'_>,
    ) {
        let key = |rest: &str| format!("asynq:{{{queue}}}:{rest}");
        self.does(&["SADD", "asynq:queues", queue]).await;
        let record = key(&format!("t:{}", task.id));
        let () = redis::cmd("HSET")
            .arg(&record)
            .arg("msg")
            .arg(task.message(queue))
            .arg("state")
            .arg(stands)
            .query_async(&mut self.redis)
            .await
            .expect("it does");
        let at = at.map(|at| at.to_string());
        let (holder, record) = (key(stands), task.id);
        match &at {
            Some(at) => self.does(&["ZADD", &holder, at, record]).await,
            None => self.does(&["LPUSH", &holder, record]).await,
        }
    }

    pub(super) fn args<'a>(&'a self, more: &[&'a str], url: &'a str) -> Vec<&'a str> {
        [
            &["import", "asynq", "--from", url, "--map", self.map.path()],
            more,
        ]
        .concat()
    }
}

/// A file of one test, which goes with it.
pub(crate) struct Map(PathBuf);

impl Map {
    pub(crate) fn new(text: &str) -> Self {
        let name = standins::prefix().replace([':', '/'], "-");
        let path = std::env::temp_dir().join(format!("{name}.toml"));
        fs::write(&path, text).expect("a file");
        Self(path)
    }

    pub(crate) fn path(&self) -> &str {
        self.0.to_str().expect("a path in UTF-8")
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
