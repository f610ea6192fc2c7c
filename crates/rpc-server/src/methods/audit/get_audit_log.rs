//! `adminAudience.getAuditLog`: lists who did what.

use chrono::{DateTime, Utc};
use persistence::ops::audit::{self, StoredAuditEntry, WhichEntries};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    params::default_of,
    wire::key::{SegmentIdText, UserIdText, find_user},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetAuditLogParams {
    /// Maximum number of entries.
    #[serde(default = "default_of::<50>")]
    #[schemars(range(min = 1, max = 100))]
    limit: u32,
    /// Only entries older than the one with this id, such as the last of an earlier page.
    #[schemars(range(min = 1, max = i64::MAX))]
    before: Option<i64>,
    /// Only what this caller did, such as `token:reporting`.
    #[schemars(length(max = 256), regex(pattern = r"^[^\u0000]*$"))]
    actor: Option<String>,
    /// Only calls of this method, such as `removeUserFromSegment`.
    #[schemars(length(max = 64), regex(pattern = "^[A-Za-z]+$"))]
    action: Option<String>,
    /// Only what was done to this segment, by its id, such as `plan:pro`. It may be deleted by now.
    segment: Option<SegmentIdText>,
    /// Only what was done to this user.
    user_id: Option<UserIdText>,
    /// Only entries of this time and later.
    from: Option<DateTime<Utc>>,
    /// Only entries before this time.
    to: Option<DateTime<Utc>>,
}

/// A page of the audit log.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetAuditLogResult {
    /// The entries, newest first.
    entries: Vec<LoggedAction>,
}

/// An entry of the audit log.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoggedAction {
    /// The entry's id. Increases over time.
    id: i64,
    /// When it happened.
    at: DateTime<Utc>,
    /// Who did it: `token:NAME`, `jwt:SUBJECT`, `cron` or `command line`.
    actor: String,
    /// The method, such as `removeUserFromSegment`.
    action: String,
    /// What was acted on, such as a segment or a user.
    target: Option<String>,
    /// The id of the HTTP request.
    request_id: Option<String>,
    /// Further data that depends on the action, such as the reason.
    detail: Option<Json>,
}

impl From<StoredAuditEntry> for LoggedAction {
    fn from(StoredAuditEntry { no, entry }: StoredAuditEntry) -> Self {
        Self {
            id: no,
            at: entry.at,
            actor: entry.actor,
            action: entry.action,
            target: entry.target,
            request_id: entry.request_id,
            detail: entry.detail,
        }
    }
}

pub(crate) struct GetAuditLog;

impl Method for GetAuditLog {
    const NAME: &'static str = "adminAudience.getAuditLog";
    const SUMMARY: &'static str = "Lists who did what, newest first";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("get_audit_log.example.json");
    type Params = GetAuditLogParams;
    type Result = GetAuditLogResult;

    async fn call(call: &Call, params: GetAuditLogParams) -> Result<GetAuditLogResult, MethodError> {
        let connection = call.database().connection();
        let user = match params.user_id {
            Some(id) => Some(find_user(connection, call.database().shards(), &id.into()).await?),
            None => None,
        };
        let which = WhichEntries {
            actor: params.actor,
            action: params.action,
            segment: params.segment.as_ref().map(SegmentIdText::key).transpose()?,
            user,
            from: params.from,
            to: params.to,
        };
        let entries = audit::latest(connection, &which, params.limit.into(), params.before).await?;
        Ok(GetAuditLogResult { entries: entries.into_iter().map(LoggedAction::from).collect() })
    }
}
