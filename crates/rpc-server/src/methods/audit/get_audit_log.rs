//! `adminAudience.getAuditLog`: who did what.

use chrono::{DateTime, Utc};
use persistence::ops::audit::{self, StoredAuditEntry};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{context::Call, errors::MethodError, method::Method, params::default_of};

/// Which entries to show.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetAuditLogParams {
    /// How many.
    #[serde(default = "default_of::<50>")]
    #[schemars(range(min = 1, max = 100))]
    limit: u32,
    /// Only those before the entry of this id: the last of an earlier answer.
    #[schemars(range(min = 1, max = i64::MAX))]
    before: Option<i64>,
}

/// Entries, newest first.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetAuditLogResult {
    /// Newest first.
    entries: Vec<LoggedAction>,
}

/// Something that was done.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoggedAction {
    /// Ascending with time.
    id: i64,
    /// When.
    at: DateTime<Utc>,
    /// Who: `token:NAME`, or the subject of a JWT.
    actor: String,
    /// What: the method, such as `removeUserFromSegment`.
    action: String,
    /// To what.
    target: Option<String>,
    /// In which request.
    request_id: Option<String>,
    /// More of it, such as the reason; each action has its own.
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
    const EXAMPLE: &'static str = include_str!("get_audit_log.example.json");
    type Params = GetAuditLogParams;
    type Result = GetAuditLogResult;

    async fn call(call: &Call, params: GetAuditLogParams) -> Result<GetAuditLogResult, MethodError> {
        let entries = audit::latest(call.database().connection(), params.limit.into(), params.before).await?;
        Ok(GetAuditLogResult { entries: entries.into_iter().map(LoggedAction::from).collect() })
    }
}
