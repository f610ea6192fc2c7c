//! Why a sync ends early.

use persistence::{DbErr, database::words, sync::runs::SyncLeaseError};
use resend::ListError;

use crate::support::retry::Failure;

#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    #[error("RESEND_API_KEY is not set")]
    NotConfigured,
    /// The authorities of the system cannot be read.
    #[error("TLS cannot be set up: install the certificates of the system (ca-certificates)")]
    NoTls,
    #[error(transparent)]
    Lease(#[from] SyncLeaseError),
    #[error("{0}")]
    Remote(#[from] resend::Error),
    /// None of the remote segments that we know is there.
    #[error(
        "none of our remote segments is at the mail service: the key belongs to another account, so nothing was changed"
    )]
    AnotherAccount,
    /// A list did not come to its end, so that nothing was concluded from it.
    #[error("the mail service did not give a list to its end; nothing was concluded from it")]
    Incomplete,
    #[error("there is no synced segment {0}")]
    NoSuchSegment(domain::segment::SegmentKey),
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

impl From<ListError> for SyncError {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Cursor => Self::Incomplete,
            ListError::Call(error) => Self::Remote(error),
        }
    }
}

impl Failure for SyncError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::Statement(error) | Self::Lease(SyncLeaseError::Statement(error)) => Some(error),
            Self::NotConfigured
            | Self::NoTls
            | Self::Lease(_)
            | Self::Remote(_)
            | Self::AnotherAccount
            | Self::Incomplete
            | Self::NoSuchSegment(_) => None,
        }
    }
}
