//! Users, quiz attempts and events from the host application's own database, by the operator's queries.
//!
//! Every query has a watermark. A **round** reads all rows from the last watermark, minus an overlap, up to a
//! ceiling: the greatest watermark when the round begins that is not later than the host database's clock. It reads in
//! the order of watermark and id and writes batches, each with the progress in one transaction, so a killed pull continues
//! where it was. A row that was committed late, with a watermark that the round had passed, is above the ceiling minus the
//! overlap, so the next round finds it. Rows that are read twice are unchanged. Rows above the clock are read after the
//! round, without progress.
//!
//! The ceilings of attempts and events are taken before that of users, so that the users of these are part of the round. If
//! a user is missing anyway, the attempt or event is refused and the user stored; once the user exists, theirs are read
//! again.

mod ask;
mod batch;
mod ceiling;
mod cells;
pub mod config;
mod deleted;
mod error;
mod streams;
mod watermark;
mod write;

use std::{collections::HashSet, time::Instant as Stopwatch};

use domain::{
    event::Event,
    ids::{UserId, UserNo},
    instant::{Clock, Instant},
    profile::{QuizAttempt, UserChange},
};
use persistence::{
    Database,
    host::{Among, Host, HostQuery, HostRow, IdQuery, Window},
    ingest::users,
    ops::pulls::{self, Key, Position, Progress, Round},
};
use tracing::info;

use super::{
    record::Record,
    report::{IngestObserver, IngestReport, RecordCounts},
};
use crate::{
    clock::not_ahead,
    support::{failpoints::point, retry::with_retry},
};

use self::{ask::ask, watermark::Unit};

pub use self::{
    config::{Overlap, PullConfig, QueryConfig},
    error::PullError,
};

/// Users per query when theirs are read again.
const ARRIVED: u32 = 500;

pub struct PullOptions {
    pub config: PullConfig,
    /// May hold a password.
    pub url: String,
    /// Read everything again, not only what is new.
    pub from_start: bool,
    /// Even if more than a fifth of the users are deleted.
    pub allow_shrink: bool,
    /// Report what would change, and change nothing.
    pub dry_run: bool,
}

pub async fn pull(
    database: &Database,
    options: &PullOptions,
    clock: &dyn Clock,
    observer: &mut dyn IngestObserver,
) -> Result<IngestReport, PullError> {
    let started = Stopwatch::now();
    let host = Host::connect(&options.url).await.map_err(PullError::Host)?;
    // The time of leaves.
    let now = with_retry(|| async { Ok::<_, PullError>(not_ahead(database, clock.now()).await?) }).await?;
    let mut pulling = Pulling {
        database,
        host: &host,
        options,
        now,
        users: 0,
        created: HashSet::new(),
        deleted: HashSet::new(),
        gone: HashSet::new(),
        observer,
    };
    let pulled = pulling.pull().await;
    // Nothing was written there, so a failure to close loses nothing.
    let _ = host.close().await;
    let mut report = pulled?;
    report.duration_ms = domain::period::millis(started.elapsed());
    info!(
        users = report.users.map(|users| users.read),
        attempts = report.attempts.map(|attempts| attempts.read),
        events = report.events.map(|events| events.read),
        refused = report.refused(),
        duration_ms = report.duration_ms,
        "pull done"
    );
    Ok(report)
}

struct Pulling<'a> {
    database: &'a Database,
    host: &'a Host,
    options: &'a PullOptions,
    now: Instant,
    /// When the pull began, if it says who is deleted.
    users: u64,
    /// In a dry run: users that would exist now.
    created: HashSet<UserId>,
    /// Users of the query `[deleted]`.
    deleted: HashSet<String>,
    /// Users who were present and are deleted now.
    gone: HashSet<UserNo>,
    observer: &'a mut dyn IngestObserver,
}

/// The queries that are configured.
struct Streams {
    users: Option<Stream>,
    attempts: Option<Stream>,
    events: Option<Stream>,
    deleted: Option<IdQuery>,
}

/// A query and its progress.
struct Stream {
    query: HostQuery,
    key: Key,
    unit: Unit,
    overlap: i64,
    /// The host database's, when the round began.
    clock: Instant,
    /// Watermarks above the ceiling, from and through.
    ahead: Option<(Option<i64>, i64)>,
    progress: Progress,
    counts: RecordCounts,
}

/// What is complete once rows are written.
enum Covers<'a> {
    /// Everything up to here was read.
    Progress(Progress),
    /// Everything of these users was read.
    Arrived(&'a [UserId]),
    /// More rows follow.
    Nothing,
}

impl Covers<'_> {
    /// How far the stream is, if nothing is stored.
    fn progress_of(&self, stream: &Stream) -> Progress {
        match self {
            Self::Progress(next) => next.clone(),
            Self::Arrived(_) | Self::Nothing => stream.progress.clone(),
        }
    }
}

impl Pulling<'_> {
    async fn pull(&mut self) -> Result<IngestReport, PullError> {
        let Streams { mut users, mut attempts, mut events, deleted } = self.streams().await?;
        let says_who_is_deleted = deleted.is_some() || users.as_ref().is_some_and(Stream::has_deletions);
        if says_who_is_deleted {
            let connection = self.database.connection();
            self.users = with_retry(|| async { Ok::<_, PullError>(users::count(connection).await?) }).await?;
        }
        // First finish what a killed pull has left, up to its ceilings.
        self.read_deleted(deleted.as_ref()).await?;
        self.refuse_too_many_by_column(users.as_ref()).await?;
        self.round::<UserChange>(&mut users).await?;
        self.round::<QuizAttempt>(&mut attempts).await?;
        self.round::<Event>(&mut events).await?;
        self.begin(&mut attempts).await?;
        self.begin(&mut events).await?;
        self.begin(&mut users).await?;
        // Again, after the ceiling: a user who is no longer deleted has a watermark above it.
        self.read_deleted(deleted.as_ref()).await?;
        self.refuse_too_many_by_column(users.as_ref()).await?;
        self.round::<UserChange>(&mut users).await?;
        self.rows_ahead::<UserChange>(&mut users).await?;
        self.report_deleted().await?;
        self.of_users::<QuizAttempt>(&mut attempts).await?;
        self.of_users::<Event>(&mut events).await?;
        Ok(IngestReport {
            users: users.map(|users| users.counts),
            attempts: attempts.map(|attempts| attempts.counts),
            events: events.map(|events| events.counts),
            gone: says_who_is_deleted.then_some(self.gone.len() as u64),
            duration_ms: 0,
        })
    }

    /// What users did, once the users are read.
    async fn of_users<T: Record>(&mut self, stream: &mut Option<Stream>) -> Result<(), PullError> {
        if let Some(stream) = stream {
            self.arrivals::<T>(stream).await?;
        }
        self.round::<T>(stream).await?;
        self.rows_ahead::<T>(stream).await
    }

    /// Finishes the current round.
    async fn round<T: Record>(&mut self, stream: &mut Option<Stream>) -> Result<(), PullError> {
        let Some(stream) = stream else { return Ok(()) };
        let limit = self.options.config.batch_rows.get();
        while let Some(round) = stream.progress.round.clone() {
            let from = stream.progress.settled.map(|settled| settled.saturating_sub(stream.overlap));
            let window = Window { from, after: round.at.as_ref(), ceiling: round.ceiling, among: None, limit };
            let rows = self.read(&stream.query, &window).await?;
            let mut next = stream.progress.clone();
            match rows.last() {
                Some(last) if rows.len() >= limit as usize => {
                    next.round = Some(Round { at: Some(last.position.clone()), ..round });
                }
                _ => {
                    next.settled = Some(round.ceiling);
                    next.round = None;
                    next.pulled_at = Some(stream.clock);
                }
            }
            stream.progress = self.write::<T>(stream, &rows, Covers::Progress(next)).await?;
        }
        Ok(())
    }

    /// Reads everything of users who were missing when it was read, and exist now.
    async fn arrivals<T: Record>(&mut self, stream: &mut Stream) -> Result<(), PullError> {
        let limit = self.options.config.batch_rows.get();
        let Some(ceiling) = stream.progress.round.as_ref().map(|round| round.ceiling) else { return Ok(()) };
        let mut after = UserId(String::new());
        loop {
            let users = pulls::arrived_users(self.database.connection(), &stream.key, &after, ARRIVED).await?;
            let Some(last) = users.last() else { return Ok(()) };
            after = last.clone();
            let ids: Vec<_> = users.iter().map(|user| user.0.as_str()).collect();
            let among = Some(Among { column: "userId", texts: &ids });
            let mut at: Option<Position> = None;
            loop {
                let window = Window { from: None, after: at.as_ref(), ceiling, among, limit };
                let rows = self.read(&stream.query, &window).await?;
                let is_last = rows.len() < limit as usize;
                let covers = if is_last { Covers::Arrived(&users) } else { Covers::Nothing };
                self.write::<T>(stream, &rows, covers).await?;
                if is_last {
                    break;
                }
                at = rows.last().map(|row| row.position.clone());
            }
        }
    }

    async fn read(&self, query: &HostQuery, window: &Window<'_>) -> Result<Vec<HostRow>, PullError> {
        let rows = ask(|| self.host.page(query, window)).await?;
        point("pull_after_read");
        Ok(rows)
    }
}
