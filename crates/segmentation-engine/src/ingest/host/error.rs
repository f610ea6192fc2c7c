//! Why a pull ends early.

use persistence::{DatabaseError, DbErr, database::words, ops::pulls::PullLost};

use crate::support::retry::Failure;

/// Why a pull ended early. What was written stays, and the next one goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The host database cannot be opened.
    #[error("the host database cannot be used")]
    Host(#[source] DatabaseError),
    /// What is wrong with the queries.
    #[error("{}", .0.join("; "))]
    Queries(Vec<String>),
    /// The host database failed.
    #[error("the host database: {}", words(.0))]
    HostStatement(#[source] DbErr),
    /// Somebody else pulls the same.
    #[error("another pull of {0} is under way")]
    Overtaken(String),
    /// Our database failed.
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
            Self::Host(_) | Self::Queries(_) | Self::Overtaken(_) => None,
        }
    }
}
