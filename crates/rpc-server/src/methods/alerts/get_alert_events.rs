//! `adminAudience.getAlertEvents`: when alerts fired, and when they were over.

use chrono::{DateTime, Utc};
use domain::{
    alert::{AlertId, AlertKind, AlertTurn},
    segment::SegmentKey,
};
use persistence::alerts::events::{AlertEvent as Stored, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{context::Call, errors::MethodError, method::Method, params::default_of, wire::alert::AlertIdText};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetAlertEventsParams {
    /// Only of this alert, which may have been deleted.
    alert_id: Option<AlertIdText>,
    /// Maximum number of results.
    #[serde(default = "default_of::<50>")]
    #[schemars(range(min = 1, max = 500))]
    limit: u32,
    /// Only those before the one with this id: the last one of an earlier response.
    #[schemars(range(min = 1))]
    before: Option<i64>,
}

/// What happened to alerts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetAlertEventsResult {
    /// Newest first.
    events: Vec<AlertEvent>,
}

/// What happened to an alert.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AlertEvent {
    /// The same as in the messages to webhooks.
    id: i64,
    /// The alert's id.
    alert_id: String,
    /// The segment that it watched.
    segment: SegmentKey,
    /// What it watched for.
    kind: AlertKind,
    /// Whether it fired or was over.
    state: AlertTurn,
    /// The clock of the run at whose end this was seen, or of the look.
    at: DateTime<Utc>,
    /// The run at whose end this was seen. Null if it was seen without a run.
    run_id: Option<i64>,
    /// A size, a number of users, or hours.
    observed: u64,
    /// What a size was compared with.
    base: Option<u64>,
}

impl From<(i64, Stored)> for AlertEvent {
    fn from((id, event): (i64, Stored)) -> Self {
        Self {
            id,
            alert_id: event.rule.0,
            segment: event.segment,
            kind: event.kind,
            state: event.turn,
            at: event.at,
            run_id: event.run.map(|run| run.0),
            observed: event.seen.observed,
            base: event.seen.base,
        }
    }
}

pub(crate) struct GetAlertEvents;

impl Method for GetAlertEvents {
    const NAME: &'static str = "adminAudience.getAlertEvents";
    const SUMMARY: &'static str = "Lists when alerts fired, and when they were over";
    const EXAMPLE: &'static str = include_str!("get_alert_events.example.json");
    type Params = GetAlertEventsParams;
    type Result = GetAlertEventsResult;

    async fn call(call: &Call, params: GetAlertEventsParams) -> Result<GetAlertEventsResult, MethodError> {
        let rule = params.alert_id.map(AlertId::from);
        let found = page(call.database().connection(), rule.as_ref(), params.before, params.limit.into()).await?;
        Ok(GetAlertEventsResult { events: found.into_iter().map(Into::into).collect() })
    }
}
