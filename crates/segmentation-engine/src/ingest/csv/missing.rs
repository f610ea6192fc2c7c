//! Who is missing from a file that has everybody: these users are deleted in the host application.

use std::collections::HashSet;

use domain::{
    ids::{UserId, UserNo},
    instant::Instant,
};
use persistence::{
    Database,
    ingest::{
        gone::{self, Reported},
        users,
    },
};

use crate::{
    ingest::{record::Record, report::IngestObserver},
    support::retry::with_retry,
};

use super::{chunks::Chunk, error::ImportError};

/// Users per read and per transaction.
const TOGETHER: usize = 5_000;
/// If more than one in this many users is missing, the file is probably incomplete.
const MOST: u64 = 5;

pub(super) struct Missing {
    file: String,
    /// When the import began. Users who were written since are not in the file, but they exist.
    began: Instant,
    /// Users at that time.
    users: u64,
    allow_shrink: bool,
    listed: HashSet<UserId>,
    /// Refused lines of which nobody knows whose they are.
    unidentified: u64,
}

impl Missing {
    pub(super) async fn from_file(
        database: &Database,
        file: &str,
        began: Instant,
        allow_shrink: bool,
    ) -> Result<Self, ImportError> {
        let users = with_retry(|| async { Ok::<_, ImportError>(users::count(database.connection()).await?) }).await?;
        Ok(Self { file: file.to_owned(), began, users, allow_shrink, listed: HashSet::new(), unidentified: 0 })
    }

    /// A record that is refused for its faults shows that its user exists.
    pub(super) fn note<T: Record>(&mut self, chunk: &Chunk<T>) {
        self.listed.extend(chunk.records.iter().map(|record| record.user().clone()));
        self.listed.extend(chunk.refused_ids.iter().cloned().map(UserId));
        self.unidentified += chunk.unidentified;
    }

    /// After the file is imported. Returns how many users are gone.
    pub(super) async fn report(
        self,
        database: &Database,
        observer: &mut dyn IngestObserver,
    ) -> Result<u64, ImportError> {
        if self.unidentified > 0 {
            observer.unidentified(&self.file, self.unidentified);
            return Ok(0);
        }
        let missing = self.find(database).await?;
        if !self.allow_shrink && MOST * missing.len() as u64 > self.users {
            let (missing, users) = (missing.len() as u64, self.users);
            return Err(ImportError::TooManyMissing { file: self.file, missing, users });
        }
        let mut gone = 0;
        for users in missing.chunks(TOGETHER) {
            gone += with_retry(|| async {
                let tx = database.begin_membership_change().await?;
                let gone = gone::report(&tx, Reported::WrittenBefore(users, self.began), self.began).await?;
                tx.commit().await?;
                Ok::<_, ImportError>(gone.len() as u64)
            })
            .await?;
        }
        Ok(gone)
    }

    async fn find(&self, database: &Database) -> Result<Vec<UserNo>, ImportError> {
        let (mut missing, mut above) = (Vec::new(), UserNo(0));
        loop {
            let page = with_retry(|| async {
                let page = gone::present(database.connection(), self.began, above, TOGETHER as u32).await?;
                Ok::<_, ImportError>(page)
            })
            .await?;
            let Some((last, _)) = page.last() else { return Ok(missing) };
            above = *last;
            missing.extend(page.into_iter().filter(|(_, id)| !self.listed.contains(id)).map(|(user, _)| user));
        }
    }
}
