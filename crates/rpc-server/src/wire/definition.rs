//! The name, description and criteria of a custom segment.

use domain::{
    segment::{SegmentKey, SegmentType},
    segment_name::SegmentName as ValidName,
};
use schemars::JsonSchema;
use segmentation_engine::segments::{error::DraftFault, save::ProposedSegment};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::criteria::{self, CriteriaItem, OutermostSet};
use crate::{
    context::Call,
    errors::{Fault, MethodError},
};

// PostgreSQL text cannot contain NUL.

/// The name of a custom segment. Unique among all segments, ignoring case. Has no line breaks, tabs, or invisible or
/// direction characters. Leading and trailing spaces are removed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct SegmentName(
    #[schemars(length(min = 1, max = 100), regex(pattern = r"^[^\u0000]*$"))] pub(crate) String,
);

/// The description of a custom segment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct SegmentDescription(
    #[schemars(length(max = 500), regex(pattern = r"^[^\u0000]*$"))] pub(crate) String,
);

/// The id of a custom segment: its `segmentValue`.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct CustomSegmentValue(
    #[schemars(length(max = 64), regex(pattern = "^[A-Za-z0-9_-]+$"))] pub(crate) String,
);

impl CustomSegmentValue {
    pub(crate) fn key(self) -> SegmentKey {
        SegmentKey::new(SegmentType::Custom, self.0)
    }
}

pub(crate) fn proposed(
    name: SegmentName,
    description: Option<SegmentDescription>,
    set: OutermostSet,
) -> ProposedSegment {
    ProposedSegment { name: name.0, description: description.map(|text| text.0), definition: set.into_json() }
}

/// The faults of the params' name and criteria, ignoring all others.
pub(crate) async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
    let name_fault = name_fault(&params);
    let mut faults = criteria::faults(call.database().connection(), params, call.context.zone).await?;
    faults.extend(name_fault);
    Ok(faults)
}

/// The fault of a name. The schema reports an empty one and one with NUL.
pub(crate) fn name_fault(params: &Json) -> Option<Fault> {
    let name = params.get("name").and_then(Json::as_str).filter(|name| !name.is_empty() && !name.contains('\0'))?;
    ValidName::parse(name).err().map(|fault| DraftFault::Name(fault).into())
}

/// For schemas.
pub(crate) type CriteriaList = Vec<CriteriaItem>;
