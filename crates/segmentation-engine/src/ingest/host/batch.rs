//! Rows of a host database, checked, and how they are written: as an import writes them.

use std::{collections::HashSet, future::Future};

use domain::{
    ids::UserId,
    instant::Instant,
    profile::{QuizAttempt, User},
};
use persistence::{
    DbErr, MembershipTx,
    host::HostRow,
    ingest::{attempts, users},
    ops::pulls::{self, Part},
};

use super::{fault::PullFault, row::Row};
use crate::ingest::fields::{self, ATTEMPT_FIELDS, USER_FIELDS};

/// What is read and written.
pub(super) trait Kind {
    /// A row, checked.
    type Record: Sync;

    /// Which it is.
    const PART: Part;
    /// The columns of its query.
    const COLUMNS: &'static [&'static str];
    /// Those of them that tell rows apart.
    const TIES: &'static [&'static str];

    /// Reads a row; nothing if a fault was noted.
    fn read(row: &mut Row<'_>) -> Option<Self::Record>;
    /// What may be in a batch only once.
    fn identity(record: &Self::Record) -> (&str, &str);
    /// Whose it is.
    fn user(record: &Self::Record) -> &UserId;
    /// Writes records with distinct identities.
    fn write(
        tx: &MembershipTx,
        source: &str,
        records: &[Self::Record],
        now: Instant,
    ) -> impl Future<Output = Result<Written, DbErr>> + Send;
}

/// What became of records.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Those that were not there, as far as that is told.
    pub(super) created: u64,
    /// Those that were there as given.
    pub(super) unchanged: u64,
    /// Users who were not there.
    pub(super) new: Vec<UserId>,
    /// The places of those whose user there is not. They were left out.
    pub(super) without_user: Vec<usize>,
}

/// Rows that are written together.
pub(super) struct Batch<K: Kind> {
    /// With distinct identities.
    pub(super) records: Vec<K::Record>,
    /// The rows that they are, and those that cannot be used.
    pub(super) faults: Vec<PullFault>,
    positions: Vec<pulls::Position>,
}

impl<K: Kind> Batch<K> {
    /// Checks rows.
    pub(super) fn read(rows: &[HostRow]) -> Self {
        let mut batch = Self { records: Vec::with_capacity(rows.len()), faults: Vec::new(), positions: Vec::new() };
        let mut seen = HashSet::new();
        for host_row in rows {
            let mut row = Row::new(K::COLUMNS, host_row);
            match K::read(&mut row) {
                None => batch.fault(host_row.position.clone(), row.into_reason()),
                Some(record) => {
                    let (id, user) = K::identity(&record);
                    if seen.insert((id.to_owned(), user.to_owned())) {
                        batch.positions.push(host_row.position.clone());
                        batch.records.push(record);
                    } else {
                        batch.fault(host_row.position.clone(), "the query gives it more than once".into());
                    }
                }
            }
        }
        batch
    }

    /// Names records, by their places, that were left out after all.
    pub(super) fn leave_out(&mut self, places: &[usize], reason: &str) {
        for place in places {
            self.fault(self.positions[*place].clone(), reason.to_owned());
        }
    }

    fn fault(&mut self, position: pulls::Position, reason: String) {
        self.faults.push(PullFault { part: K::PART, position, reason });
    }
}

/// Users.
pub(super) struct Users;

impl Kind for Users {
    type Record = User;

    const PART: Part = Part::Users;
    const COLUMNS: &'static [&'static str] = USER_FIELDS;
    const TIES: &'static [&'static str] = &["id"];

    fn read(row: &mut Row<'_>) -> Option<User> {
        fields::user(row)
    }

    fn identity(user: &User) -> (&str, &str) {
        (&user.id.0, "")
    }

    fn user(user: &User) -> &UserId {
        &user.id
    }

    async fn write(tx: &MembershipTx, _source: &str, users: &[User], now: Instant) -> Result<Written, DbErr> {
        if users.is_empty() {
            return Ok(Written::default());
        }
        let changes = users::upsert(tx, users, now).await?;
        let changed = users.iter().zip(&changes);
        let new = changed.filter(|(_, change)| **change == users::Change::Created).map(|(user, _)| user.id.clone());
        let new: Vec<_> = new.collect();
        let unchanged = changes.iter().filter(|change| **change == users::Change::Unchanged).count() as u64;
        Ok(Written { created: new.len() as u64, unchanged, new, without_user: Vec::new() })
    }
}

/// Quiz attempts.
pub(super) struct Attempts;

impl Kind for Attempts {
    type Record = QuizAttempt;

    const PART: Part = Part::Attempts;
    const COLUMNS: &'static [&'static str] = ATTEMPT_FIELDS;
    const TIES: &'static [&'static str] = &["id", "userId"];

    fn read(row: &mut Row<'_>) -> Option<QuizAttempt> {
        fields::attempt(row)
    }

    fn identity(attempt: &QuizAttempt) -> (&str, &str) {
        (&attempt.id, &attempt.user_id.0)
    }

    fn user(attempt: &QuizAttempt) -> &UserId {
        &attempt.user_id
    }

    /// Remembers the users who were not there, so that their attempts are read again once they are.
    async fn write(tx: &MembershipTx, source: &str, attempts: &[QuizAttempt], _now: Instant) -> Result<Written, DbErr> {
        if attempts.is_empty() {
            return Ok(Written::default());
        }
        let changes = attempts::upsert(tx, attempts).await?;
        let places =
            |wanted| changes.iter().enumerate().filter(move |(_, change)| **change == wanted).map(|(place, _)| place);
        let without_user: Vec<_> = places(attempts::Change::WithoutUser).collect();
        let missing: HashSet<_> = without_user.iter().map(|place| &attempts[*place].user_id).collect();
        if !missing.is_empty() {
            pulls::wait_for(tx, source, missing).await?;
        }
        let unchanged = places(attempts::Change::Unchanged).count() as u64;
        Ok(Written { unchanged, without_user, ..Written::default() })
    }
}
