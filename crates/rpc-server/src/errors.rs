//! The one mapping from what went wrong to JSON-RPC codes (SPEC section 6). An error says what the caller can do about it,
//! and never what the machine is made of.

use domain::criteria::Faults;
use jsonrpsee::types::ErrorObjectOwned;
use persistence::DbErr;
use schemars::JsonSchema;
use segmentation_engine::{evaluate_user::UserRunError, export::ExportError};
use serde::Serialize;
use serde_json::{Value as Json, json};
use tracing::error;

/// What kinds of errors there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ErrorKind {
    /// The params do not fit the method.
    InvalidParams,
    /// Something is broken here.
    Internal,
    /// The caller calls too often.
    TooManyRequests,
    /// The caller is not known.
    NotAuthenticated,
    /// The caller's role does not suffice.
    NotAllowed,
    /// What the params name does not exist.
    NotFound,
    /// The state of things does not allow it.
    Conflict,
    /// The database is busy or away.
    TryAgain,
}

impl ErrorKind {
    /// The code on the wire. (jsonrpsee keeps −32000, −32001 and −32005 to −32011 for itself.)
    pub(crate) fn code(self) -> i32 {
        match self {
            Self::InvalidParams => -32602,
            Self::Internal => -32603,
            Self::TooManyRequests => -32029,
            Self::NotAuthenticated => -32040,
            Self::NotAllowed => -32043,
            Self::NotFound => -32044,
            Self::Conflict => -32049,
            Self::TryAgain => -32053,
        }
    }

    /// For people.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::InvalidParams => "The params do not fit the method",
            Self::Internal => "Something went wrong here",
            Self::TooManyRequests => "Too many requests",
            Self::NotAuthenticated => "A valid bearer token is needed",
            Self::NotAllowed => "The role of the caller does not suffice",
            Self::NotFound => "Not found",
            Self::Conflict => "The current state does not allow this",
            Self::TryAgain => "The database is busy or away: try again",
        }
    }
}

/// One fault of the params.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Fault {
    /// Where: `criteria[2].value`; empty for the params as a whole.
    pub(crate) path: String,
    /// What is wrong. Values are not repeated.
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

/// Why a method did not answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MethodError {
    /// The params do not fit the method: every fault of them.
    #[error("the params have {} fault(s)", .0.len())]
    InvalidParams(Vec<Fault>),
    /// What the params name does not exist: `segment plan:gold`.
    #[error("there is no {0}")]
    NotFound(String),
    /// The state of things does not allow it: why, and what stands against it.
    #[error("{message}")]
    Conflict {
        /// For people.
        message: String,
        /// What stands against it.
        data: Json,
    },
    /// The caller calls too often.
    #[error("too many requests")]
    TooManyRequests {
        /// In seconds.
        retry_after: u64,
    },
    /// The caller is not known.
    #[error("not authenticated")]
    NotAuthenticated,
    /// The caller's role does not suffice.
    #[error("not allowed")]
    NotAllowed,
    /// The database is busy or away.
    #[error("try again")]
    TryAgain,
    /// Something is broken here. Said in the log, not to the caller.
    #[error("{0}")]
    Internal(String),
}

impl From<Faults> for MethodError {
    fn from(faults: Faults) -> Self {
        let fault = |fault: &domain::criteria::Fault| {
            Fault::new(fault.path.clone(), format!("expected {}, found {}", fault.expected, fault.found))
        };
        Self::InvalidParams(faults.iter().map(fault).collect())
    }
}

impl From<Fault> for MethodError {
    fn from(fault: Fault) -> Self {
        Self::InvalidParams(vec![fault])
    }
}

impl From<DbErr> for MethodError {
    fn from(cause: DbErr) -> Self {
        match cause {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Self::TryAgain,
            _ if persistence::database::is_disk_full(&cause) => {
                error!("the disk of the database is full");
                Self::TryAgain
            }
            _ if persistence::database::is_transient(&cause) => Self::TryAgain,
            // What a database says can repeat values, so no more than its kind is noted.
            _ => Self::Internal(format!("a statement failed: {}", persistence::database::kind(&cause))),
        }
    }
}

impl From<ExportError> for MethodError {
    fn from(cause: ExportError) -> Self {
        match cause {
            ExportError::NotFound(key) => Self::NotFound(format!("segment {key}")),
            ExportError::Write(_) => Self::Internal("a CSV cannot be written".into()),
            ExportError::Statement(cause) => cause.into(),
        }
    }
}

impl From<UserRunError> for MethodError {
    fn from(cause: UserRunError) -> Self {
        match cause {
            UserRunError::NotFound(id) => Self::NotFound(format!("user {id}")),
            UserRunError::Unreadable { reason, .. } => Self::Internal(reason),
            UserRunError::Statement(cause) => cause.into(),
        }
    }
}

impl MethodError {
    /// Which kind it is.
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::InvalidParams(_) => ErrorKind::InvalidParams,
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Conflict { .. } => ErrorKind::Conflict,
            Self::TooManyRequests { .. } => ErrorKind::TooManyRequests,
            Self::NotAuthenticated => ErrorKind::NotAuthenticated,
            Self::NotAllowed => ErrorKind::NotAllowed,
            Self::TryAgain => ErrorKind::TryAgain,
            Self::Internal(_) => ErrorKind::Internal,
        }
    }
}

impl From<MethodError> for ErrorObjectOwned {
    fn from(failed: MethodError) -> Self {
        let kind = failed.kind();
        let (message, data) = match failed {
            MethodError::InvalidParams(faults) => (kind.message().to_owned(), Some(json!({"faults": faults}))),
            MethodError::NotFound(what) => (format!("There is no {what}"), Some(json!({"what": what}))),
            MethodError::Conflict { message, data } => (message, Some(data)),
            MethodError::TooManyRequests { retry_after } => {
                (kind.message().to_owned(), Some(json!({"retryAfter": retry_after})))
            }
            MethodError::Internal(cause) => {
                error!(cause, "a method failed");
                (kind.message().to_owned(), None)
            }
            MethodError::NotAuthenticated | MethodError::NotAllowed | MethodError::TryAgain => {
                (kind.message().to_owned(), None)
            }
        };
        ErrorObjectOwned::owned(kind.code(), message, data)
    }
}
