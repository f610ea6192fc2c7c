//! `adminAudience.getSegmentDefinitionHistory`: all versions of a custom segment's definition.

use chrono::{DateTime, Utc};
use persistence::segments::custom::{self, StoredVersion};
use schemars::JsonSchema;
use segmentation_engine::segments::definition::Vocabulary;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{definition::CustomSegmentValue, key::find_segment},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetSegmentDefinitionHistoryParams {
    /// Identifies the segment.
    segment_value: CustomSegmentValue,
}

/// All versions of a definition.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct GetSegmentDefinitionHistoryResult {
    /// Newest first. The first is the current version.
    versions: Vec<DefinitionVersion>,
}

/// A version of a custom segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DefinitionVersion {
    /// The version number. Starts at 1.
    version: i32,
    /// The name in this version.
    name: String,
    /// The description in this version. May be empty.
    description: String,
    /// The outermost set of criteria, in the form that previewSegment accepts.
    definition: Json,
    /// The criteria as a sentence. Null if they are no longer valid.
    criteria_in_words: Option<String>,
    /// Who saved this version.
    author: String,
    /// When this version was saved.
    created_at: DateTime<Utc>,
}

impl DefinitionVersion {
    /// Shown even if a segment it refers to no longer exists.
    fn new(stored: StoredVersion, vocabulary: &Vocabulary) -> Self {
        Self {
            version: stored.version,
            name: stored.name,
            description: stored.description.unwrap_or_default(),
            criteria_in_words: vocabulary.describe(&stored.definition),
            definition: stored.definition,
            author: stored.author,
            created_at: stored.created_at,
        }
    }
}

pub(crate) struct GetSegmentDefinitionHistory;

impl Method for GetSegmentDefinitionHistory {
    const NAME: &'static str = "adminAudience.getSegmentDefinitionHistory";
    const SUMMARY: &'static str = "Lists all versions of a custom segment's definition with their authors";
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
        find_segment(connection, &key).await?;
        let versions = custom::versions(connection, &key.value).await?;
        let vocabulary = Vocabulary::load(connection, call.context.zone).await?;
        let shown = |version| DefinitionVersion::new(version, &vocabulary);
        Ok(GetSegmentDefinitionHistoryResult { versions: versions.into_iter().map(shown).collect() })
    }
}
