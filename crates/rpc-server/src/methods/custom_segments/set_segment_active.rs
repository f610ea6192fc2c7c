//! `adminAudience.setSegmentActive`: activates or deactivates a custom segment.

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

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SetSegmentActiveParams {
    /// Identifies the segment.
    segment_value: CustomSegmentValue,
    /// Whether runs evaluate the segment. While it is inactive, its members do not change.
    is_active: bool,
}

pub(crate) struct SetSegmentActive;

impl Method for SetSegmentActive {
    const NAME: &'static str = "adminAudience.setSegmentActive";
    const SUMMARY: &'static str = "Activates or deactivates a custom segment. Activation updates its members and those of dependent segments; an inactive segment keeps its members";
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
    Ok(follow::follow(tx, saving::rule(call, stored.id, &criteria), &saving::change_context(call)).await?)
}
