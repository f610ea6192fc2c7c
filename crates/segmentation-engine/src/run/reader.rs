//! Users in the order of their keys, batch by batch. They are read in ranges of keys, or in lists, of some thousands: a long
//! read would keep SQLite from folding its write-ahead log, and PostgreSQL reads several ranges on several processors.
//! A task reads ahead and evaluates, so that this goes on while others are written.

use std::{sync::Arc, vec};

use domain::{
    criteria::{AttemptsNeeded, Needs},
    ids::UserNo,
    instant::Instant,
};
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use persistence::{
    Database, DbErr,
    facts::{self, Candidate, Scope, UnreadableUser},
    user_range::{UserRange, UserSelection},
};
use tokio::{sync::mpsc, task::JoinSet};

use crate::support::retry::Tries;

/// How many users are read at a time …
const TURN: usize = 5_000;
/// … if rules look at their attempts, of which one user may have thousands.
const TURN_WITH_ATTEMPTS: usize = 500;
/// How many turns are read at the same time.
const READERS: usize = 3;
/// How many turns may wait while what came of others is written.
const AHEAD: usize = 8;

/// What is read of each user.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// The clock, for decisions that expire and attempts in a window.
    pub as_of: Instant,
    /// The facts that the rules look at.
    pub needs: Needs,
}

impl Reading {
    fn of<'a>(&self, users: &'a UserSelection) -> Scope<'a> {
        Scope { users, as_of: self.as_of, needs: self.needs }
    }
}

/// A user, and what they were evaluated to.
pub type ReadUser<T> = (UserNo, Result<T, UnreadableUser>);

/// What is made of each user as they are read.
type Evaluate<T> = Arc<dyn Fn(Candidate) -> T + Send + Sync>;

/// Where users come from.
pub struct Source<T> {
    database: Database,
    selection: UserSelection,
    reading: Reading,
    batch_size: usize,
    evaluate: Evaluate<T>,
    /// Not there as long as nothing was read, and after it broke.
    reader: Option<Reader<T>>,
    /// Who was read last.
    last: UserNo,
    tries: Tries,
}

impl<T: Send + 'static> Source<T> {
    /// Reads these users, and makes of each what `evaluate` says.
    pub fn new(
        database: &Database,
        selection: UserSelection,
        reading: Reading,
        batch_size: usize,
        evaluate: impl Fn(Candidate) -> T + Send + Sync + 'static,
    ) -> Self {
        let last = match &selection {
            UserSelection::Range(range) => range.after,
            UserSelection::List(_) => UserNo(0),
        };
        let (database, evaluate) = (database.clone(), Arc::new(evaluate));
        Self { database, selection, reading, batch_size, evaluate, reader: None, last, tries: Tries::default() }
    }

    /// The next batch; empty at the end. A reader that loses its connection goes on where it was.
    pub async fn next_batch(&mut self) -> Result<Vec<ReadUser<T>>, DbErr> {
        let mut batch = Vec::with_capacity(self.batch_size);
        while batch.len() < self.batch_size {
            match self.read_into(&mut batch).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) if self.tries.again_after(&error).await => self.reader = None,
                Err(error) => return Err(error),
            }
        }
        self.tries = Tries::default();
        Ok(batch)
    }

    /// Who has not been read yet.
    pub fn rest(&self) -> UserSelection {
        match &self.selection {
            UserSelection::Range(range) => UserSelection::Range(UserRange { after: self.last, ..*range }),
            UserSelection::List(users) => {
                UserSelection::List(users[users.partition_point(|user| *user <= self.last)..].to_vec())
            }
        }
    }

    /// Whether there was anyone left.
    async fn read_into(&mut self, batch: &mut Vec<ReadUser<T>>) -> Result<bool, DbErr> {
        let rest = self.rest();
        let reader = self
            .reader
            .get_or_insert_with(|| Reader::start(self.database.clone(), rest, self.reading, self.evaluate.clone()));
        let Some(turn) = reader.turn().await? else { return Ok(false) };
        batch.extend(turn.by_ref().take(self.batch_size - batch.len()));
        self.last = batch.last().map_or(self.last, |(user, _)| *user);
        Ok(true)
    }
}

/// What the task has read ahead. Dropping it ends the task.
struct Reader<T> {
    turns: mpsc::Receiver<Result<Turn<T>, DbErr>>,
    turn: vec::IntoIter<ReadUser<T>>,
    is_done: bool,
    _task: JoinSet<()>,
}

/// Some users, or the end: without it, a task that broke would look like one that is done.
enum Turn<T> {
    Users(Vec<ReadUser<T>>),
    End,
}

impl<T: Send + 'static> Reader<T> {
    fn start(database: Database, selection: UserSelection, reading: Reading, evaluate: Evaluate<T>) -> Self {
        let (ahead, turns) = mpsc::channel(AHEAD);
        let mut task = JoinSet::new();
        task.spawn(async move {
            let users = in_turns(&database, selection, reading, evaluate);
            let mut turns = users.map_ok(Turn::Users).chain(stream::iter([Ok(Turn::End)]));
            while let Some(turn) = turns.next().await {
                // Nobody waits for more.
                if ahead.send(turn).await.is_err() {
                    break;
                }
            }
        });
        Self { turns, turn: Vec::new().into_iter(), is_done: false, _task: task }
    }

    /// Some users who are left, or nobody at the end.
    async fn turn(&mut self) -> Result<Option<&mut vec::IntoIter<ReadUser<T>>>, DbErr> {
        // Users of a list may be gone by now, so that a turn comes to nobody and yet is not the last.
        while self.turn.len() == 0 && !self.is_done {
            match self.turns.recv().await.unwrap_or_else(|| Err(DbErr::Custom("the reader broke".into())))? {
                Turn::Users(users) => self.turn = users.into_iter(),
                Turn::End => self.is_done = true,
            }
        }
        Ok(Some(&mut self.turn).filter(|turn| turn.len() > 0))
    }
}

/// Users in ranges or lists of some thousands, each read and evaluated by a task of its own.
fn in_turns<T: Send + 'static>(
    database: &Database,
    selection: UserSelection,
    reading: Reading,
    evaluate: Evaluate<T>,
) -> BoxStream<'_, Result<Vec<ReadUser<T>>, DbErr>> {
    let turn = if reading.needs.attempts == AttemptsNeeded::None { TURN } else { TURN_WITH_ATTEMPTS };
    let turns = match selection {
        UserSelection::Range(range) => ranges(database, range, turn),
        UserSelection::List(users) => lists(users, turn),
    };
    turns
        .map_ok(move |users| read_turn(database.clone(), users, reading, evaluate.clone()))
        .try_buffered(READERS)
        .boxed()
}

async fn read_turn<T: Send + 'static>(
    database: Database,
    users: UserSelection,
    reading: Reading,
    evaluate: Evaluate<T>,
) -> Result<Vec<ReadUser<T>>, DbErr> {
    let task = tokio::spawn(async move {
        let users = facts::read_all(database.connection(), reading.of(&users)).await?;
        let evaluated = users.into_iter().map(|read| match read {
            Ok(candidate) => (candidate.no, Ok(evaluate(candidate))),
            Err(unreadable) => (unreadable.no, Err(unreadable)),
        });
        Ok(evaluated.collect())
    });
    task.await.unwrap_or_else(|broken| Err(DbErr::Custom(format!("a reader broke: {broken}"))))
}

type Turns<'a> = BoxStream<'a, Result<UserSelection, DbErr>>;

fn ranges(database: &Database, all: UserRange, turn: usize) -> Turns<'_> {
    stream::try_unfold(all, move |rest| async move {
        let range = rest.first(database.connection(), turn as u64).await?;
        Ok(range.map(|range| (UserSelection::Range(range), UserRange { after: range.through, ..rest })))
    })
    .boxed()
}

fn lists(users: Vec<UserNo>, turn: usize) -> Turns<'static> {
    let lists: Vec<_> = users.chunks(turn).map(|users| Ok(UserSelection::List(users.to_vec()))).collect();
    stream::iter(lists).boxed()
}
