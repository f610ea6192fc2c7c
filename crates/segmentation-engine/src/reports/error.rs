//! Why there is no answer.

use domain::segment::SegmentKey;
use persistence::{DbErr, database::words};

/// One problem with the params.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFault {
    /// The path of the param, such as `segments[3]`.
    pub path: String,
    /// What is wrong. Does not contain the value.
    pub message: String,
}

impl ReportFault {
    pub(crate) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Holds all faults, not just the first.
    #[error("{}", listed(.0))]
    Invalid(Vec<ReportFault>),
    #[error("there is no segment {0}")]
    NoSegment(SegmentKey),
    #[error("there is no goal {0}")]
    NoGoal(String),
    /// An incomplete answer would be wrong, so there is no answer.
    #[error("the report takes longer than allowed: ask about fewer segments or less time")]
    TooLong,
    #[error("as many reports as possible are being made: try again")]
    Busy,
    /// In minor units, 64 bits cannot hold it.
    #[error("a sum is too large to be shown: ask about less time")]
    TooLarge,
    #[error("{}", words(.0))]
    Statement(DbErr),
}

/// A sum of amounts, as answers have it.
pub(super) fn minor(sum: i128) -> Result<i64, ReportError> {
    i64::try_from(sum).map_err(|_| ReportError::TooLarge)
}

fn listed(faults: &[ReportFault]) -> String {
    faults.iter().map(|fault| format!("{}: {}", fault.path, fault.message)).collect::<Vec<_>>().join("; ")
}
