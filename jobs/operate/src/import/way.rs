//! A way through the ids of one holder, page by page, while some of them are taken.

use redis::Cmd;

use super::{
    holder::{Holder, Sort},
    source::{SLICE, Source},
};
use crate::Trouble;

pub(super) struct Way<'a> {
    source: &'a Source,
    holder: &'a Holder,
    /// Of a list or zset: those that were seen and stay.
    skip: usize,
    /// Of a set.
    cursor: u64,
    is_over: bool,
}

impl<'a> Way<'a> {
    pub(super) fn through(holder: &'a Holder, source: &'a Source) -> Self {
        Self {
            source,
            holder,
            skip: 0,
            cursor: 0,
            is_over: false,
        }
    }

    /// `None`: that was all.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<String>>, Trouble> {
        if self.is_over {
            return Ok(None);
        }
        let ids = match self.holder.sort {
            Sort::Set => self.scanned().await?,
            Sort::List | Sort::Zset => self.ranged().await?,
        };
        Ok(Some(ids))
    }

    /// So many of the last page do not stand there any more.
    pub(super) fn took(&mut self, many: usize) {
        self.skip = self.skip.saturating_sub(many);
    }

    async fn ranged(&mut self) -> Result<Vec<String>, Trouble> {
        let (first, last) = (isize(self.skip), isize(self.skip + SLICE) - 1);
        let is_list = self.holder.sort == Sort::List;
        // Of a list from the tail, where those wait longest that were pushed at the head; and what is
        // taken from there is found at once.
        let command = if is_list {
            range("LRANGE", &self.holder.key, -last - 1, -first - 1)
        } else {
            range("ZRANGE", &self.holder.key, first, last)
        };
        let mut ids: Vec<String> = self.source.ask(&command).await?;
        if is_list {
            ids.reverse();
        }
        self.skip += ids.len();
        self.is_over = ids.len() < SLICE;
        Ok(ids)
    }

    async fn scanned(&mut self) -> Result<Vec<String>, Trouble> {
        let (next, ids) = self.source.scan(&self.holder.key, self.cursor).await?;
        self.cursor = next;
        self.is_over = next == 0;
        Ok(ids)
    }
}

fn range(name: &str, key: &str, first: isize, last: isize) -> Cmd {
    redis::cmd(name).arg(key).arg(first).arg(last).to_owned()
}

fn isize(number: usize) -> isize {
    isize::try_from(number).unwrap_or(isize::MAX / 2)
}
