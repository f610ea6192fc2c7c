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
    facts::{self, Candidate, Read, Scope, Unreadable, Users},
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

/// What a user came to, or why they cannot be read.
pub struct Seen<T> {
    /// Who.
    pub user: UserNo,
    /// What; or else which column it is, without its content.
    pub result: Result<T, String>,
}

/// What is made of each user as they are read.
type Evaluate<T> = Arc<dyn Fn(Candidate) -> T + Send + Sync>;

/// Where users come from.
pub struct Source<T> {
    database: Database,
    whom: Whom,
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
        whom: Whom,
        reading: Reading,
        batch_size: usize,
        evaluate: impl Fn(Candidate) -> T + Send + Sync + 'static,
    ) -> Self {
        let last = match whom {
            Whom::Above(above) => above,
            Whom::These(_) => UserNo(0),
        };
        let (database, evaluate) = (database.clone(), Arc::new(evaluate));
        Self { database, whom, reading, batch_size, evaluate, reader: None, last, tries: Tries::default() }
    }

    /// The next batch; empty at the end. A reader that loses its connection goes on where it was.
    pub async fn next_batch(&mut self) -> Result<Vec<Seen<T>>, DbErr> {
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
    pub fn rest(&self) -> Whom {
        match &self.whom {
            Whom::Above(_) => Whom::Above(self.last),
            Whom::These(users) => Whom::These(users[users.partition_point(|user| *user <= self.last)..].to_vec()),
        }
    }

    /// Whether there was anyone left.
    async fn read_into(&mut self, batch: &mut Vec<Seen<T>>) -> Result<bool, DbErr> {
        let rest = self.rest();
        let reader = self
            .reader
            .get_or_insert_with(|| Reader::start(self.database.clone(), rest, self.reading, self.evaluate.clone()));
        let Some(turn) = reader.turn().await? else { return Ok(false) };
        batch.extend(turn.by_ref().take(self.batch_size - batch.len()));
        self.last = batch.last().map_or(self.last, |seen| seen.user);
        Ok(true)
    }
}

/// What the task has read ahead. Dropping it ends the task.
struct Reader<T> {
    turns: mpsc::Receiver<Result<Turn<T>, DbErr>>,
    turn: vec::IntoIter<Seen<T>>,
    is_done: bool,
    _task: JoinSet<()>,
}

/// Some users, or the end: without it, a task that broke would look like one that is done.
enum Turn<T> {
    Users(Vec<Seen<T>>),
    End,
}

impl<T: Send + 'static> Reader<T> {
    fn start(database: Database, whom: Whom, reading: Reading, evaluate: Evaluate<T>) -> Self {
        let (ahead, turns) = mpsc::channel(AHEAD);
        let mut task = JoinSet::new();
        task.spawn(async move {
            let users = in_turns(&database, whom, reading, evaluate);
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
    async fn turn(&mut self) -> Result<Option<&mut vec::IntoIter<Seen<T>>>, DbErr> {
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

fn seen<T>(users: Vec<Read>, evaluate: &Evaluate<T>) -> Vec<Seen<T>> {
    let of_one = |read: Read| match read {
        Ok(candidate) => Seen { user: candidate.no, result: Ok(evaluate(candidate)) },
        Err(Unreadable { no, reason }) => Seen { user: no, result: Err(reason) },
    };
    users.into_iter().map(of_one).collect()
}

/// Users in ranges or lists of some thousands, each read and evaluated by a task of its own.
fn in_turns<T: Send + 'static>(
    database: &Database,
    whom: Whom,
    reading: Reading,
    evaluate: Evaluate<T>,
) -> BoxStream<'_, Result<Vec<Seen<T>>, DbErr>> {
    let turn = if reading.needs.attempts == AttemptsNeeded::None { TURN } else { TURN_WITH_ATTEMPTS };
    let parts = match whom {
        Whom::Above(above) => ranges(database, above, turn),
        Whom::These(users) => lists(users, turn),
    };
    parts.map_ok(move |part| read_part(database.clone(), part, reading, evaluate.clone())).try_buffered(READERS).boxed()
}

async fn read_part<T: Send + 'static>(
    database: Database,
    part: Part,
    reading: Reading,
    evaluate: Evaluate<T>,
) -> Result<Vec<Seen<T>>, DbErr> {
    let task = tokio::spawn(async move {
        let users = facts::read_all(database.connection(), reading.of(part.users())).await?;
        Ok(seen(users, &evaluate))
    });
    task.await.unwrap_or_else(|broken| Err(DbErr::Custom(format!("a reader broke: {broken}"))))
}

/// Users who are read together.
enum Part {
    Range { above: UserNo, up_to: UserNo },
    List(Vec<UserNo>),
}

impl Part {
    fn users(&self) -> Users<'_> {
        match self {
            Self::Range { above, up_to } => Users::Range { above: *above, up_to: *up_to },
            Self::List(users) => Users::These(users),
        }
    }
}

type Parts<'a> = BoxStream<'a, Result<Part, DbErr>>;

fn ranges(database: &Database, above: UserNo, turn: usize) -> Parts<'_> {
    stream::try_unfold(above, move |above| async move {
        let up_to = facts::end_of_range(database.connection(), above, turn as u64).await?;
        Ok(up_to.map(|up_to| (Part::Range { above, up_to }, up_to)))
    })
    .boxed()
}

fn lists(users: Vec<UserNo>, turn: usize) -> Parts<'static> {
    let lists: Vec<_> = users.chunks(turn).map(|users| Ok(Part::List(users.to_vec()))).collect();
    stream::iter(lists).boxed()
}
