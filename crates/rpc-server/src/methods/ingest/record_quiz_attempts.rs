//! `adminAudience.recordQuizAttempts`: stores completed quizzes in bulk, with a result for each.

use schemars::JsonSchema;
use segmentation_engine::ingest::{
    json::{self, IngestRequest},
    report::Outcome,
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{Fault, MethodError},
    method::Method,
    wire::ingest::{QuizAttemptItem, faults_of, text_of},
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
    results: Vec<RecordedAttempt>,
}

/// The result of one attempt.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordedAttempt {
    /// The id as given, if any.
    id: Option<String>,
    /// The user's id as given, if any.
    user_id: Option<String>,
    /// The outcome.
    status: RecordStatus,
    /// Everything that is wrong with the item. Present only if it was refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<Fault>,
}

/// The outcome of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RecordStatus {
    /// New or changed.
    Recorded,
    /// Already stored with these values.
    Unchanged,
    /// It was not written.
    Refused,
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
        let results = attempts.items.iter().zip(ingested.items).map(|(item, ingested)| answer(item, ingested.outcome));
        Ok(RecordQuizAttemptsResult { results: results.collect() })
    }
}

fn answer(item: &Json, outcome: Outcome) -> RecordedAttempt {
    let status = match outcome {
        Outcome::Recorded | Outcome::Moved => RecordStatus::Recorded,
        Outcome::Created | Outcome::Updated | Outcome::Unchanged => RecordStatus::Unchanged,
        Outcome::WithoutUser | Outcome::Refused(_) => RecordStatus::Refused,
    };
    let (id, user_id) = (text_of(item, "id"), text_of(item, "userId"));
    RecordedAttempt { id, user_id, status, faults: faults_of(outcome.faults()) }
}
