//! The Redis of another queue: where its jobs stand, how they are put aside there, and removed.

use std::collections::BTreeSet;

use redis::{
    AsyncConnectionConfig, Client, Cmd, FromRedisValue, Script, aio::MultiplexedConnection,
};

use super::{
    apalis, asynq,
    foreign::{Foreign, Stands},
    holder::{Holder, Sort, Taken},
};
use crate::{Trouble, patience::patience};

/// Jobs in one call.
pub(super) const SLICE: usize = 200;
/// Queues, groups of one, workers of one.
pub(super) const MOST_NAMES: usize = 10_000;

/// Which queue's keys these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Asynq,
    Apalis,
}

/// A live one; nothing of it is touched until something is taken.
#[derive(Clone)]
pub struct Source {
    pub(super) redis: MultiplexedConnection,
    pub(super) layout: Layout,
    /// Of apalis: the names of its queues, which nothing there lists.
    named: Vec<String>,
}

impl Source {
    /// As receipts and sources name it.
    pub fn name(&self) -> &'static str {
        match self.layout {
            Layout::Asynq => "asynq",
            Layout::Apalis => "apalis",
        }
    }

    pub async fn asynq(url: &str) -> Result<Self, Trouble> {
        Self::open(url, Layout::Asynq, Vec::new()).await
    }

    /// Of these queues: apalis keeps no list of them.
    pub async fn apalis(url: &str, queues: Vec<String>) -> Result<Self, Trouble> {
        Self::open(url, Layout::Apalis, queues).await
    }

    async fn open(url: &str, layout: Layout, named: Vec<String>) -> Result<Self, Trouble> {
        let wrong = |_| {
            Trouble::Wrong("--from is no URL of a Redis; one reads redis://host:6379/0".to_owned())
        };
        let client = Client::open(url).map_err(wrong)?;
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(patience()))
            .set_response_timeout(Some(patience()));
        let redis = client.get_multiplexed_async_connection_with_config(&config);
        Ok(Self {
            redis: redis.await.map_err(trouble)?,
            layout,
            named,
        })
    }

    pub(super) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Trouble> {
        command
            .query_async(&mut self.redis.clone())
            .await
            .map_err(trouble)
    }

    pub(super) async fn queues(&self) -> Result<Vec<String>, Trouble> {
        match self.layout {
            Layout::Asynq => Ok(self.names("asynq:queues").await?.into_iter().collect()),
            Layout::Apalis => Ok(self.named.clone()),
        }
    }

    pub(super) async fn holders(&self, queue: &str) -> Result<Vec<Holder>, Trouble> {
        match self.layout {
            Layout::Asynq => asynq::holders(self, queue).await,
            Layout::Apalis => apalis::holders(self, queue).await,
        }
    }

    /// A page of a set, and where to go on.
    pub(super) async fn scan(&self, key: &str, from: u64) -> Result<(u64, Vec<String>), Trouble> {
        let mut scan = redis::cmd("SSCAN");
        scan.arg(key).arg(from).arg("COUNT").arg(SLICE);
        self.ask(&scan).await
    }

    /// A small set, whole: names of queues, of groups.
    pub(super) async fn names(&self, key: &str) -> Result<BTreeSet<String>, Trouble> {
        let (mut names, mut cursor) = (BTreeSet::new(), 0);
        loop {
            let (next, some) = self.scan(key, cursor).await?;
            names.extend(some);
            few_enough(key, names.len())?;
            cursor = next;
            if cursor == 0 {
                return Ok(names);
            }
        }
    }

    /// What is known of these; `None`: its record is gone.
    pub(super) async fn read(
        &self,
        queue: &str,
        taken: &[Taken],
    ) -> Result<Vec<Option<Foreign>>, Trouble> {
        match self.layout {
            Layout::Asynq => asynq::read(self, queue, taken).await,
            Layout::Apalis => apalis::read(self, queue, taken).await,
        }
    }

    /// Puts jobs aside, so that nobody begins them there any more: those that still stood so.
    pub(super) async fn take(
        &self,
        queue: &str,
        holder: &Holder,
        ids: &[String],
    ) -> Result<Vec<Taken>, Trouble> {
        let sort = match holder.sort {
            Sort::List => "LREM",
            Sort::Zset => "ZREM",
            Sort::Set => "SREM",
        };
        let script = Script::new(include_str!("take.lua"));
        let mut call = script.prepare_invoke();
        call.key(&holder.key).key(self.aside_key(queue));
        call.arg(sort).arg(holder.stands.as_str()).arg(ids);
        let taken: Vec<(String, String)> = call
            .invoke_async(&mut self.redis.clone())
            .await
            .map_err(trouble)?;
        Ok(taken.into_iter().filter_map(aside).collect())
    }

    /// What was put aside and not removed yet: by this run, or by one that was cut off.
    pub(super) async fn aside(&self, queue: &str) -> Result<Vec<Taken>, Trouble> {
        let mut cursor = 0_u64;
        loop {
            let mut scan = redis::cmd("HSCAN");
            scan.arg(self.aside_key(queue)).arg(cursor);
            scan.arg("COUNT").arg(SLICE);
            let (next, found): (u64, Vec<(String, String)>) = self.ask(&scan).await?;
            let found: Vec<Taken> = found.into_iter().filter_map(aside).collect();
            cursor = next;
            if cursor == 0 || !found.is_empty() {
                return Ok(found);
            }
        }
    }

    /// Removes what has arrived here.
    pub(super) async fn remove(&self, queue: &str, foreign: &[Foreign]) -> Result<(), Trouble> {
        let mut pipe = redis::pipe();
        for one in foreign {
            match self.layout {
                Layout::Asynq => asynq::remove(&mut pipe, queue, one),
                Layout::Apalis => apalis::remove(&mut pipe, queue, one),
            }
        }
        for one in foreign {
            pipe.cmd("HDEL")
                .arg(self.aside_key(queue))
                .arg(&one.id)
                .ignore();
        }
        pipe.exec_async(&mut self.redis.clone())
            .await
            .map_err(trouble)
    }

    /// What was put aside and has no record: there is nothing to take over.
    pub(super) async fn forget(&self, queue: &str, ids: &[String]) -> Result<(), Trouble> {
        let gone: u64 = self
            .ask(redis::cmd("HDEL").arg(self.aside_key(queue)).arg(ids))
            .await?;
        debug_assert!(gone <= u64::try_from(ids.len()).unwrap_or(u64::MAX));
        Ok(())
    }

    fn aside_key(&self, queue: &str) -> String {
        match self.layout {
            Layout::Asynq => format!("asynq:{{{queue}}}:to-honeydue"),
            Layout::Apalis => format!("{queue}:to-honeydue"),
        }
    }
}

fn aside((id, told): (String, String)) -> Option<Taken> {
    let (stands, at) = told.split_once('|')?;
    Some(Taken {
        id,
        stands: Stands::read(stands)?,
        at: at.parse().ok(),
    })
}

/// Whoever has more has no queue of this sort, and would not fit into memory.
pub(super) fn few_enough(key: &str, many: usize) -> Result<(), Trouble> {
    if many <= MOST_NAMES {
        return Ok(());
    }
    Err(Trouble::Refused(format!(
        "{key} names more than {MOST_NAMES}, which is more than an import goes through; take away what nobody uses there, and do it again"
    )))
}

pub(super) fn trouble(error: redis::RedisError) -> Trouble {
    Trouble::Redis(error.into())
}
