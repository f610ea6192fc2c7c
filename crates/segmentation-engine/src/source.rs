//! Users in the order of their keys, batch by batch. On PostgreSQL one stream on a connection of its own; on SQLite, where
//! a long read would keep the write-ahead log from being folded, ranges of keys read in turn.

use std::{collections::VecDeque, pin::Pin};

use domain::ids::UserNo;
use futures_util::{Stream, StreamExt};
use persistence::{
    Database, DbErr,
    facts::{self, Read, Scope},
};

/// How many users one range holds on SQLite.
const RANGE: u64 = 5_000;

/// Where users come from.
pub struct Source<'a> {
    reader: Reader<'a>,
    batch_size: usize,
}

enum Reader<'a> {
    Stream(Pin<Box<dyn Stream<Item = Result<Read, DbErr>> + Send + 'a>>),
    Ranges { database: &'a Database, scope: Scope, ready: VecDeque<Read> },
}

impl<'a> Source<'a> {
    /// All users within the scope.
    pub async fn open(database: &'a Database, scope: Scope, batch_size: usize) -> Result<Self, DbErr> {
        let reader = if database.is_embedded() {
            Reader::Ranges { database, scope, ready: VecDeque::new() }
        } else {
            Reader::Stream(facts::stream(database, scope).await?)
        };
        Ok(Self { reader, batch_size })
    }

    /// The next batch; empty at the end.
    pub async fn next_batch(&mut self) -> Result<Vec<Read>, DbErr> {
        let mut batch = Vec::with_capacity(self.batch_size);
        while batch.len() < self.batch_size {
            match self.reader.next().await? {
                Some(read) => batch.push(read),
                None => break,
            }
        }
        Ok(batch)
    }
}

impl Reader<'_> {
    async fn next(&mut self) -> Result<Option<Read>, DbErr> {
        match self {
            Self::Stream(stream) => stream.next().await.transpose(),
            Self::Ranges { database, scope, ready } => {
                if ready.is_empty() {
                    let Some(end) = facts::end_of_range(database.connection(), scope.above, RANGE).await? else {
                        return Ok(None);
                    };
                    let range = Scope { up_to: end.min(scope.up_to), ..*scope };
                    ready.extend(facts::range(database.connection(), range).await?);
                    scope.above = end;
                }
                Ok(ready.pop_front())
            }
        }
    }
}

/// From the first user to the last there can be.
pub const ALL_USERS: (UserNo, UserNo) = (UserNo(0), UserNo(i64::MAX));
