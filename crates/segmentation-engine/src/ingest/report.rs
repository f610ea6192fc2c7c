//! The outcome of records, from any source.

use std::fmt;

pub use persistence::ops::pulls::RecordKind;

/// It does not contain the value, which may be an email address or a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// Empty for the whole record.
    pub field: String,
    /// Such as `must be an integer`.
    pub problem: String,
}

impl FieldFault {
    pub(crate) fn new(field: &str, problem: impl Into<String>) -> Self {
        Self { field: field.to_owned(), problem: problem.into() }
    }

    pub(crate) fn of_record(problem: impl Into<String>) -> Self {
        Self::new("", problem)
    }
}

impl fmt::Display for FieldFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() { f.write_str(&self.problem) } else { write!(f, "{} {}", self.field, self.problem) }
    }
}

pub fn reason(faults: &[FieldFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Created,
    /// A stored user differed.
    Updated,
    /// A new or different attempt or event.
    Recorded,
    /// An attempt that another user had before.
    Moved,
    /// Already stored as given.
    Unchanged,
    /// Refused: the user of the attempt or event does not exist.
    WithoutUser,
    /// Refused for all these reasons.
    Refused(Vec<FieldFault>),
}

impl Outcome {
    /// Empty if the record was not refused.
    pub fn faults(self) -> Vec<FieldFault> {
        match self {
            Self::Created | Self::Updated | Self::Recorded | Self::Moved | Self::Unchanged => Vec::new(),
            Self::WithoutUser => vec![FieldFault::new("userId", "does not match any user")],
            Self::Refused(faults) => faults,
        }
    }
}

/// `read = created + updated + recorded + unchanged + refused`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecordCounts {
    /// Of a file, without its header and empty lines.
    pub read: u64,
    pub created: u64,
    /// Stored users that differed.
    pub updated: u64,
    /// New or different attempts, and those that moved.
    pub recorded: u64,
    /// Recorded attempts that another user had before.
    pub moved: u64,
    /// Records that were stored as given.
    pub unchanged: u64,
    /// Records that were refused.
    pub refused: u64,
    /// Rows of a query with a watermark in the future, whatever became of them.
    pub ahead: u64,
    /// Records that were written without values that do not fit.
    pub partial: u64,
}

impl RecordCounts {
    pub fn add(&mut self, outcome: &Outcome) {
        self.read += 1;
        self.moved += u64::from(*outcome == Outcome::Moved);
        *match outcome {
            Outcome::Created => &mut self.created,
            Outcome::Updated => &mut self.updated,
            Outcome::Recorded | Outcome::Moved => &mut self.recorded,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::WithoutUser | Outcome::Refused(_) => &mut self.refused,
        } += 1;
    }

    pub(crate) fn add_refused(&mut self, records: u64) {
        self.read += records;
        self.refused += records;
    }
}

impl<'a> FromIterator<&'a Outcome> for RecordCounts {
    fn from_iter<I: IntoIterator<Item = &'a Outcome>>(outcomes: I) -> Self {
        let mut counts = Self::default();
        outcomes.into_iter().for_each(|outcome| counts.add(outcome));
        counts
    }
}

/// The result of an import or a pull.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IngestReport {
    /// If users were requested.
    pub users: Option<RecordCounts>,
    /// If attempts were requested.
    pub attempts: Option<RecordCounts>,
    /// If events were requested.
    pub events: Option<RecordCounts>,
    /// Users who were found to be deleted in the host application, if the source says who is.
    pub gone: Option<u64>,
    /// In milliseconds.
    pub duration_ms: u64,
}

impl IngestReport {
    /// Records that were refused.
    pub fn refused(&self) -> u64 {
        [self.users, self.attempts, self.events].into_iter().flatten().map(|counts| counts.refused).sum()
    }

    /// Whether anything was refused, if only a single value.
    pub fn has_faults(&self) -> bool {
        self.refused() > 0 || self.users.is_some_and(|users| users.partial > 0)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRecord {
    pub place: RecordPlace,
    /// Everything that is wrong with it.
    pub faults: Vec<FieldFault>,
}

/// The position of a record in its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordPlace {
    Line {
        /// As given by the user.
        file: String,
        /// Where the record begins, from 1.
        line: u64,
    },
    Row {
        kind: RecordKind,
        /// As in the row.
        id: String,
        /// The user of an attempt or event, as in the row; empty for a user.
        user: String,
    },
}

impl fmt::Display for RefusedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            RecordPlace::Line { file, line } => write!(f, "{file}:{line}")?,
            RecordPlace::Row { kind, id, user } => {
                let (id, user) = (id.trim(), user.trim());
                write!(f, "{}: ", kind.name())?;
                if id.is_empty() {
                    f.write_str("a row without an id")?;
                } else {
                    write!(f, "id {id}")?;
                }
                if !user.is_empty() {
                    write!(f, " of user {user}")?;
                }
            }
        }
        write!(f, ": {}", reason(&self.faults))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AheadRows {
    pub count: u64,
    /// The ids of the first ones, with their watermarks.
    pub first: Vec<(String, String)>,
}

pub trait IngestObserver: Send {
    /// Within a file, lines come in ascending order.
    fn refused(&mut self, record: &RefusedRecord);
    /// The record was written without these values, which do not fit.
    fn partial(&mut self, record: &RefusedRecord);
    /// `read` counts records of a file or a query so far, including refused ones.
    fn progress(&mut self, source: &str, read: u64);
    /// Called once per file, and once per query about attributes that are not declared.
    fn ignored_columns(&mut self, file: &str, columns: &[String]);
    /// Rows of a query without a watermark, which are not read.
    fn without_watermark(&mut self, kind: RecordKind, rows: u64);
    /// Rows of a query with a watermark in the future, which every pull reads until then.
    fn ahead(&mut self, kind: RecordKind, rows: &AheadRows);
    /// Refused lines of a complete file have no id, so nobody can be said to be missing.
    fn unidentified(&mut self, file: &str, lines: u64);
    /// An earlier pull left its mark at this watermark in the future, so everything is read again.
    fn mark_was_ahead(&mut self, kind: RecordKind, mark: &str);
}
