//! `adminAudience.recordQuizAttempts`: stores completed quizzes in bulk, with a result for each.

use schemars::JsonSchema;
use segmentation_engine::ingest::json::{self, IngestRequest};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::MethodError,
    method::Method,
    wire::ingest::{QuizAttemptItem, RecordedItem},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RecordQuizAttemptsParams {
    /// Each is answered on its own: a faulty one does not affect the others.
    #[schemars(with = "Vec<QuizAttemptItem>", length(min = 1, max = 1000))]
    attempts: Vec<Json>,
    /// Whether to evaluate the users of recorded attempts at once, rather than with the next run.
    #[serde(default)]
    evaluate: bool,
}

/// The results of all attempts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordQuizAttemptsResult {
    /// In the order of the given attempts.
    results: Vec<RecordedItem>,
}

pub(crate) struct RecordQuizAttempts;

impl Method for RecordQuizAttempts {
    const NAME: &'static str = "adminAudience.recordQuizAttempts";
    const SUMMARY: &'static str = "Records up to 1,000 completed quizzes, with a result for each";
    const EXAMPLE: &'static str = include_str!("record_quiz_attempts.example.json");
    type Params = RecordQuizAttemptsParams;
    type Result = RecordQuizAttemptsResult;

    async fn call(call: &Call, params: RecordQuizAttemptsParams) -> Result<RecordQuizAttemptsResult, MethodError> {
        let attempts = IngestRequest { items: params.attempts, evaluate: params.evaluate };
        let ingested = json::record_attempts(call.database(), &attempts, call.moment(), &call.audit).await?;
        let results =
            attempts.items.iter().zip(ingested.items).map(|(item, ingested)| RecordedItem::of(item, ingested.outcome));
        Ok(RecordQuizAttemptsResult { results: results.collect() })
    }
}
