//! What became of records, whichever source they came from.

use std::fmt;

pub use persistence::ops::pulls::RecordKind;

/// One thing wrong with a record. The value is not repeated, since it may be an email address or a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// Empty for the record as a whole.
    pub field: String,
    /// What is wrong with it, such as `must be an integer`.
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

/// All faults of a record in one sentence.
pub fn reason(faults: &[FieldFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// What became of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A user who was not there.
    Created,
    /// A user who was there and differed.
    Updated,
    /// An attempt that was not there, or differed.
    Recorded,
    /// It was there as given.
    Unchanged,
    /// An attempt of a user who is not there. It was refused.
    WithoutUser,
    /// It was refused, for all these reasons.
    Refused(Vec<FieldFault>),
}

impl Outcome {
    /// Why the record was refused; empty if it was not.
    pub fn faults(self) -> Vec<FieldFault> {
        match self {
            Self::Created | Self::Updated | Self::Recorded | Self::Unchanged => Vec::new(),
            Self::WithoutUser => vec![FieldFault::new("userId", "does not match any user")],
            Self::Refused(faults) => faults,
        }
    }
}

/// How many records came to what: `read = created + updated + recorded + unchanged + refused`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecordCounts {
    /// Records of the source: of a file, without its header and without empty lines.
    pub read: u64,
    /// Users who were not there.
    pub created: u64,
    /// Users who were there and differed.
    pub updated: u64,
    /// Attempts that were not there, or differed.
    pub recorded: u64,
    /// Records that were there as given.
    pub unchanged: u64,
    /// Records that were refused.
    pub refused: u64,
}

impl RecordCounts {
    /// Counts one more record.
    pub fn add(&mut self, outcome: &Outcome) {
        self.read += 1;
        *match outcome {
            Outcome::Created => &mut self.created,
            Outcome::Updated => &mut self.updated,
            Outcome::Recorded => &mut self.recorded,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::WithoutUser | Outcome::Refused(_) => &mut self.refused,
        } += 1;
    }

    /// Counts records that were refused.
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

/// What an import or a pull did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IngestReport {
    /// If users were asked for.
    pub users: Option<RecordCounts>,
    /// If attempts were asked for.
    pub attempts: Option<RecordCounts>,
    /// In milliseconds.
    pub duration_ms: u64,
}

impl IngestReport {
    /// Records that were refused.
    pub fn refused(&self) -> u64 {
        [self.users, self.attempts].into_iter().flatten().map(|counts| counts.refused).sum()
    }
}

/// A record that was refused, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRecord {
    /// Which one.
    pub place: RecordPlace,
    /// Everything that is wrong with it.
    pub faults: Vec<FieldFault>,
}

/// Where a record stands in its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordPlace {
    /// In a file.
    Line {
        /// As the file was named.
        file: String,
        /// From 1, where the record begins.
        line: u64,
    },
    /// In the result of a query.
    Row {
        /// Which query.
        kind: RecordKind,
        /// As the row has it.
        id: String,
        /// The user of an attempt, as the row has it; empty for a user.
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

/// Follows an import or a pull.
pub trait IngestObserver: Send {
    /// A record was refused. Within a file, lines come in ascending order.
    fn refused(&mut self, record: &RefusedRecord);
    /// This many records of a file or a query are done, good and refused.
    fn progress(&mut self, source: &str, read: u64);
    /// A file has unknown columns. Called once for a file.
    fn ignored_columns(&mut self, file: &str, columns: &[String]);
    /// This many rows of a query have no watermark, and are not read.
    fn without_watermark(&mut self, kind: RecordKind, rows: u64);
}
