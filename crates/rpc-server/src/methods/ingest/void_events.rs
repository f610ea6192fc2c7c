//! `adminAudience.voidEvents`: deletes events that should not have been recorded.

use domain::ids::UserId;
use schemars::JsonSchema;
use segmentation_engine::ingest::void::void_events;
use serde::{Deserialize, Serialize};

use crate::{context::Call, errors::MethodError, method::Method};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct VoidEventsParams {
    /// The events to delete. Record a refund as an event of its own instead.
    #[schemars(length(min = 1, max = 1000))]
    events: Vec<EventKey>,
    /// The reason. Kept in the audit log.
    // PostgreSQL text cannot contain NUL.
    #[schemars(length(max = 500), regex(pattern = r"^[^\u0000]*$"))]
    reason: Option<String>,
}

/// What identifies an event.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct EventKey {
    /// The id of the event.
    id: String,
    /// The id of its user in the host application.
    user_id: String,
}

/// The results of all events.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VoidEventsResult {
    /// In the order of the given events.
    results: Vec<VoidedEvent>,
}

/// The result of one event.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct VoidedEvent {
    /// The id of the event, as given.
    id: String,
    /// The id of its user, as given.
    user_id: String,
    /// The outcome.
    status: VoidStatus,
}

/// The outcome of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum VoidStatus {
    /// It was deleted.
    Voided,
    /// There was no such event.
    Absent,
}

pub(crate) struct VoidEvents;

impl Method for VoidEvents {
    const NAME: &'static str = "adminAudience.voidEvents";
    const SUMMARY: &'static str = "Deletes up to 1,000 events that should not have been recorded";
    const EXAMPLE: &'static str = include_str!("void_events.example.json");
    type Params = VoidEventsParams;
    type Result = VoidEventsResult;

    async fn call(call: &Call, params: VoidEventsParams) -> Result<VoidEventsResult, MethodError> {
        let VoidEventsParams { events, reason } = params;
        let keys: Vec<_> = events.into_iter().map(|event| (UserId(event.user_id), event.id)).collect();
        let voided = void_events(call.database(), &keys, reason.as_deref(), (call.moment().now, &call.audit)).await?;
        let result = |((UserId(user_id), id), is_voided)| {
            let status = if is_voided { VoidStatus::Voided } else { VoidStatus::Absent };
            VoidedEvent { id, user_id, status }
        };
        Ok(VoidEventsResult { results: keys.into_iter().zip(voided).map(result).collect() })
    }
}
