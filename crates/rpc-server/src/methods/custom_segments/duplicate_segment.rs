//! `adminAudience.duplicateSegment`: creates a custom segment with the criteria of another segment.

use std::collections::HashSet;

use domain::{segment::SegmentKey, system_segments::system_segment, text::fold};
use persistence::{
    DefinitionTx,
    segments::custom::{self, Draft},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{
    audited,
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    lookup,
    method::Method,
    saving,
    wire::{
        definition::SegmentName,
        key::{SegmentGroup, SegmentValue},
        saved::SavedSegment,
        segment::Segment,
    },
};

/// In characters.
const MAX_NAME: usize = 100;

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DuplicateSegmentParams {
    /// The segment's type.
    segment_type: SegmentGroup,
    /// The segment's value, unique within its type.
    segment_value: SegmentValue,
    /// The name of the copy. Default: the first unused of `NAME (copy)`, `NAME (copy 2)` and so on.
    name: Option<SegmentName>,
}

/// The created copy.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DuplicateSegmentResult {
    /// Always true. Failures are returned as errors.
    success: bool,
    /// The copy with its members already counted. Overrides of the original are not copied.
    segment: Segment,
}

pub(crate) struct DuplicateSegment;

impl Method for DuplicateSegment {
    const NAME: &'static str = "adminAudience.duplicateSegment";
    const SUMMARY: &'static str = "Creates a custom segment with the criteria of another segment, system or custom";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("duplicate_segment.example.json");
    type Params = DuplicateSegmentParams;
    type Result = DuplicateSegmentResult;

    async fn faults(_: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(saving::blank_name(&params).into_iter().collect())
    }

    async fn call(call: &Call, params: DuplicateSegmentParams) -> Result<DuplicateSegmentResult, MethodError> {
        let key = params.segment_value.of(params.segment_type);
        let tx = saving::begin(call).await?;
        let mut draft = copied(call, &tx, &key).await?;
        draft.name = match params.name {
            Some(name) => name.0.trim().to_owned(),
            None => free_name(&tx, &draft.name).await?,
        };
        if draft.name.is_empty() {
            return Err(MethodError::InvalidParams(vec![saving::name_is_blank()]));
        }
        let SavedSegment { segment, entered, .. } = saving::create(call, &tx, draft).await?;
        let detail = json!({"name": segment.name, "of": key.to_string(), "members": entered});
        audited::record::<Self>(&tx, call, format!("segment {}", segment.id), Some(detail)).await?;
        tx.commit().await?;
        Ok(DuplicateSegmentResult { success: true, segment })
    }
}

async fn copied(call: &Call, tx: &DefinitionTx, key: &SegmentKey) -> Result<Draft, MethodError> {
    let author = call.caller.subject.clone();
    if let Some(system) = system_segment(key) {
        let (name, description) = (system.name.into(), Some(system.description.into()));
        return Ok(Draft { name, description, criteria: system.criteria.clone(), author });
    }
    let (_, stored) = lookup::custom_segment(tx, key).await?;
    let criteria = saving::usable(call, tx, &stored.definition).await?;
    Ok(Draft { name: stored.name, description: stored.description, criteria, author })
}

async fn free_name(tx: &DefinitionTx, name: &str) -> Result<String, MethodError> {
    let taken: HashSet<_> = custom::all(tx).await?.iter().map(|stored| fold(&stored.name)).collect();
    let copies = (1..).map(|number| if number == 1 { " (copy)".to_owned() } else { format!(" (copy {number})") });
    let mut names = copies.map(|suffix| {
        let room = MAX_NAME - suffix.chars().count();
        name.chars().take(room).collect::<String>() + &suffix
    });
    // Never fails: there are more numbers than segments.
    names.find(|name| !taken.contains(&fold(name))).ok_or_else(|| MethodError::Internal("no unused name found".into()))
}
