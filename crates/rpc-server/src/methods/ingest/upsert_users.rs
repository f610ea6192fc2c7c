//! `adminAudience.upsertUsers`: users of the host application, many at a time, each answered.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use segmentation_engine::ingest::{
    json::{self, IngestRequest, Ingested, IngestedItem},
    report::Outcome,
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{Fault, MethodError},
    method::Method,
    wire::ingest::{UserItem, faults_of, text_of},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UpsertUsersParams {
    /// Each is answered on its own: a faulty one does not affect the others.
    #[schemars(with = "Vec<UserItem>", length(min = 1, max = 500))]
    users: Vec<Json>,
    /// Whether to evaluate the users who were written at once, rather than with the next run.
    #[serde(default)]
    evaluate: bool,
}

/// The results of all users.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpsertUsersResult {
    /// In the order of the given users.
    results: Vec<UpsertedUser>,
    /// Keys of attributes that are not declared. Their values were ignored. Present only if there are any.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    ignored_attributes: BTreeSet<String>,
}

/// The result of one user.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpsertedUser {
    /// The id as given, if any.
    id: Option<String>,
    /// The outcome.
    status: UpsertStatus,
    /// Everything that is wrong with the item. Present only if it was refused, or written without values of attributes that
    /// do not fit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<Fault>,
}

/// The outcome of one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum UpsertStatus {
    /// The user is new.
    Created,
    /// The user existed with other values.
    Updated,
    /// The user existed with these values.
    Unchanged,
    /// It was not written.
    Refused,
}

pub(crate) struct UpsertUsers;

impl Method for UpsertUsers {
    const NAME: &'static str = "adminAudience.upsertUsers";
    const SUMMARY: &'static str =
        "Creates users, and updates the given fields of existing ones: up to 500, with a result for each";
    const EXAMPLE: &'static str = include_str!("upsert_users.example.json");
    type Params = UpsertUsersParams;
    type Result = UpsertUsersResult;

    async fn call(call: &Call, params: UpsertUsersParams) -> Result<UpsertUsersResult, MethodError> {
        let users = IngestRequest { items: params.users, evaluate: params.evaluate };
        let Ingested { items, undeclared } =
            json::upsert_users(call.database(), &users, call.moment(), &call.audit).await?;
        let results = users.items.iter().zip(items).map(|(item, ingested)| answer(item, ingested));
        Ok(UpsertUsersResult { results: results.collect(), ignored_attributes: undeclared })
    }
}

fn answer(item: &Json, IngestedItem { outcome, partial }: IngestedItem) -> UpsertedUser {
    let status = match outcome {
        Outcome::Created => UpsertStatus::Created,
        Outcome::Updated => UpsertStatus::Updated,
        Outcome::Recorded | Outcome::Moved | Outcome::Unchanged => UpsertStatus::Unchanged,
        Outcome::WithoutUser | Outcome::Refused(_) => UpsertStatus::Refused,
    };
    let faults = outcome.faults().into_iter().chain(partial).collect();
    UpsertedUser { id: text_of(item, "id"), status, faults: faults_of(faults) }
}
