//! `adminAudience.getSegmentDefinitionHistory`: every definition that a custom segment had.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::criteria::SegmentNames;
use persistence::segments::custom::{self, StoredVersion};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    lookup,
    method::Method,
    wire::{criteria, definition::CustomSegmentValue},
};

/// Of which segment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetSegmentDefinitionHistoryParams {
    /// Which segment.
    segment_value: CustomSegmentValue,
}

/// All versions.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct GetSegmentDefinitionHistoryResult {
    /// The newest, which is the current one, first.
    versions: Vec<DefinitionVersion>,
}

/// What a custom segment was.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DefinitionVersion {
    /// From 1.
    version: i32,
    /// What it was called.
    name: String,
    /// What it was for; may be empty.
    description: String,
    /// The outermost set of criteria, as previewSegment takes it.
    definition: Json,
    /// The criteria as a sentence; null if they cannot be read any more.
    criteria_in_words: Option<String>,
    /// Who made this version.
    author: String,
    /// When.
    created_at: DateTime<Utc>,
}

impl DefinitionVersion {
    /// What it refers to may be gone; it is shown all the same.
    fn new(stored: StoredVersion, names: &SegmentNames, zone: Tz) -> Self {
        let criteria = criteria::shown(&stored.definition, zone);
        Self {
            version: stored.version,
            name: stored.name,
            description: stored.description.unwrap_or_default(),
            criteria_in_words: criteria.map(|criteria| criteria.describe(names)),
            definition: stored.definition,
            author: stored.author,
            created_at: stored.created_at,
        }
    }
}

pub(crate) struct GetSegmentDefinitionHistory;

impl Method for GetSegmentDefinitionHistory {
    const NAME: &'static str = "adminAudience.getSegmentDefinitionHistory";
    const SUMMARY: &'static str = "Lists every definition that a custom segment had, with its author";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("get_segment_definition_history.example.json");
    type Params = GetSegmentDefinitionHistoryParams;
    type Result = GetSegmentDefinitionHistoryResult;

    async fn call(
        call: &Call,
        params: GetSegmentDefinitionHistoryParams,
    ) -> Result<GetSegmentDefinitionHistoryResult, MethodError> {
        let key = params.segment_value.key();
        let connection = call.database().connection();
        lookup::custom_segment(connection, &key).await?;
        let versions = custom::versions(connection, &key.value).await?;
        let names = custom::names(connection).await?;
        let shown = |version| DefinitionVersion::new(version, &names, call.context.zone);
        Ok(GetSegmentDefinitionHistoryResult { versions: versions.into_iter().map(shown).collect() })
    }
}
