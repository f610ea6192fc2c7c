//! Users and quiz attempts as records: fields, identity, and how to write them. Events are in [`events`](super::events).

use std::{
    future::{Future, ready},
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
};

use domain::{
    ids::UserId,
    instant::Instant,
    profile::{DELETION, PROFILE, ProfileField, ProfileValue, QuizAttempt, USER_FIELDS, User, UserChange},
};
use persistence::{
    Database, DbErr, MembershipTx,
    ingest::{
        attempts::{self, Origin},
        users,
    },
};

use super::{
    deletions::is_ahead,
    fields::{FieldReader, RawRecord},
    moved_attempts,
    report::{FieldFault, Outcome, RecordKind},
};

pub(crate) trait Record: Clone + Send + Sync + 'static {
    const KIND: RecordKind;
    const FIELDS: &'static [&'static str];
    /// Those of items of calls.
    const FIELDS_OF_CALLS: &'static [&'static str] = Self::FIELDS;
    /// Fields that every file and query must have.
    const REQUIRED: &'static [&'static str];
    /// Fields that identify rows of a query.
    const KEY: &'static [&'static str];
    /// The fault of a repeated record, followed by where the first one is.
    fn repeated(origin: Origin<'_>) -> &'static str;
    /// Records per transaction of an import.
    const IMPORTED_TOGETHER: usize;

    /// The reader may have faults even if this returns a record.
    fn read(fields: &mut FieldReader<'_, impl RawRecord>) -> Option<Self>;
    /// Unique in a file, a call or a batch.
    fn identity(&self, origin: Origin<'_>) -> (&str, &str);
    fn user(&self) -> &UserId;
    /// A hash of the content, if a file may repeat a record.
    fn repeatable_content(&self) -> Option<u32>;
    /// The record of a user who is in the host application's list of deleted ones.
    #[must_use]
    fn of_deleted_user(self) -> Self {
        self
    }
    /// When the host application deleted the user, if the record says so.
    fn deletion(&self) -> Option<Instant> {
        None
    }
    /// The same record, but it does not delete its user.
    #[must_use]
    fn without_deletion(self) -> Self {
        self
    }

    /// Writes records with distinct identities of users of the shard. Returns the outcome of each.
    fn write(
        tx: &MembershipTx,
        records: &[Self],
        origin: Origin<'_>,
        now: Instant,
    ) -> impl Future<Output = Result<Vec<Outcome>, DbErr>> + Send;

    /// After all shards are written: what users of other shards have no longer. Updates the outcomes.
    fn take_from_other_shards(
        _database: &Database,
        _written: &[Self],
        _outcomes: &mut [Outcome],
        _origin: Origin<'_>,
        _dry_run: bool,
    ) -> impl Future<Output = Result<(), DbErr>> + Send {
        ready(Ok(()))
    }
}

/// A record, and the faults of single values that it lacks.
pub(crate) type ReadRecord<T> = (T, Vec<FieldFault>);

/// Returns all faults of an invalid record.
pub(crate) fn read<T: Record>(raw: &impl RawRecord) -> Result<ReadRecord<T>, Vec<FieldFault>> {
    let mut fields = FieldReader::new(raw);
    let record = T::read(&mut fields);
    let (faults, forgiven) = fields.into_faults();
    match record {
        Some(record) if faults.is_empty() => Ok((record, forgiven)),
        _ => Err(faults.into_iter().chain(forgiven).collect()),
    }
}

/// The id of a record that may be invalid.
pub(crate) fn id(raw: &impl RawRecord) -> Option<String> {
    FieldReader::new(raw).required_id("id")
}

impl Record for UserChange {
    const KIND: RecordKind = RecordKind::Users;
    const FIELDS: &'static [&'static str] = &USER_FIELDS;
    const REQUIRED: &'static [&'static str] = &["id"];
    const KEY: &'static [&'static str] = &["id"];
    const IMPORTED_TOGETHER: usize = 5_000;

    fn read(fields: &mut FieldReader<'_, impl RawRecord>) -> Option<Self> {
        let id = fields.required_id("id").map(UserId);
        let mut change = Self::nothing_but(UserId(String::new()));
        for (place, field) in PROFILE.iter().enumerate() {
            if read_field(fields, field, &mut change.user).is_some() {
                change.given.insert(place);
            }
        }
        change.attributes = fields.attributes();
        if change.user.deleted_at.is_some() {
            change = of_deleted(change, fields);
        }
        change.user.id = id?;
        Some(change)
    }

    fn repeated(_origin: Origin<'_>) -> &'static str {
        "was already used"
    }

    fn identity(&self, _origin: Origin<'_>) -> (&str, &str) {
        (&self.user.id.0, "")
    }

    fn user(&self) -> &UserId {
        &self.user.id
    }

    fn of_deleted_user(self) -> Self {
        // A time that the row gives is more than the list knows.
        if self.user.deleted_at.is_some() { self } else { Self { may_create: false, ..self.without_deletion() } }
    }

    fn deletion(&self) -> Option<Instant> {
        self.user.deleted_at
    }

    fn without_deletion(self) -> Self {
        Self::without_deletion(self)
    }

    /// A user may have only one line in a file, so that the order of lines does not matter.
    fn repeatable_content(&self) -> Option<u32> {
        None
    }

    async fn write(
        tx: &MembershipTx,
        users: &[Self],
        _origin: Origin<'_>,
        now: Instant,
    ) -> Result<Vec<Outcome>, DbErr> {
        let is_ahead = |user: &Self| user.user.deleted_at.is_some_and(|at| is_ahead(at, now));
        if !users.iter().any(is_ahead) {
            return write_users(tx, users, now).await;
        }
        let due: Vec<_> = users.iter().filter(|user| !is_ahead(user)).cloned().collect();
        let mut written = write_users(tx, &due, now).await?.into_iter();
        let refused = || Outcome::Refused(vec![FieldFault::new(DELETION, "must not be in the future")]);
        let outcome = |user| if is_ahead(user) { Some(refused()) } else { written.next() };
        Ok(users.iter().filter_map(outcome).collect())
    }
}

async fn write_users(tx: &MembershipTx, users: &[UserChange], now: Instant) -> Result<Vec<Outcome>, DbErr> {
    let changes = users::upsert(tx, users, now).await?;
    let outcome = |(user, change): (&UserChange, users::Change)| match change {
        users::Change::Created => Outcome::Created,
        users::Change::Updated => Outcome::Updated,
        users::Change::Unchanged => Outcome::Unchanged,
        // Nobody is to be deleted.
        users::Change::Incomplete if !user.may_create => Outcome::Unchanged,
        users::Change::Incomplete => Outcome::Refused(missing_for_new_user(user)),
    };
    Ok(users.iter().zip(changes).map(outcome).collect())
}

/// A host application may empty the row of a deleted user, so what is empty or faulty there stays as it is stored.
fn of_deleted(change: UserChange, fields: &mut FieldReader<'_, impl RawRecord>) -> UserChange {
    let faulty = fields.forgive_except(&["id", DELETION]);
    let is_usable = |name: &&str| fields.has_content(name) && !faulty.iter().any(|field| field == name);
    let usable: Vec<_> = change.given.fields().map(|field| field.name).filter(is_usable).collect();
    fields.forgive_values();
    let mut attributes = change.attributes;
    attributes.retain(|_, value| value.is_some());
    UserChange { may_create: false, attributes, ..UserChange::of_fields(change.user, &usable) }
}

/// `None` if the source lacks the field. `user` must have the field's default.
fn read_field(fields: &mut FieldReader<'_, impl RawRecord>, field: &ProfileField, user: &mut User) -> Option<()> {
    let name = field.name;
    match field.value {
        ProfileValue::Text(_, place) => *(place.get_mut)(user) = fields.text_if_present(name)?,
        ProfileValue::OptionalText(_, place) => *(place.get_mut)(user) = fields.nullable_text(name)?,
        ProfileValue::Word(place) => {
            let word = (place.get_mut)(user);
            *word = fields.word(name, word)?;
        }
        ProfileValue::Number(field, place) => {
            let number = (place.get_mut)(user);
            *number = fields.integer(name, field.values(), *number)?;
        }
        ProfileValue::Date(_, place) => *(place.get_mut)(user) = fields.time_if_present(name)?,
        ProfileValue::OptionalDate(_, place) => *(place.get_mut)(user) = fields.nullable_time(name)?,
        ProfileValue::Deletion(place) => {
            let given = fields.nullable_time(name);
            *(place.get_mut)(user) = if fields.lists_users() { given.flatten() } else { given? };
        }
    }
    Some(())
}

fn missing_for_new_user(change: &UserChange) -> Vec<FieldFault> {
    change.given.missing_for_new_user().map(|field| FieldFault::new(field, "is required for a new user")).collect()
}

impl Record for QuizAttempt {
    const KIND: RecordKind = RecordKind::Attempts;
    const FIELDS: &'static [&'static str] = &["id", "userId", "certification", "score", "completedAt"];
    const REQUIRED: &'static [&'static str] = &["id", "userId", "certification", "completedAt"];
    const KEY: &'static [&'static str] = &["id", "userId"];
    const IMPORTED_TOGETHER: usize = 20_000;

    fn read(fields: &mut FieldReader<'_, impl RawRecord>) -> Option<Self> {
        let id = fields.required_id("id");
        let user_id = fields.required_id("userId").map(UserId);
        let certification = fields.required_text("certification");
        let score = fields.nullable_number("score");
        let completed_at = fields.required_time("completedAt");
        Some(Self { id: id?, user_id: user_id?, certification: certification?, score, completed_at: completed_at? })
    }

    fn repeated(origin: Origin<'_>) -> &'static str {
        if origin.has_unique_ids() { "was already used" } else { "was already used for this user" }
    }

    fn identity(&self, origin: Origin<'_>) -> (&str, &str) {
        if origin.has_unique_ids() { ("", &self.id) } else { (&self.user_id.0, &self.id) }
    }

    fn user(&self) -> &UserId {
        &self.user_id
    }

    /// Concatenated exports that overlap repeat lines. That is fine if they are equal.
    fn repeatable_content(&self) -> Option<u32> {
        let score = self.score.map(|score| score.map(f64::to_bits));
        let content = (&self.user_id.0, &self.certification, score, self.completed_at.timestamp_micros());
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(content);
        Some((hash >> 32) as u32)
    }

    async fn write(
        tx: &MembershipTx,
        attempts: &[Self],
        origin: Origin<'_>,
        _now: Instant,
    ) -> Result<Vec<Outcome>, DbErr> {
        let changes = attempts::upsert(tx, attempts, origin).await?;
        let outcome = |change| match change {
            attempts::Change::Recorded => Outcome::Recorded,
            attempts::Change::Moved => Outcome::Moved,
            attempts::Change::Unchanged => Outcome::Unchanged,
            attempts::Change::WithoutUser => Outcome::WithoutUser,
        };
        Ok(changes.into_iter().map(outcome).collect())
    }

    async fn take_from_other_shards(
        database: &Database,
        written: &[Self],
        outcomes: &mut [Outcome],
        origin: Origin<'_>,
        dry_run: bool,
    ) -> Result<(), DbErr> {
        moved_attempts::take_from_other_shards(database, written, outcomes, origin, dry_run).await
    }
}
