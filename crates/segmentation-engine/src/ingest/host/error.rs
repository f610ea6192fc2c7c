//! Errors of pulls.

use persistence::{DatabaseError, DbErr, database::words, ops::pulls::PullLost};

use crate::support::retry::Failure;

/// What was written stays, and the next pull continues there.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    #[error("the host database cannot be used")]
    Host(#[source] DatabaseError),
    /// The faults of the queries.
    #[error("{}", .0.join("; "))]
    Queries(Vec<String>),
    #[error("the host database: {}", words(.0))]
    HostStatement(#[source] DbErr),
    #[error(
        "{deleted} of {users} users are deleted in the host database, which is more than a fifth. Nobody is taken as deleted: \
         if this is right, pull again with --allow-shrink"
    )]
    TooManyDeleted { deleted: u64, users: u64 },
    /// Another pull of the same source.
    #[error("another pull of {0} is active")]
    Overtaken(String),
    #[error("{}", words(.0))]
    Statement(#[from] DbErr),
}

impl From<PullLost> for PullError {
    fn from(lost: PullLost) -> Self {
        match lost {
            PullLost::Overtaken(source) => Self::Overtaken(source),
            PullLost::Statement(error) => Self::Statement(error),
        }
    }
}

impl Failure for PullError {
    fn statement(&self) -> Option<&DbErr> {
        match self {
            Self::HostStatement(error) | Self::Statement(error) => Some(error),
            Self::Host(_) | Self::Queries(_) | Self::TooManyDeleted { .. } | Self::Overtaken(_) => None,
        }
    }
}
