//! The one mapping from failures to JSON-RPC error codes. An error tells callers what they can do about it and reveals
//! no internals.

use domain::criteria::Faults;
use jsonrpsee::types::ErrorObjectOwned;
use persistence::DbErr;
use schemars::JsonSchema;
use segmentation_engine::{evaluate_user::UserRunError, export::ExportError};
use serde::Serialize;
use serde_json::{Value as Json, json};
use tracing::error;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ErrorKind {
    InvalidParams,
    Internal,
    TooManyRequests,
    NotAuthenticated,
    NotAllowed,
    NotFound,
    Conflict,
    /// The database is busy or unreachable.
    TryAgain,
}

impl ErrorKind {
    /// jsonrpsee reserves −32000, −32001 and −32005 to −32011.
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

    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::InvalidParams => "Invalid params",
            Self::Internal => "Internal error",
            Self::TooManyRequests => "Too many requests",
            Self::NotAuthenticated => "A valid bearer token is required",
            Self::NotAllowed => "The caller's role does not allow this",
            Self::NotFound => "Not found",
            Self::Conflict => "The current state does not allow this",
            Self::TryAgain => "The database is busy or unreachable: try again",
        }
    }
}

/// One problem with the params.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Fault {
    /// The path of the param, such as `criteria[2].value`. Empty for the params as a whole.
    pub(crate) path: String,
    /// What is wrong. Does not contain the value.
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum MethodError {
    /// Holds all faults, not just the first.
    #[error("the params have {} fault(s)", .0.len())]
    InvalidParams(Vec<Fault>),
    /// What was not found: `segment plan:gold`.
    #[error("not found: {0}")]
    NotFound(String),
    #[error("{message}")]
    Conflict {
        message: String,
        /// What is in the way.
        data: Json,
    },
    #[error("too many requests")]
    TooManyRequests {
        /// In seconds.
        retry_after: u64,
    },
    #[error("not authenticated")]
    NotAuthenticated,
    #[error("not allowed")]
    NotAllowed,
    /// The database is busy or unreachable.
    #[error("try again")]
    TryAgain,
    /// The cause is logged and not shown to the caller.
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
            // A database's message can contain values, so only its kind is logged.
            _ => Self::Internal(format!("a statement failed: {}", persistence::database::kind(&cause))),
        }
    }
}

impl From<ExportError> for MethodError {
    fn from(cause: ExportError) -> Self {
        match cause {
            ExportError::NotFound(key) => Self::NotFound(format!("segment {key}")),
            ExportError::Write(_) => Self::Internal("cannot write CSV".into()),
            ExportError::Statement(cause) => cause.into(),
        }
    }
}

impl From<UserRunError> for MethodError {
    fn from(cause: UserRunError) -> Self {
        match cause {
            UserRunError::NotFound(id) => Self::NotFound(format!("user {id}")),
            unreadable @ UserRunError::Unreadable { .. } => Self::Internal(unreadable.to_string()),
            UserRunError::Statement(cause) => cause.into(),
        }
    }
}

impl MethodError {
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
            MethodError::NotFound(what) => (format!("Not found: {what}"), Some(json!({"what": what}))),
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
