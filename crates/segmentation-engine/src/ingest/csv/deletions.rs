//! Who is deleted in the host application according to a file: users with a `deletedAt`, and those who are missing from a
//! file that has everybody. They leave once the whole file is read, because too many are refused.

use std::collections::HashSet;

use domain::{
    ids::{UserId, UserNo},
    instant::Instant,
    profile::{DELETION, User, UserChange},
};
use persistence::{
    Database,
    ingest::{
        gone::{self, Reported},
        users::{self, Change},
    },
};

use crate::{
    ingest::{
        deletions::are_too_many,
        record::Record,
        report::{IngestObserver, IngestReport, Outcome, RecordCounts},
    },
    support::retry::with_retry,
};

use super::{chunks::Chunk, error::ImportError};

/// Users per read and per transaction.
const TOGETHER: usize = 5_000;

pub(super) struct Deletions {
    file: String,
    /// When the import began. Users who were written since are not in the file, but they exist.
    began: Instant,
    /// Users at that time.
    users: u64,
    allow_shrink: bool,
    with_time: Vec<WithTime>,
    /// If the file has everybody.
    listed: Option<Listed>,
}

/// A user with a `deletedAt`.
struct WithTime {
    user: UserId,
    deleted_at: Instant,
    /// As far as the other columns go.
    is_unchanged: bool,
}

#[derive(Default)]
struct Listed {
    users: HashSet<UserId>,
    /// Refused lines of which nobody knows whose they are.
    unidentified: u64,
}

impl Deletions {
    pub(super) async fn of_file(
        database: &Database,
        file: &str,
        began: Instant,
        has_everybody: bool,
        allow_shrink: bool,
    ) -> Result<Self, ImportError> {
        let users = with_retry(|| async { Ok::<_, ImportError>(users::count(database.connection()).await?) }).await?;
        let listed = has_everybody.then(Listed::default);
        Ok(Self { file: file.to_owned(), began, users, allow_shrink, with_time: Vec::new(), listed })
    }

    /// A record that is refused for its faults shows that its user exists.
    pub(super) fn note<T: Record>(&mut self, chunk: &Chunk<T>, outcomes: &[Outcome]) {
        for (record, outcome) in chunk.records.iter().zip(outcomes) {
            if let (Some(deleted_at), false) = (record.deletion(), matches!(outcome, Outcome::Refused(_))) {
                let is_unchanged = *outcome == Outcome::Unchanged;
                self.with_time.push(WithTime { user: record.user().clone(), deleted_at, is_unchanged });
            }
        }
        if let Some(listed) = &mut self.listed {
            listed.users.extend(chunk.records.iter().map(|record| record.user().clone()));
            listed.users.extend(chunk.refused_ids.iter().cloned().map(UserId));
            listed.unidentified += chunk.unidentified;
        }
    }

    /// After the file is imported. Adds to its report, or refuses with it.
    pub(super) async fn apply(
        self,
        database: &Database,
        report: &mut IngestReport,
        observer: &mut dyn IngestObserver,
    ) -> Result<(), ImportError> {
        let missing = self.missing(database, observer).await?;
        self.refuse_too_many(database, missing.len() as u64, report).await?;
        if self.listed.is_none() && self.with_time.is_empty() {
            return Ok(());
        }
        let mut counts = report.users.unwrap_or_default();
        let with_time = self.delete_with_time(database, &mut counts).await?;
        report.users = Some(counts);
        report.gone = Some(with_time + self.delete_missing(database, &missing).await?);
        Ok(())
    }

    async fn refuse_too_many(
        &self,
        database: &Database,
        missing: u64,
        report: &IngestReport,
    ) -> Result<(), ImportError> {
        if self.allow_shrink {
            return Ok(());
        }
        let mut with_time = 0;
        for users in self.with_time.chunks(TOGETHER) {
            let ids = || users.iter().map(|with_time| &with_time.user);
            let present =
                with_retry(|| async { Ok::<_, ImportError>(gone::present_among(database.connection(), ids()).await?) });
            with_time += present.await?.len() as u64;
        }
        let (deleted, users) = (missing + with_time, self.users);
        if !are_too_many(deleted, users) {
            return Ok(());
        }
        let (file, imported) = (self.file.clone(), Box::new(IngestReport { gone: Some(0), ..report.clone() }));
        Err(ImportError::TooManyDeleted { file, deleted, users, are_missing: with_time == 0, imported })
    }

    /// Returns how many were present.
    async fn delete_with_time(&self, database: &Database, counts: &mut RecordCounts) -> Result<u64, ImportError> {
        let mut gone = 0;
        for deleted in self.with_time.chunks(TOGETHER) {
            for (shard, deleted) in database.shards().divide(deleted, |deleted| &deleted.user) {
                let changes: Vec<_> = deleted.iter().map(|with_time| with_time.change()).collect();
                let (present, written) = with_retry(|| async {
                    let tx = database.begin_membership_change(shard).await?;
                    let present = gone::count_present(&tx, changes.iter().map(|change| &change.user.id)).await?;
                    let written = users::upsert(&tx, &changes, self.began).await?;
                    tx.commit().await?;
                    Ok::<_, ImportError>((present, written))
                })
                .await?;
                gone += present;
                let is_updated =
                    |(with_time, change): &(&WithTime, Change)| with_time.is_unchanged && *change == Change::Updated;
                let updated = deleted.into_iter().zip(written).filter(is_updated).count() as u64;
                counts.updated += updated;
                counts.unchanged -= updated;
            }
        }
        Ok(gone)
    }

    async fn delete_missing(&self, database: &Database, missing: &[UserNo]) -> Result<u64, ImportError> {
        let mut gone = 0;
        for users in missing.chunks(TOGETHER) {
            for (shard, users) in UserNo::divide(users) {
                gone += with_retry(|| async {
                    let tx = database.begin_membership_change(shard).await?;
                    let gone = gone::report(&tx, Reported::WrittenBefore(&users, self.began), self.began).await?;
                    tx.commit().await?;
                    Ok::<_, ImportError>(gone.len() as u64)
                })
                .await?;
            }
        }
        Ok(gone)
    }

    async fn missing(
        &self,
        database: &Database,
        observer: &mut dyn IngestObserver,
    ) -> Result<Vec<UserNo>, ImportError> {
        let Some(listed) = &self.listed else { return Ok(Vec::new()) };
        if listed.unidentified > 0 {
            observer.unidentified(&self.file, listed.unidentified);
            return Ok(Vec::new());
        }
        let (mut missing, mut above) = (Vec::new(), UserNo(0));
        loop {
            let page = with_retry(|| async {
                let page = gone::present(database.connection(), self.began, above, TOGETHER as u32).await?;
                Ok::<_, ImportError>(page)
            })
            .await?;
            let Some((last, _)) = page.last() else { return Ok(missing) };
            above = *last;
            missing.extend(page.into_iter().filter(|(_, id)| !listed.users.contains(id)).map(|(user, _)| user));
        }
    }
}

impl WithTime {
    fn change(&self) -> UserChange {
        let mut user = User::new(self.user.clone(), String::new(), Instant::default());
        user.deleted_at = Some(self.deleted_at);
        UserChange { may_create: false, ..UserChange::of_fields(user, &[DELETION]) }
    }
}
