//! Users and quiz attempts from the host application's own database, by the operator's queries.
//!
//! Every query has a watermark. A **round** reads all rows from the last watermark, less an overlap, up to the greatest that
//! there is when the round begins, in the order of watermark and id, and writes them in batches, each with the progress in
//! one transaction. So a pull that was killed goes on where it was. A row that was committed late, with a watermark that the
//! round had passed, lies above the ceiling less the overlap, and the next round finds it; what is read twice is unchanged.
//!
//! The ceiling of attempts is taken before that of users, so that users with attempts below it are among the users of the
//! round. If a user is missing nevertheless, the attempt is refused and the user remembered; once the user is there, their
//! attempts are read again.

mod batch;
mod cells;
pub mod config;
mod error;

use std::{collections::HashSet, time::Instant as Stopwatch};

use domain::{
    ids::UserId,
    instant::{Clock, Instant},
    profile::{QuizAttempt, UserChange},
};
use persistence::{
    Database,
    host::{Among, Columns, Host, HostQuery, HostRow, QueryError, Window},
    ops::pulls::{self, Key, Position, Progress, Round},
};
use sha2::{Digest, Sha256};
use tracing::info;

use super::{
    record::Record,
    report::{IngestObserver, IngestReport, Outcome, RecordCounts},
};
use crate::support::{failpoints::point, retry::with_retry};

use self::batch::Batch;

pub use self::{
    config::{Overlap, PullConfig, QueryConfig},
    error::PullError,
};

/// Users whose attempts are read again together.
const ARRIVED: u32 = 500;

/// What to pull.
pub struct PullOptions {
    /// The operator's file.
    pub config: PullConfig,
    /// Where the host database is. It may hold a password.
    pub url: String,
    /// Whether to read everything again, rather than what is new.
    pub from_start: bool,
    /// Whether to say what would change instead of changing it.
    pub dry_run: bool,
}

/// Reads what is new in the host database, and writes it as an import would.
pub async fn pull(
    database: &Database,
    options: &PullOptions,
    clock: &dyn Clock,
    observer: &mut dyn IngestObserver,
) -> Result<IngestReport, PullError> {
    let started = Stopwatch::now();
    let host = Host::connect(&options.url).await.map_err(PullError::Host)?;
    let mut pulling = Pulling { database, host: &host, options, now: clock.now(), created: HashSet::new(), observer };
    let pulled = pulling.pull().await;
    // Nothing was written there, so nothing can be lost by how it closes.
    let _ = host.close().await;
    let mut report = pulled?;
    report.duration_ms = domain::period::millis(started.elapsed());
    info!(
        users = report.users.map(|users| users.read),
        attempts = report.attempts.map(|attempts| attempts.read),
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
    /// Users who would be there by now if this were no dry run.
    created: HashSet<UserId>,
    observer: &'a mut dyn IngestObserver,
}

/// A query with all that goes by it.
struct Stream {
    query: HostQuery,
    key: Key,
    overlap: i64,
    progress: Progress,
    counts: RecordCounts,
}

impl Pulling<'_> {
    async fn pull(&mut self) -> Result<IngestReport, PullError> {
        let (mut users, mut attempts) = self.streams().await?;
        // What a pull that was killed has left comes first, up to the ceilings that it had.
        self.round::<UserChange>(&mut users).await?;
        self.round::<QuizAttempt>(&mut attempts).await?;
        self.begin(&mut attempts).await?;
        self.begin(&mut users).await?;
        self.round::<UserChange>(&mut users).await?;
        if let Some(attempts) = &mut attempts {
            self.arrivals(attempts).await?;
        }
        self.round::<QuizAttempt>(&mut attempts).await?;
        Ok(IngestReport {
            users: users.map(|users| users.counts),
            attempts: attempts.map(|attempts| attempts.counts),
            duration_ms: 0,
        })
    }

    async fn streams(&self) -> Result<(Option<Stream>, Option<Stream>), PullError> {
        let mut faults = Vec::new();
        let users = self.stream::<UserChange>(self.options.config.users.as_ref(), &mut faults).await?;
        let attempts = self.stream::<QuizAttempt>(self.options.config.attempts.as_ref(), &mut faults).await?;
        if faults.is_empty() { Ok((users, attempts)) } else { Err(PullError::Queries(faults)) }
    }

    async fn stream<T: Record>(
        &self,
        config: Option<&QueryConfig>,
        faults: &mut Vec<String>,
    ) -> Result<Option<Stream>, PullError> {
        let Some(config) = config else { return Ok(None) };
        let columns = Columns { known: T::FIELDS, required: T::REQUIRED, key: T::KEY };
        let checked = with_retry(|| async {
            match self.host.query(&config.query, &columns).await {
                Err(QueryError::Statement(error)) => Err(PullError::HostStatement(error)),
                checked => Ok(checked),
            }
        });
        let query = match checked.await? {
            Ok(query) => query,
            Err(refused) => {
                faults.push(format!("{}.query: {refused}", T::KIND.name()));
                return Ok(None);
            }
        };
        let key = Key { source: self.options.config.source.clone(), kind: T::KIND };
        let hash = hash(&config.query);
        let stored =
            with_retry(|| async { Ok::<_, PullError>(pulls::find(self.database.connection(), &key).await?) }).await?;
        let progress = match stored {
            // Another query may say something else of rows that were read before.
            Some(stored) if stored.query_hash != hash || self.options.from_start => stored.restarted(&hash),
            Some(stored) => stored,
            None => Progress::start(&hash),
        };
        let overlap = config.overlap.length(query.is_by_time());
        Ok(Some(Stream { query, key, overlap, progress, counts: RecordCounts::default() }))
    }

    /// Fixes how far the next round reads.
    async fn begin(&mut self, stream: &mut Option<Stream>) -> Result<(), PullError> {
        let Some(stream) = stream else { return Ok(()) };
        let query = &stream.query;
        let unordered =
            with_retry(|| async { self.host.unordered(query).await.map_err(PullError::HostStatement) }).await?;
        if unordered > 0 {
            stream.counts.add_refused(unordered);
            self.observer.without_watermark(stream.key.kind, unordered);
        }
        let ceiling = with_retry(|| async { self.host.ceiling(query).await.map_err(PullError::HostStatement) }).await?;
        stream.progress.round = ceiling.map(|ceiling| Round { ceiling, at: None });
        Ok(())
    }

    /// Reads the round in hand to its end.
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
                    next.pulled_at = Some(self.now);
                }
            }
            stream.progress = self.write::<T>(stream, &rows, Covers::Progress(next)).await?;
        }
        Ok(())
    }

    /// Reads all attempts of users who were not there when these were read, and are now.
    async fn arrivals(&mut self, stream: &mut Stream) -> Result<(), PullError> {
        let source = stream.key.source.clone();
        let limit = self.options.config.batch_rows.get();
        let Some(ceiling) = stream.progress.round.as_ref().map(|round| round.ceiling) else { return Ok(()) };
        let mut after = UserId(String::new());
        loop {
            let users = pulls::arrived_users(self.database.connection(), &source, &after, ARRIVED).await?;
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
                self.write::<QuizAttempt>(stream, &rows, covers).await?;
                if is_last {
                    break;
                }
                at = rows.last().map(|row| row.position.clone());
            }
        }
    }

    async fn read(&self, query: &HostQuery, window: &Window<'_>) -> Result<Vec<HostRow>, PullError> {
        let rows =
            with_retry(|| async { self.host.page(query, window).await.map_err(PullError::HostStatement) }).await?;
        point("pull_after_read");
        Ok(rows)
    }

    /// Writes rows together with what they cover; gives the progress after that.
    async fn write<T: Record>(
        &mut self,
        stream: &mut Stream,
        rows: &[HostRow],
        covers: Covers<'_>,
    ) -> Result<Progress, PullError> {
        let mut batch = Batch::<T>::read(stream.query.columns(), rows);
        let (outcomes, progress) = with_retry(|| self.try_write::<T>(stream, &batch, &covers)).await?;
        stream.counts.add_refused(batch.refused.len() as u64);
        for (place, mut outcome) in outcomes.into_iter().enumerate() {
            let user = batch.records[place].user();
            if self.options.dry_run && outcome == Outcome::WithoutUser && self.created.contains(user) {
                outcome = Outcome::Recorded;
            }
            if self.options.dry_run && outcome == Outcome::Created {
                self.created.insert(user.clone());
            }
            stream.counts.add(&outcome);
            batch.refuse(place, outcome.faults());
        }
        batch.refused.iter().for_each(|record| self.observer.refused(record));
        self.observer.progress(T::KIND.name(), stream.counts.read);
        Ok(progress)
    }

    async fn try_write<T: Record>(
        &self,
        stream: &Stream,
        batch: &Batch<T>,
        covers: &Covers<'_>,
    ) -> Result<(Vec<Outcome>, Progress), PullError> {
        let source = &stream.key.source;
        let mut progress = stream.progress.clone();
        let tx = self.database.begin_membership_change().await?;
        let outcomes = T::write(&tx, &batch.records, self.now).await?;
        let missing: HashSet<_> = batch
            .records
            .iter()
            .zip(&outcomes)
            .filter(|(_, outcome)| **outcome == Outcome::WithoutUser)
            .map(|(record, _)| record.user())
            .collect();
        if !missing.is_empty() {
            // Their attempts are read again once they are there.
            pulls::wait_for_users(&tx, source, missing).await?;
        }
        point("pull_after_write");
        match covers {
            Covers::Progress(next) => {
                progress = next.clone();
                pulls::save(&tx, &stream.key, &mut progress).await?;
            }
            Covers::Arrived(users) => pulls::stop_waiting_for(&tx, source, users).await?,
            Covers::Nothing => {}
        }
        point("pull_before_commit");
        if self.options.dry_run {
            tx.rollback().await?;
            if let Covers::Progress(next) = covers {
                progress = next.clone();
            }
        } else {
            tx.commit().await?;
        }
        point("pull_after_commit");
        Ok((outcomes, progress))
    }
}

/// What is done once rows are written.
enum Covers<'a> {
    /// They were read up to there.
    Progress(Progress),
    /// All attempts of these users were read.
    Arrived(&'a [UserId]),
    /// More of them are to come.
    Nothing,
}

fn hash(query: &str) -> String {
    Sha256::digest(query.trim().as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
