//! Why a custom segment cannot be saved.

use domain::{criteria::Fault, segment::SegmentKey, segment_name::NameFault};
use persistence::{DbErr, database::words, segments::custom};

use super::definition::DefinitionError;
use crate::support::retry::Failure;

/// What is wrong with a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftFault {
    /// A fault of the name.
    Name(NameFault),
    /// A fault of the definition.
    Definition(Fault),
}

/// Why a custom segment cannot be saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// There is no such segment.
    #[error("there is no segment {0}")]
    NotFound(SegmentKey),
    /// The segment never had this version.
    #[error("segment {key} has no version {version}")]
    NoSuchVersion {
        key: SegmentKey,
        /// The version asked for.
        version: i32,
    },
    /// Another segment has this name, ignoring case.
    #[error("another segment has this name")]
    NameTaken { name: String },
    /// The segment was changed in the meantime.
    #[error("the segment has version {version} now")]
    Stale { version: i32 },
    /// The draft has faults: all of them.
    #[error("the draft has {} fault(s)", .0.len())]
    Invalid(Vec<DraftFault>),
    /// A stored definition has faults now: it refers to a deleted segment, or to itself through others.
    #[error("the stored definition has {} fault(s)", .0.len())]
    StoredInvalid(Vec<DraftFault>),
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

impl SaveError {
    pub(super) fn of_stored(self) -> Self {
        match self {
            Self::Invalid(faults) => Self::StoredInvalid(faults),
            other => other,
        }
    }

    pub(super) fn of_name(error: custom::SaveError, name: &str) -> Self {
        match error {
            custom::SaveError::NameTaken => Self::NameTaken { name: name.into() },
            custom::SaveError::Stale { version } => Self::Stale { version },
            custom::SaveError::Statement(error) => Self::Statement(error),
        }
    }
}

impl From<DefinitionError> for SaveError {
    fn from(error: DefinitionError) -> Self {
        match error {
            DefinitionError::Invalid(faults) => {
                Self::Invalid(faults.iter().cloned().map(DraftFault::Definition).collect())
            }
            DefinitionError::Statement(error) => Self::Statement(error),
        }
    }
}

impl Failure for SaveError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::Statement(error) => Some(error),
            Self::NotFound(_)
            | Self::NoSuchVersion { .. }
            | Self::NameTaken { .. }
            | Self::Stale { .. }
            | Self::Invalid(_)
            | Self::StoredInvalid(_) => None,
        }
    }
}
