//! What can be wrong with a pull. No cell is repeated, since that may be an e-mail address or a name: ids and columns say
//! enough.

use std::fmt;

use persistence::{
    DatabaseError, DbErr,
    database::words,
    ops::pulls::{Part, Position, PullLost},
};

use crate::support::retry::Failure;

/// A row that was left out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullFault {
    /// Of which query.
    pub part: Part,
    /// Which row, by the ids that it has.
    pub position: Position,
    /// Everything that is wrong with it.
    pub reason: String,
}

impl fmt::Display for PullFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, user) = (self.position.id.trim(), self.position.user.trim());
        write!(f, "{}: ", self.part.name())?;
        if id.is_empty() {
            f.write_str("a row without an id")?
        } else {
            write!(f, "id {id}")?
        }
        if !user.is_empty() {
            write!(f, " of user {user}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// Why a pull ended early. What was written stays, and the next one goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The host database cannot be opened.
    #[error("the host database cannot be used")]
    Host(#[source] DatabaseError),
    /// The queries will not do: what is wrong with each.
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
