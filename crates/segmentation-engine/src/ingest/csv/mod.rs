//! Users and quiz attempts from CSV files.
//!
//! Files are exports of other people's systems: whatever is wrong with a line costs that line and no other, and is named.
//! Only what cannot be read at all ends an import. Everything goes through the upserts of the persistence crate, so that
//! importing a file again changes nothing.
//!
//! [`input`] gives bytes, [`lines`] lines, [`cells`] and [`records`] records, [`table`] columns, [`users`] and
//! [`attempts`] rows, [`chunks`] gathers them, and [`reading`] does all that beside the writing.

mod attempts;
mod cells;
mod chunks;
mod fault;
mod input;
mod lines;
mod reading;
mod records;
mod seen;
mod table;
mod users;

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod story_tests;

use std::{collections::HashSet, path::PathBuf, time::Instant as Stopwatch};

use domain::{
    instant::{Clock, Instant},
    profile::{QuizAttempt, User},
};
use persistence::{Database, ingest};
use tracing::info;

use crate::support::retry::Tries;

use self::{attempts::Attempts, chunks::Chunk, reading::Reading, users::Users};

pub use self::fault::{Fault, ImportError};

/// What to import. `-` is standard input. Files may be plain, `.gz` or `.xz`.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// A file in the format of `users.csv`.
    pub users: Option<PathBuf>,
    /// A file in the format of `quiz_attempts.csv`. Its users may be those of the same import.
    pub attempts: Option<PathBuf>,
}

/// Hears how an import goes on.
pub trait ImportObserver: Send {
    /// A line was left out. Lines come in ascending order within a file.
    fn fault(&mut self, fault: &Fault);
    /// So many rows of a file are done, good and faulty.
    fn progress(&mut self, file: &str, rows: u64);
    /// A file has columns that the format does not know. Said once for a file.
    fn ignored_columns(&mut self, file: &str, columns: &[String]);
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportReport {
    /// If users were given.
    pub users: Option<UsersReport>,
    /// If attempts were given.
    pub attempts: Option<AttemptsReport>,
    /// In milliseconds.
    pub duration_ms: u64,
}

/// What became of rows of users, of a file or of a host database: `rows = created + updated + unchanged + faults`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UsersReport {
    /// Rows that were read: of a file, without its header and without empty lines.
    pub rows: u64,
    /// Users that were not there.
    pub created: u64,
    /// Users that were there and differed.
    pub updated: u64,
    /// Users that were there as given.
    pub unchanged: u64,
    /// Rows that were left out.
    pub faults: u64,
}

/// What became of rows of attempts, of a file or of a host database: `rows = written + unchanged + faults`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AttemptsReport {
    /// Rows that were read: of a file, without its header and without empty lines.
    pub rows: u64,
    /// Attempts that were not there, or differed.
    pub written: u64,
    /// Attempts that were there as given.
    pub unchanged: u64,
    /// Rows that were left out.
    pub faults: u64,
}

/// Imports users, then attempts. Nothing is written unless all headers are good; then every chunk is a transaction.
pub async fn import(
    database: &Database,
    options: &ImportOptions,
    clock: &dyn Clock,
    observer: &mut dyn ImportObserver,
) -> Result<ImportReport, ImportError> {
    let (started, now) = (Stopwatch::now(), clock.now());
    let paths = [&options.users, &options.attempts];
    if paths.iter().all(|path| path.as_deref().is_some_and(input::is_standard_input)) {
        return Err(ImportError::StandardInputTwice);
    }
    let mut users = options.users.as_deref().map(Reading::<Users>::start).transpose()?;
    let mut attempts = options.attempts.as_deref().map(Reading::<Attempts>::start).transpose()?;
    if let Some(users) = &mut users {
        say_ignored(users.opened().await?, users.file(), observer);
    }
    if let Some(attempts) = &mut attempts {
        say_ignored(attempts.opened().await?, attempts.file(), observer);
    }
    let mut report = ImportReport::default();
    if let Some(users) = users {
        report.users = Some(import_users(database, users, now, observer).await?);
    }
    if let Some(attempts) = attempts {
        report.attempts = Some(import_attempts(database, attempts, observer).await?);
    }
    report.duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    info!(
        users = report.users.map(|users| users.rows),
        attempts = report.attempts.map(|attempts| attempts.rows),
        faults = report.faults(),
        duration_ms = report.duration_ms,
        "import done"
    );
    Ok(report)
}

impl ImportReport {
    /// Rows that were left out.
    pub fn faults(&self) -> u64 {
        self.users.map_or(0, |users| users.faults) + self.attempts.map_or(0, |attempts| attempts.faults)
    }
}

fn say_ignored(columns: Vec<String>, file: &str, observer: &mut dyn ImportObserver) {
    if !columns.is_empty() {
        observer.ignored_columns(file, &columns);
    }
}

async fn import_users(
    database: &Database,
    mut reading: Reading<Users>,
    now: Instant,
    observer: &mut dyn ImportObserver,
) -> Result<UsersReport, ImportError> {
    let mut report = UsersReport::default();
    while let Some(chunk) = reading.next_chunk().await? {
        let mut tries = Tries::default();
        loop {
            match write_users(database, &chunk, now, &mut report).await {
                Err(ImportError::Statement(error)) if tries.again_after(&error).await => {}
                written => break written?,
            }
        }
        report.rows += chunk.rows() as u64;
        report.faults += chunk.faults.len() as u64;
        chunk.faults.iter().for_each(|fault| observer.fault(fault));
        observer.progress(reading.file(), report.rows);
    }
    Ok(report)
}

async fn write_users(
    database: &Database,
    chunk: &Chunk<User>,
    now: Instant,
    report: &mut UsersReport,
) -> Result<(), ImportError> {
    if chunk.records.is_empty() {
        return Ok(());
    }
    let tx = database.begin_membership_change().await?;
    let changes = ingest::users::upsert(&tx, &chunk.records, now).await?;
    tx.commit().await?;
    let count = |wanted| changes.iter().filter(|change| **change == wanted).count() as u64;
    report.created += count(ingest::users::Change::Created);
    report.updated += count(ingest::users::Change::Updated);
    report.unchanged += count(ingest::users::Change::Unchanged);
    Ok(())
}

async fn import_attempts(
    database: &Database,
    mut reading: Reading<Attempts>,
    observer: &mut dyn ImportObserver,
) -> Result<AttemptsReport, ImportError> {
    let mut report = AttemptsReport::default();
    while let Some(mut chunk) = reading.next_chunk().await? {
        report.rows += chunk.rows() as u64;
        let mut tries = Tries::default();
        loop {
            match write_attempts(database, &mut chunk, reading.file(), &mut report).await {
                Err(ImportError::Statement(error)) if tries.again_after(&error).await => {}
                written => break written?,
            }
        }
        report.faults += chunk.faults.len() as u64;
        chunk.faults.iter().for_each(|fault| observer.fault(fault));
        observer.progress(reading.file(), report.rows);
    }
    Ok(report)
}

/// Writes the attempts of a chunk, and adds to its faults those whose user there is not.
async fn write_attempts(
    database: &Database,
    chunk: &mut Chunk<QuizAttempt>,
    file: &str,
    report: &mut AttemptsReport,
) -> Result<(), ImportError> {
    if chunk.records.is_empty() {
        return Ok(());
    }
    let tx = database.begin_membership_change().await?;
    let changes = ingest::attempts::upsert(&tx, &chunk.records).await?;
    tx.commit().await?;
    let count = |wanted| changes.iter().filter(|change| **change == wanted).count() as u64;
    let lines = chunk.lines.iter().zip(&changes);
    let without_user =
        lines.filter(|(_, change)| **change == ingest::attempts::Change::WithoutUser).map(|(line, _)| *line);
    let mut without_user: HashSet<_> = without_user.collect();
    let (lost, kept): (Vec<_>, Vec<_>) = chunk.repeats.iter().partition(|(_, of)| without_user.contains(of));
    without_user.extend(lost.iter().map(|(line, _)| line));
    let reason = "there is no user with this userId";
    let fault = |line| Fault { file: file.to_owned(), line, reason: reason.to_owned() };
    chunk.faults.extend(without_user.into_iter().map(fault));
    chunk.faults.sort_unstable_by_key(|fault| fault.line);
    report.written += count(ingest::attempts::Change::Recorded);
    report.unchanged += count(ingest::attempts::Change::Unchanged) + kept.len() as u64;
    Ok(())
}
