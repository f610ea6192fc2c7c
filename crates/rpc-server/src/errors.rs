//! The one mapping from failures to JSON-RPC error codes. An error tells callers what they can do about it and reveals
//! no internals.

use domain::{
    alert::MOST_ALERTS, criteria, event::NAME_EXPECTED, ids::RunId, instant::format_instant, segment_name::NameFault,
};
use jsonrpsee::types::ErrorObjectOwned;
use persistence::{DbErr, goals::SavedGoal, runs::LeaseError, sync::runs::SyncLeaseError};
use schemars::JsonSchema;
use segmentation_engine::{
    alerts::AlertError,
    attributes::AttributeError,
    evaluate_user::UserRunError,
    event_names::EventNameError,
    export::ExportError,
    goals::{GoalError, MOST_GOALS},
    overrides::OverrideError,
    reports::{ReportError, ReportFault},
    run::RunError,
    segments::{
        definition::DefinitionError,
        delete::{DeleteError, Referrer, UsedBy},
        error::{DraftFault, SaveError},
        tags::TagError,
    },
    sync::{ClearError, SyncError, switch::SwitchError},
    webhooks::WebhookError,
};
use serde::Serialize;
use serde_json::{Value as Json, json};
use tracing::error;

use crate::wire::sync::PreviewOfSync;

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
    /// A report or a list takes longer than it may.
    TooLong,
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
            Self::TooLong => -32054,
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
            Self::TooLong => "The answer takes longer than allowed: ask about fewer segments, less time or fewer users",
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
    #[error("Too many requests: {limit}")]
    TooManyRequests {
        /// Whose limit it is, and how much it allows.
        limit: String,
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
    /// A report or a list takes longer than it may.
    #[error("too long")]
    TooLong,
    /// The cause is logged and not shown to the caller.
    #[error("{0}")]
    Internal(String),
}

impl From<&criteria::Fault> for Fault {
    fn from(fault: &criteria::Fault) -> Self {
        Self::new(fault.path.clone(), format!("expected {}, found {}", fault.expected, fault.found))
    }
}

impl From<DraftFault> for Fault {
    fn from(fault: DraftFault) -> Self {
        match fault {
            DraftFault::Name(fault) => Self::new("name", fault.to_string()),
            DraftFault::Definition(fault) => Self::from(&fault),
        }
    }
}

impl From<DefinitionError> for MethodError {
    fn from(cause: DefinitionError) -> Self {
        match cause {
            DefinitionError::Invalid(faults) => Self::InvalidParams(faults.iter().map(Fault::from).collect()),
            DefinitionError::Statement(cause) => cause.into(),
        }
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
            _ if persistence::database::query_pool::is_cut(&cause) => Self::TooLong,
            // A database's message can contain values, so only its kind is logged.
            _ => Self::Internal(format!("a statement failed: {}", persistence::database::kind(&cause))),
        }
    }
}

impl From<WebhookError> for MethodError {
    fn from(cause: WebhookError) -> Self {
        match cause {
            WebhookError::NotFound(id) => Self::NotFound(format!("webhook {id}")),
            WebhookError::NoSuchMessage(id) => Self::NotFound(format!("message {id}")),
            WebhookError::NoSuchSegment(key) => Self::NotFound(format!("segment {key}")),
            WebhookError::Endpoint(fault) => Fault::new("url", fault.to_string()).into(),
            WebhookError::Incomplete(param) => Fault::new(param, "is required for a new webhook").into(),
            WebhookError::NotAllowed(fault) => {
                Self::conflict("The URL of the webhook is not allowed any more", json!({"url": fault.to_string()}))
            }
            WebhookError::RotatedBefore(until) => {
                Self::conflict("The secret was rotated less than 24 hours ago", json!({"until": format_instant(until)}))
            }
            WebhookError::Off => Self::conflict("The webhook is off: switch it on first", json!({"state": "off"})),
            tls @ WebhookError::Tls(_) => Self::Internal(tls.to_string()),
            WebhookError::Statement(cause) => cause.into(),
        }
    }
}

impl From<ReportFault> for Fault {
    fn from(ReportFault { path, message }: ReportFault) -> Self {
        Self { path, message }
    }
}

impl From<ReportError> for MethodError {
    fn from(cause: ReportError) -> Self {
        match cause {
            ReportError::Invalid(faults) => Self::InvalidParams(faults.into_iter().map(Fault::from).collect()),
            ReportError::NoSegment(key) => Self::NotFound(format!("segment {key}")),
            ReportError::NoGoal(id) => Self::NotFound(format!("goal {id}")),
            ReportError::TooLong => Self::TooLong,
            large @ ReportError::TooLarge => Self::conflict(&large.to_string(), json!({})),
            ReportError::Busy => Self::TryAgain,
            ReportError::Statement(cause) => cause.into(),
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
            UserRunError::OnlyPulled(id) => {
                Self::NotFound(format!("user {id}, but pulls had kept this id: it is deleted now"))
            }
            unreadable @ UserRunError::Unreadable { .. } => Self::Internal(unreadable.to_string()),
            UserRunError::Statement(cause) => cause.into(),
        }
    }
}

impl From<SaveError> for MethodError {
    fn from(cause: SaveError) -> Self {
        let faults = |faults: Vec<DraftFault>| faults.into_iter().map(Fault::from).collect::<Vec<_>>();
        match cause {
            SaveError::NotFound(key) => Self::NotFound(format!("segment {key}")),
            SaveError::NoSuchVersion { key, version } => Self::NotFound(format!("version {version} of segment {key}")),
            SaveError::NameTaken { name } => Self::conflict("Another segment has this name", json!({"name": name})),
            SaveError::Stale { version } => {
                Self::conflict("The segment has been changed in the meantime", json!({"version": version}))
            }
            SaveError::Invalid(found) => Self::InvalidParams(faults(found)),
            SaveError::StoredInvalid(found) => {
                Self::conflict("The stored definition is no longer valid", json!({"faults": faults(found)}))
            }
            SaveError::Statement(cause) => cause.into(),
        }
    }
}

impl From<TagError> for MethodError {
    fn from(cause: TagError) -> Self {
        match cause {
            TagError::NotFound(key) => Self::NotFound(format!("segment {key}")),
            TagError::Invalid(faults) => {
                let fault =
                    |(place, fault): (usize, NameFault)| Fault::new(format!("tags[{place}]"), fault.to_string());
                Self::InvalidParams(faults.into_iter().map(fault).collect())
            }
            TagError::Statement(cause) => cause.into(),
        }
    }
}

impl From<DeleteError> for MethodError {
    fn from(cause: DeleteError) -> Self {
        match cause {
            DeleteError::NotFound(key) => Self::NotFound(format!("segment {key}")),
            DeleteError::InUse(UsedBy { segments, goals, alerts }) => {
                let message = "Other segments, goals or alerts use this segment: change or delete them first";
                let mut data = used_by(segments.iter());
                if !goals.is_empty() {
                    let goal = |goal: &SavedGoal| json!({"id": goal.id, "name": goal.name});
                    data["goals"] = goals.iter().map(goal).collect();
                }
                if !alerts.is_empty() {
                    data["alerts"] = json!(alerts);
                }
                Self::conflict(message, data)
            }
            DeleteError::Statement(cause) => cause.into(),
        }
    }
}

impl From<GoalError> for MethodError {
    fn from(cause: GoalError) -> Self {
        match cause {
            GoalError::Invalid(faults) => Self::InvalidParams(faults.into_iter().map(Fault::from).collect()),
            GoalError::NotFound(id) => Self::NotFound(format!("goal {id}")),
            GoalError::NameTaken(name) => Self::conflict("Another goal has this name", json!({"name": name})),
            GoalError::TooMany => Self::conflict(&cause.to_string(), json!({"most": MOST_GOALS})),
            GoalError::Statement(cause) => cause.into(),
        }
    }
}

impl From<EventNameError> for MethodError {
    fn from(cause: EventNameError) -> Self {
        match cause {
            EventNameError::Invalid => Fault::new("name", NAME_EXPECTED).into(),
            EventNameError::NotFound => Self::NotFound("event name".into()),
            EventNameError::Statement(cause) => cause.into(),
        }
    }
}

impl From<AlertError> for MethodError {
    fn from(cause: AlertError) -> Self {
        match cause {
            AlertError::NotFound(id) => Self::NotFound(format!("alert {id}")),
            AlertError::NoSuchSegment(key) => Self::NotFound(format!("segment {key}")),
            AlertError::TooMany => Self::conflict(
                "There are as many alerts as there may be: delete one first",
                json!({"most": MOST_ALERTS}),
            ),
            AlertError::Statement(cause) => cause.into(),
        }
    }
}

impl From<AttributeError> for MethodError {
    fn from(cause: AttributeError) -> Self {
        match cause {
            AttributeError::Invalid(faults) => Self::InvalidParams(faults.iter().map(Fault::from).collect()),
            AttributeError::NotFound(_) => Self::NotFound("attribute".into()),
            AttributeError::InUse(uses) => {
                let message = "Segments use this attribute, or options that are left out: change or delete them first";
                Self::conflict(message, used_by(uses.iter().map(|used| &used.segment)))
            }
            AttributeError::Statement(cause) => cause.into(),
        }
    }
}

impl From<OverrideError> for MethodError {
    fn from(cause: OverrideError) -> Self {
        match cause {
            OverrideError::SegmentNotFound(key) => Self::NotFound(format!("segment {key}")),
            OverrideError::Deleted(_) => Self::conflict("The user is deleted in the host application", json!({})),
            OverrideError::User(cause) => cause.into(),
        }
    }
}

impl From<RunError> for MethodError {
    fn from(cause: RunError) -> Self {
        match cause {
            RunError::Lease(LeaseError::Backwards { as_of, run, latest }) => Self::conflict(
                "The latest run is dated later than the current time: check the server's clock",
                json!({"now": as_of, "runId": run, "asOf": latest}),
            ),
            RunError::Lease(LeaseError::BehindChange { as_of, latest }) => Self::conflict(
                "The latest change is dated later than the current time: check the server's clock",
                json!({"now": as_of, "changedAt": latest}),
            ),
            RunError::Lease(LeaseError::Ahead { now }) => {
                Self::conflict("The current time lies in the future: check the server's clock", json!({"now": now}))
            }
            RunError::Lease(LeaseError::Active { run: RunId(run) } | LeaseError::Lost { run: RunId(run) }) => {
                Self::conflict("A run is active", json!({"runId": run}))
            }
            RunError::NoSegment(key) => Self::NotFound(format!("segment {key}")),
            // No method joins a run.
            RunError::Stopped { .. } | RunError::OtherVersion { .. } => Self::TryAgain,
            RunError::Lease(LeaseError::Statement(cause)) | RunError::Statement(cause) => cause.into(),
        }
    }
}

impl From<SwitchError> for MethodError {
    fn from(cause: SwitchError) -> Self {
        match cause {
            SwitchError::NotFound(key) => Self::NotFound(format!("segment {key}")),
            SwitchError::NotOn(_) => Self::conflict("Sync of this segment is not on", json!({})),
            SwitchError::Removing => {
                Self::conflict("What was synced before is still to be removed: run a sync first", json!({}))
            }
            SwitchError::NeedsConfirmation(preview) => Self::conflict(
                "Many contacts may be made, or more than the plan has: confirm it",
                json!({"needsConfirmation": true, "preview": PreviewOfSync::from(*preview)}),
            ),
            SwitchError::Bound(key) => Self::conflict(
                "Another segment is synced to that segment of the mail service",
                json!({"segment": key.to_string()}),
            ),
            SwitchError::NotMadeHere => Self::conflict(
                "Others made that segment of the mail service, so only our contacts are taken out of it",
                json!({}),
            ),
            SwitchError::Statement(cause) => cause.into(),
        }
    }
}

impl From<SyncError> for MethodError {
    fn from(cause: SyncError) -> Self {
        match cause {
            SyncError::NotConfigured => {
                Self::conflict("No mail service is configured: set RESEND_API_KEY for the server", json!({}))
            }
            SyncError::Lease(SyncLeaseError::Active(run) | SyncLeaseError::Lost(run)) => {
                Self::conflict("A sync is active", json!({"runId": run.0}))
            }
            SyncError::NoSuchSegment(key) => Self::NotFound(format!("synced segment {key}")),
            SyncError::Remote(_) | SyncError::AnotherAccount | SyncError::Incomplete => {
                Self::conflict("The mail service does not allow this", json!({"reason": cause.to_string()}))
            }
            SyncError::NoTls => Self::Internal(cause.to_string()),
            SyncError::Lease(SyncLeaseError::Statement(cause)) | SyncError::Statement(cause) => cause.into(),
        }
    }
}

impl From<ClearError> for MethodError {
    fn from(cause: ClearError) -> Self {
        match cause {
            ClearError::NoUser(id) => Self::NotFound(format!("user {id}")),
            ClearError::NotHeld => Self::conflict("Nothing of that kind holds the user", json!({})),
            ClearError::AtTheMailService => {
                Self::conflict("That can only be lifted by the person, or by somebody at the mail service", json!({}))
            }
            ClearError::NotAllowed => Self::NotAllowed,
            ClearError::Statement(cause) => cause.into(),
        }
    }
}

fn used_by<'a>(segments: impl Iterator<Item = &'a Referrer>) -> Json {
    let segment = |Referrer { key, name }: &Referrer| json!({"id": key.to_string(), "name": name});
    json!({"usedBy": segments.map(segment).collect::<Vec<_>>()})
}

impl MethodError {
    fn conflict(message: &str, data: Json) -> Self {
        Self::Conflict { message: message.into(), data }
    }

    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::InvalidParams(_) => ErrorKind::InvalidParams,
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Conflict { .. } => ErrorKind::Conflict,
            Self::TooManyRequests { .. } => ErrorKind::TooManyRequests,
            Self::NotAuthenticated => ErrorKind::NotAuthenticated,
            Self::NotAllowed => ErrorKind::NotAllowed,
            Self::TryAgain => ErrorKind::TryAgain,
            Self::TooLong => ErrorKind::TooLong,
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
            ref refused @ MethodError::TooManyRequests { retry_after, .. } => {
                (refused.to_string(), Some(json!({"retryAfter": retry_after})))
            }
            MethodError::Internal(cause) => {
                error!(cause, "a method failed");
                (kind.message().to_owned(), None)
            }
            MethodError::NotAuthenticated | MethodError::NotAllowed | MethodError::TryAgain | MethodError::TooLong => {
                (kind.message().to_owned(), None)
            }
        };
        ErrorObjectOwned::owned(kind.code(), message, data)
    }
}
