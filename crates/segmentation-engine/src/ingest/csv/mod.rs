//! Users, quiz attempts and events from CSV files.
//!
//! Files come from other systems: a faulty line is refused with all its faults, and the others are imported. Only a
//! file that cannot be read ends an import. All rows go through upserts, so importing a file twice changes nothing.
//!
//! [`input`] provides bytes, [`lines`] lines, [`cells`] and [`records`] records, [`table`] columns, [`mod@format`] what a
//! file is that has none. [`chunks`] checks and groups rows. [`reading`] does all that while the database writes.

mod cells;
mod chunks;
mod deletions;
mod error;
mod format;
mod input;
mod lines;
mod reading;
mod records;
mod table;

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod row_tests;
#[cfg(test)]
mod story_tests;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    pin::pin,
    time::Instant as Stopwatch,
};

use domain::{
    attribute::Attributes,
    event::Event,
    instant::{Clock, Instant},
    profile::{QuizAttempt, UserChange},
};
use futures_util::{StreamExt, TryStreamExt};
use persistence::{Database, DbErr, attributes, ingest::attempts::Origin};
use tracing::info;

use super::{
    by_shard::{Outcomes, divide},
    record::Record,
    report::{FieldFault, IngestObserver, IngestReport, Outcome, RecordCounts, RecordPlace, RefusedRecord},
};
use crate::{
    clock::not_ahead,
    support::retry::{Failure, with_retry},
};

use self::{
    chunks::{Chunk, Chunks},
    deletions::Deletions,
    reading::FileReader,
};

pub use self::error::ImportError;

/// Chunks that PostgreSQL writes at the same time. SQLite has one writer.
const WRITERS: usize = 2;

/// `-` is standard input. Files may be plain, gzip or xz.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// In the format of `users.csv`.
    pub users: Option<PathBuf>,
    /// In the format of `quiz_attempts.csv`. Users may be those of the same import.
    pub attempts: Option<PathBuf>,
    /// In the format of `events.csv`. Users may be those of the same import.
    pub events: Option<PathBuf>,
    /// The files have everything: users who are missing are deleted in the host application, and an attempt that another
    /// user has in them has moved.
    pub complete: bool,
    /// Even if more than a fifth of the users are deleted.
    pub allow_shrink: bool,
}

impl ImportOptions {
    fn origin(&self) -> Origin<'static> {
        if self.complete { Origin::CompleteFile } else { Origin::Partial }
    }
}

/// Checks what can be checked before there is a database: that files exist and have headers.
pub fn check(options: &ImportOptions) -> Result<(), ImportError> {
    check_standard_input(options)?;
    options.users.as_deref().map_or(Ok(()), check_header::<UserChange>)?;
    options.attempts.as_deref().map_or(Ok(()), check_header::<QuizAttempt>)?;
    options.events.as_deref().map_or(Ok(()), check_header::<Event>)
}

fn check_standard_input(options: &ImportOptions) -> Result<(), ImportError> {
    let paths = [&options.users, &options.attempts, &options.events];
    if paths.iter().filter(|path| path.as_deref().is_some_and(input::is_standard_input)).count() > 1 {
        return Err(ImportError::StandardInputTwice);
    }
    Ok(())
}

fn check_header<T: Record>(path: &Path) -> Result<(), ImportError> {
    // A pipe can be read only once.
    if input::is_standard_input(path) || fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return Ok(());
    }
    let file = input::name(path);
    let content = input::open(path).map_err(|cause| ImportError::Open { file: file.clone(), cause })?;
    Chunks::<T, _>::open(content, &file, Origin::Partial, Attributes::none()).map(|_| ())
}

/// Imports users, then attempts, then events. Nothing is written unless all headers are valid; then every chunk is a transaction for each shard.
pub async fn import(
    database: &Database,
    options: &ImportOptions,
    clock: &dyn Clock,
    observer: &mut dyn IngestObserver,
) -> Result<IngestReport, ImportError> {
    let started = Stopwatch::now();
    check_standard_input(options)?;
    let origin = options.origin();
    let attributes =
        with_retry(|| async { Ok::<_, ImportError>(attributes::declared(database.connection()).await?) }).await?;
    let users = options.users.as_deref().map(|path| FileReader::<UserChange>::start(path, origin, &attributes));
    let mut users = users.transpose()?;
    let attempts = options.attempts.as_deref().map(|path| FileReader::<QuizAttempt>::start(path, origin, &attributes));
    let mut attempts = attempts.transpose()?;
    let events = options.events.as_deref().map(|path| FileReader::<Event>::start(path, origin, &attributes));
    let mut events = events.transpose()?;
    if let Some(users) = &mut users {
        say_ignored(users.opened().await?, users.file(), observer);
    }
    if let Some(attempts) = &mut attempts {
        say_ignored(attempts.opened().await?, attempts.file(), observer);
    }
    if let Some(events) = &mut events {
        say_ignored(events.opened().await?, events.file(), observer);
    }
    // The time of leaves.
    let now = with_retry(|| async { Ok::<_, ImportError>(not_ahead(database, clock.now()).await?) }).await?;
    let mut report = IngestReport::default();
    if let Some(users) = users {
        let (complete, allow_shrink) = (options.complete, options.allow_shrink);
        let mut deletions = Deletions::of_file(database, users.file(), now, complete, allow_shrink).await?;
        report.users = Some(import_file(database, users, Some(&mut deletions), origin, now, observer).await?);
        report.duration_ms = domain::period::millis(started.elapsed());
        deletions.apply(database, &mut report, observer).await?;
    }
    if let Some(attempts) = attempts {
        report.attempts = Some(import_file(database, attempts, None, origin, now, observer).await?);
    }
    if let Some(events) = events {
        report.events = Some(import_file(database, events, None, origin, now, observer).await?);
    }
    report.duration_ms = domain::period::millis(started.elapsed());
    info!(
        users = report.users.map(|users| users.read),
        attempts = report.attempts.map(|attempts| attempts.read),
        events = report.events.map(|events| events.read),
        refused = report.refused(),
        duration_ms = report.duration_ms,
        "import done"
    );
    Ok(report)
}

fn say_ignored(columns: Vec<String>, file: &str, observer: &mut dyn IngestObserver) {
    if !columns.is_empty() {
        observer.ignored_columns(file, &columns);
    }
}

async fn import_file<T: Record>(
    database: &Database,
    reader: FileReader<T>,
    mut deletions: Option<&mut Deletions>,
    origin: Origin<'_>,
    now: Instant,
    observer: &mut dyn IngestObserver,
) -> Result<RecordCounts, ImportError> {
    let mut counts = RecordCounts::default();
    let file = reader.file().to_owned();
    let writes = reader.chunks().map(async |chunk| {
        let chunk = chunk?.map_records(without_deletion);
        let outcomes = write(database, &chunk.records, origin, now).await?;
        Ok::<_, ImportError>((chunk, outcomes))
    });
    // Chunks have no record in common, so their order does not matter to the database. The report is in order.
    let mut written = pin!(writes.buffered(if database.is_embedded() { 1 } else { WRITERS }));
    while let Some((chunk, outcomes)) = written.try_next().await? {
        if let Some(deletions) = &mut deletions {
            deletions.note(&chunk, &outcomes);
        }
        let (refused, partial) = count_outcomes(chunk, outcomes, &mut counts);
        let of_line = |(line, faults)| RefusedRecord { place: RecordPlace::Line { file: file.clone(), line }, faults };
        refused.into_iter().map(of_line).for_each(|record| observer.refused(&record));
        partial.into_iter().map(of_line).for_each(|record| observer.partial(&record));
        observer.progress(&file, counts.read);
    }
    Ok(counts)
}

/// Nobody leaves before the whole file is read. Who is back is back at once.
fn without_deletion<T: Record>(record: T) -> T {
    if record.deletion().is_some() { record.without_deletion() } else { record }
}

async fn write<T: Record>(
    database: &Database,
    records: &[T],
    origin: Origin<'_>,
    now: Instant,
) -> Result<Vec<Outcome>, ImportError> {
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let mut outcomes = Outcomes::of(records.len());
    for of_shard in divide(database.shards(), records) {
        let written = with_retry(|| async {
            let tx = database.begin_membership_change(of_shard.shard).await?;
            let written = T::write(&tx, &of_shard.records, origin, now).await?;
            tx.commit().await?;
            Ok::<_, DbErr>(written)
        });
        outcomes.set(&of_shard, written.await?);
    }
    let mut outcomes = outcomes.all();
    T::take_from_other_shards(database, records, &mut outcomes, origin, false).await?;
    Ok(outcomes)
}

/// Lines with their faults.
type Faulty = BTreeMap<u64, Vec<FieldFault>>;

/// Counts the rows of a chunk and returns the refused lines, including those that the database refused, and those that lack
/// values.
fn count_outcomes<T>(chunk: Chunk<T>, outcomes: Vec<Outcome>, counts: &mut RecordCounts) -> (Faulty, Faulty) {
    counts.add_refused(chunk.refused.len() as u64);
    let mut refused: BTreeMap<_, _> = chunk.refused.into_iter().collect();
    let mut partial: BTreeMap<_, _> = chunk.partial.into_iter().collect();
    for (line, outcome) in chunk.lines.into_iter().zip(outcomes) {
        counts.add(&outcome);
        let mut faults = outcome.faults();
        if !faults.is_empty() {
            faults.extend(partial.remove(&line).unwrap_or_default());
            refused.insert(line, faults);
        }
    }
    for (line, first) in chunk.repeats {
        match refused.get(&first).cloned() {
            // It repeats the first one, which is written now.
            None => counts.add(&Outcome::Unchanged),
            Some(faults) => {
                counts.add_refused(1);
                refused.insert(line, faults);
            }
        }
    }
    counts.partial += partial.len() as u64;
    (refused, partial)
}

impl Failure for ImportError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::Statement(error) => Some(error),
            Self::StandardInputTwice
            | Self::Open { .. }
            | Self::Read { .. }
            | Self::Empty { .. }
            | Self::Header { .. }
            | Self::MissingColumns { .. }
            | Self::MiscasedColumns { .. }
            | Self::RepeatedColumns { .. }
            | Self::TooManyDeleted { .. } => None,
        }
    }
}
