//! `adminAudience.rollBackCustomSegment`: saves an earlier definition of a custom segment as a new version.

use domain::segment::SegmentKey;
use persistence::{DefinitionTx, segments::custom};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::{
    audited,
    context::Call,
    errors::{ErrorKind, MethodError},
    lookup,
    method::Method,
    saving,
    wire::{
        criteria::{CombineWith, OutermostSet},
        definition::{CustomSegmentValue, Definition, SegmentDescription, SegmentName},
        saved::SavedSegment,
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RollBackCustomSegmentParams {
    /// Identifies the segment.
    segment_value: CustomSegmentValue,
    /// The current version. If it has changed in the meantime, the call fails with a conflict.
    #[schemars(range(min = 1))]
    version: i32,
    /// The version whose name, description and criteria to restore.
    #[schemars(range(min = 1))]
    to_version: i32,
}

pub(crate) struct RollBackCustomSegment;

impl Method for RollBackCustomSegment {
    const NAME: &'static str = "adminAudience.rollBackCustomSegment";
    const SUMMARY: &'static str =
        "Restores an earlier definition of a custom segment as a new version, and updates its members";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("roll_back_custom_segment.example.json");
    type Params = RollBackCustomSegmentParams;
    type Result = SavedSegment;

    async fn call(call: &Call, params: RollBackCustomSegmentParams) -> Result<SavedSegment, MethodError> {
        let key = params.segment_value.key();
        let tx = saving::begin(call).await?;
        let stored = lookup::custom_segment(&tx, &key).await?;
        let earlier = earlier(&tx, &key, params.to_version).await?;
        let draft = saving::read(call, &tx, earlier, Some(&key)).await.map_err(saving::of_stored)?;
        let saved = saving::update(call, &tx, stored, params.version, draft).await?;
        let detail = saved.detail(json!({"version": saved.version, "toVersion": params.to_version}));
        audited::record::<Self>(&tx, call, format!("segment {key}"), Some(detail)).await?;
        tx.commit().await?;
        Ok(saved)
    }
}

async fn earlier(tx: &DefinitionTx, key: &SegmentKey, version: i32) -> Result<Definition, MethodError> {
    let versions = custom::versions(tx, &key.value).await?;
    let found = versions.into_iter().find(|stored| stored.version == version);
    let mut found = found.ok_or_else(|| MethodError::NotFound(format!("version {version} of segment {key}")))?;
    let is_or = found.definition["combineWith"] == "OR";
    let set = OutermostSet {
        criteria: found.definition["criteria"].take(),
        combine_with: if is_or { CombineWith::Or } else { CombineWith::And },
        not: found.definition["not"] == true,
    };
    Ok(Definition { name: SegmentName(found.name), description: found.description.map(SegmentDescription), set })
}
