//! Users in the order of their keys, batch by batch. All of them come on PostgreSQL as one stream on a connection of its
//! own; on SQLite, where a long read would keep the write-ahead log from being folded, as ranges of keys read in turn.

use std::{collections::VecDeque, pin::Pin, vec};

use domain::{criteria::Needs, ids::UserNo, instant::Instant};
use futures_util::{Stream, StreamExt};
use persistence::{
    Database, DbErr,
    facts::{self, Read, Scope, Users},
};

use crate::retry::Tries;

/// How many users are read at a time where they are not one stream.
const RANGE: usize = 5_000;

/// Whom a run evaluates.
#[derive(Debug, Clone)]
pub enum Whom {
    /// All users above a key.
    Above(UserNo),
    /// These, in the order of their keys.
    These(Vec<UserNo>),
}

impl Whom {
    /// All users.
    pub const EVERYONE: Self = Self::Above(UserNo(0));
}

/// What is read of each user.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// The clock, for decisions that expire and attempts in a window.
    pub as_of: Instant,
    /// The facts that the rules look at.
    pub needs: Needs,
}

impl Reading {
    fn of<'a>(&self, users: Users<'a>) -> Scope<'a> {
        Scope { users, as_of: self.as_of, needs: self.needs }
    }
}

/// Where users come from.
pub struct Source<'a> {
    database: &'a Database,
    whom: Whom,
    reading: Reading,
    batch_size: usize,
    reader: Reader<'a>,
    /// Who was read last.
    last: UserNo,
    tries: Tries,
}

enum Reader<'a> {
    Stream(Pin<Box<dyn Stream<Item = Result<Read, DbErr>> + Send + 'a>>),
    InTurn(InTurn<'a>),
    /// Not opened yet, or broken.
    Closed,
}

impl<'a> Source<'a> {
    /// Reads these users.
    pub fn new(database: &'a Database, whom: Whom, reading: Reading, batch_size: usize) -> Self {
        let last = match whom {
            Whom::Above(above) => above,
            Whom::These(_) => UserNo(0),
        };
        Self { database, whom, reading, batch_size, reader: Reader::Closed, last, tries: Tries::default() }
    }

    /// The next batch; empty at the end. A reader that loses its connection goes on where it was.
    pub async fn next_batch(&mut self) -> Result<Vec<Read>, DbErr> {
        let mut batch = Vec::with_capacity(self.batch_size);
        while batch.len() < self.batch_size {
            match self.next().await {
                Ok(Some(read)) => {
                    self.last = match &read {
                        Ok(candidate) => candidate.no,
                        Err(unreadable) => unreadable.no,
                    };
                    batch.push(read);
                }
                Ok(None) => break,
                Err(error) if self.tries.again_after(&error).await => self.reader = Reader::Closed,
                Err(error) => return Err(error),
            }
        }
        self.tries = Tries::default();
        Ok(batch)
    }

    /// Who has not been read yet.
    pub fn rest(&self) -> Whom {
        match &self.whom {
            Whom::Above(_) => Whom::Above(self.last),
            Whom::These(users) => Whom::These(users[users.partition_point(|user| *user <= self.last)..].to_vec()),
        }
    }

    async fn next(&mut self) -> Result<Option<Read>, DbErr> {
        if let Reader::Closed = self.reader {
            let rest = self.rest();
            self.reader = Reader::open(self.database, rest, self.reading).await?;
        }
        match &mut self.reader {
            Reader::Stream(stream) => stream.next().await.transpose(),
            Reader::InTurn(in_turn) => in_turn.next().await,
            Reader::Closed => Ok(None),
        }
    }
}

impl<'a> Reader<'a> {
    async fn open(database: &'a Database, rest: Whom, reading: Reading) -> Result<Self, DbErr> {
        match rest {
            Whom::Above(above) if !database.is_embedded() => {
                let range = Users::Range { above, up_to: UserNo(i64::MAX) };
                Ok(Self::Stream(facts::stream(database, reading.of(range)).await?))
            }
            rest => Ok(Self::InTurn(InTurn { database, rest: Rest::of(rest), reading, ready: VecDeque::new() })),
        }
    }
}

struct InTurn<'a> {
    database: &'a Database,
    rest: Rest,
    reading: Reading,
    ready: VecDeque<Read>,
}

/// Who is still to be read.
enum Rest {
    Above(UserNo),
    These(vec::IntoIter<UserNo>),
}

impl Rest {
    fn of(whom: Whom) -> Self {
        match whom {
            Whom::Above(above) => Self::Above(above),
            Whom::These(users) => Self::These(users.into_iter()),
        }
    }
}

impl InTurn<'_> {
    async fn next(&mut self) -> Result<Option<Read>, DbErr> {
        // Users of a list may be gone by now, so that a turn comes to nobody and yet is not the last.
        while self.ready.is_empty() && self.read_on().await? {}
        Ok(self.ready.pop_front())
    }

    /// Whether there was anyone left to read.
    async fn read_on(&mut self) -> Result<bool, DbErr> {
        let connection = self.database.connection();
        let read = match &mut self.rest {
            Rest::Above(above) => {
                let Some(up_to) = facts::end_of_range(connection, *above, RANGE as u64).await? else {
                    return Ok(false);
                };
                let range = Users::Range { above: std::mem::replace(above, up_to), up_to };
                facts::read_all(connection, self.reading.of(range)).await?
            }
            Rest::These(users) => {
                let turn: Vec<_> = users.take(RANGE).collect();
                if turn.is_empty() {
                    return Ok(false);
                }
                facts::read_all(connection, self.reading.of(Users::These(&turn))).await?
            }
        };
        self.ready.extend(read);
        Ok(true)
    }
}
