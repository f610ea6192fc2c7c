//! Reads users in the order of their keys, shard by shard, in batches. Each read is a range or list of some thousand keys: one long
//! read would keep SQLite from restarting its write-ahead log, and PostgreSQL reads several ranges on several
//! processors. A task reads and evaluates ahead while earlier users are written.

use std::{sync::Arc, vec};

use domain::{
    criteria::{Lookback, Needs},
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

/// Users per read.
const TURN: usize = 5_000;
/// Users per read if rules look at single attempts or events in a window …
const TURN_WITH_WINDOWS: usize = 2_000;
/// … and if they look at all of them, of which a user may have thousands.
const TURN_WITH_LISTS: usize = 500;
/// Reads at the same time.
const READERS: usize = 3;
/// Finished reads that may wait.
const AHEAD: usize = 8;

#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The clock, for overrides that expire and attempts in a window.
    pub as_of: Instant,
    /// The facts that the rules need.
    pub needs: Needs,
}

impl ReadOptions {
    fn of<'a>(&'a self, users: &'a UserSelection) -> Scope<'a> {
        Scope { users, as_of: self.as_of, needs: &self.needs }
    }
}

pub type ReadUser<T> = (UserNo, Result<T, UnreadableUser>);

type Evaluate<T> = Arc<dyn Fn(Candidate) -> T + Send + Sync>;

/// Provides users in batches.
pub struct Source<T> {
    database: Database,
    selection: UserSelection,
    options: ReadOptions,
    batch_size: usize,
    evaluate: Evaluate<T>,
    /// `None` before the first read and after a failure.
    reader: Option<Reader<T>>,
    /// The last user read.
    last: UserNo,
    tries: Tries,
}

impl<T: Send + 'static> Source<T> {
    /// Applies `evaluate` to each user.
    pub fn new(
        database: &Database,
        selection: UserSelection,
        options: ReadOptions,
        batch_size: usize,
        evaluate: impl Fn(Candidate) -> T + Send + Sync + 'static,
    ) -> Self {
        let last = match &selection {
            UserSelection::Range(range) => range.after,
            UserSelection::List(_) => UserNo(0),
        };
        let (database, evaluate) = (database.clone(), Arc::new(evaluate));
        Self { database, selection, options, batch_size, evaluate, reader: None, last, tries: Tries::default() }
    }

    /// The next batch; empty at the end. Continues after the last user if the connection is lost.
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

    /// The users that have not been read yet.
    pub fn rest(&self) -> UserSelection {
        match &self.selection {
            UserSelection::Range(range) => UserSelection::Range(UserRange { after: self.last, ..*range }),
            UserSelection::List(users) => {
                UserSelection::List(users[users.partition_point(|user| *user <= self.last)..].to_vec())
            }
        }
    }

    /// Returns whether there were users left.
    async fn read_into(&mut self, batch: &mut Vec<ReadUser<T>>) -> Result<bool, DbErr> {
        let rest = self.rest();
        let reader = self.reader.get_or_insert_with(|| {
            Reader::start(self.database.clone(), rest, self.options.clone(), self.evaluate.clone())
        });
        let Some(turn) = reader.turn().await? else { return Ok(false) };
        batch.extend(turn.by_ref().take(self.batch_size - batch.len()));
        self.last = batch.last().map_or(self.last, |(user, _)| *user);
        Ok(true)
    }
}

/// Dropping it ends the task that reads ahead.
struct Reader<T> {
    turns: mpsc::Receiver<Result<Turn<T>, DbErr>>,
    turn: vec::IntoIter<ReadUser<T>>,
    is_done: bool,
    _task: JoinSet<()>,
}

/// The end is explicit: without it, a task that panicked would look finished.
enum Turn<T> {
    Users(Vec<ReadUser<T>>),
    End,
}

impl<T: Send + 'static> Reader<T> {
    fn start(database: Database, selection: UserSelection, options: ReadOptions, evaluate: Evaluate<T>) -> Self {
        let (ahead, turns) = mpsc::channel(AHEAD);
        let mut task = JoinSet::new();
        task.spawn(async move {
            let users = in_turns(&database, selection, options, evaluate);
            let mut turns = users.map_ok(Turn::Users).chain(stream::iter([Ok(Turn::End)]));
            while let Some(turn) = turns.next().await {
                // The receiver is gone.
                if ahead.send(turn).await.is_err() {
                    break;
                }
            }
        });
        Self { turns, turn: Vec::new().into_iter(), is_done: false, _task: task }
    }

    /// The next users that remain; empty at the end.
    async fn turn(&mut self) -> Result<Option<&mut vec::IntoIter<ReadUser<T>>>, DbErr> {
        // Users of a list may be gone, so an empty read is not necessarily the last.
        while self.turn.len() == 0 && !self.is_done {
            match self.turns.recv().await.unwrap_or_else(|| Err(DbErr::Custom("the reader broke".into())))? {
                Turn::Users(users) => self.turn = users.into_iter(),
                Turn::End => self.is_done = true,
            }
        }
        Ok(Some(&mut self.turn).filter(|turn| turn.len() > 0))
    }
}

/// Each range or list is read and evaluated by its own task.
fn in_turns<T: Send + 'static>(
    database: &Database,
    selection: UserSelection,
    options: ReadOptions,
    evaluate: Evaluate<T>,
) -> BoxStream<'_, Result<Vec<ReadUser<T>>, DbErr>> {
    let turn = turn(&options.needs);
    let turns = match selection {
        UserSelection::Range(range) => {
            stream::iter(range.divide(database.shards())).flat_map(move |range| ranges(database, range, turn)).boxed()
        }
        UserSelection::List(users) => lists(&users, turn),
    };
    turns
        .map_ok(move |users| read_turn(database.clone(), users, options.clone(), evaluate.clone()))
        .try_buffered(READERS)
        .boxed()
}

/// How many users to read at once.
pub(crate) fn turn(needs: &Needs) -> usize {
    match needs.lookback() {
        Lookback::None => TURN,
        Lookback::Within(_) => TURN_WITH_WINDOWS,
        Lookback::All => TURN_WITH_LISTS,
    }
}

async fn read_turn<T: Send + 'static>(
    database: Database,
    users: UserSelection,
    options: ReadOptions,
    evaluate: Evaluate<T>,
) -> Result<Vec<ReadUser<T>>, DbErr> {
    let task = tokio::spawn(async move {
        let users = facts::read_all(database.connection(), options.of(&users)).await?;
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
    stream::try_unfold(Some(all), move |rest| async move {
        let Some(rest) = rest else { return Ok(None) };
        let first = rest.first(database.connection(), turn as u64).await?;
        Ok(first.map(|(range, users)| {
            // Users who come later are marked.
            let rest = (users == turn as u64).then_some(UserRange { after: range.through, ..rest });
            (UserSelection::Range(range), rest)
        }))
    })
    .boxed()
}

fn lists(users: &[UserNo], turn: usize) -> Turns<'static> {
    let by_shard = UserNo::divide(users);
    let lists = by_shard.iter().flat_map(|(_, users)| users.chunks(turn));
    let lists: Vec<_> = lists.map(|users| Ok(UserSelection::List(users.to_vec()))).collect();
    stream::iter(lists).boxed()
}
