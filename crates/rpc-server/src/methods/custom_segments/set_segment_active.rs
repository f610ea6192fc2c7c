//! `adminAudience.setSegmentActive`: lets runs pass a custom segment over, or evaluate it again.

use persistence::{
    DefinitionTx,
    segments::{self, StoredSegment, custom::StoredDefinition},
};
use schemars::JsonSchema;
use segmentation_engine::segments::follow::{self, Followed};
use serde::Deserialize;
use serde_json::json;

use crate::{
    audited,
    context::Call,
    errors::{ErrorKind, MethodError},
    lookup,
    method::Method,
    saving,
    wire::{definition::CustomSegmentValue, saved::SavedSegment},
};

/// Which segment, and what it is to be.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SetSegmentActiveParams {
    /// Which segment.
    segment_value: CustomSegmentValue,
    /// Whether runs evaluate it. While they do not, its members stay as they were.
    is_active: bool,
}

pub(crate) struct SetSegmentActive;

impl Method for SetSegmentActive {
    const NAME: &'static str = "adminAudience.setSegmentActive";
    const SUMMARY: &'static str = "Deactivates a custom segment, whose members then stay as they are, or activates it, and its members follow at once, and those of segments that refer to it";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("set_segment_active.example.json");
    type Params = SetSegmentActiveParams;
    type Result = SavedSegment;

    async fn call(call: &Call, params: SetSegmentActiveParams) -> Result<SavedSegment, MethodError> {
        let key = params.segment_value.key();
        let tx = saving::begin(call).await?;
        let (stored, definition) = lookup::custom_segment(&tx, &key).await?;
        let followed = set(call, &tx, &stored, &definition, params.is_active).await?;
        let saved = saving::saved(call, &tx, &key, followed).await?;
        let detail = saved.detail(json!({"isActive": params.is_active}));
        audited::record::<Self>(&tx, call, format!("segment {key}"), Some(detail)).await?;
        tx.commit().await?;
        Ok(saved)
    }
}

async fn set(
    call: &Call,
    tx: &DefinitionTx,
    stored: &StoredSegment,
    definition: &StoredDefinition,
    is_active: bool,
) -> Result<Followed, MethodError> {
    if stored.is_active == is_active {
        return Ok(Followed::default());
    }
    segments::set_active(tx, stored.id, is_active).await?;
    if !is_active {
        return Ok(Followed::default());
    }
    let criteria = saving::usable(call, tx, &definition.definition).await?;
    Ok(follow::follow(tx, saving::rule(call, stored.id, &criteria), &saving::occasion(call)).await?)
}
