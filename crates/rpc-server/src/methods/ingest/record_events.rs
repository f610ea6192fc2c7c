//! `adminAudience.recordEvents`: stores events and purchases in bulk, with a result for each.

use schemars::JsonSchema;
use segmentation_engine::ingest::json::{self, IngestRequest};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::MethodError,
    method::Method,
    wire::ingest::{EventItem, RecordedItem},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RecordEventsParams {
    /// Each is answered on its own: a faulty one does not affect the others.
    #[schemars(with = "Vec<EventItem>", length(min = 1, max = 1000))]
    events: Vec<Json>,
    /// Whether to evaluate the users of recorded events at once, rather than with the next run.
    #[serde(default)]
    evaluate: bool,
}

/// The results of all events.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordEventsResult {
    /// In the order of the given events.
    results: Vec<RecordedItem>,
}

pub(crate) struct RecordEvents;

impl Method for RecordEvents {
    const NAME: &'static str = "adminAudience.recordEvents";
    const SUMMARY: &'static str = "Records up to 1,000 events and purchases, with a result for each";
    const EXAMPLE: &'static str = include_str!("record_events.example.json");
    type Params = RecordEventsParams;
    type Result = RecordEventsResult;

    async fn call(call: &Call, params: RecordEventsParams) -> Result<RecordEventsResult, MethodError> {
        let events = IngestRequest { items: params.events, evaluate: params.evaluate };
        let ingested = json::record_events(call.database(), &events, call.moment(), &call.audit).await?;
        let results =
            events.items.iter().zip(ingested.items).map(|(item, ingested)| RecordedItem::of(item, ingested.outcome));
        Ok(RecordEventsResult { results: results.collect() })
    }
}
