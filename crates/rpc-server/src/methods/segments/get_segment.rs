//! `adminAudience.getSegment`: one segment with its definition.

use domain::system_segments::{SystemSegment, system_segment};
use persistence::segments::{
    CountedSegment,
    custom::{self, StoredDefinition},
    stars, tags,
};
use schemars::JsonSchema;
use segmentation_engine::{segments::definition::Vocabulary, sync::status};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{
        key::{SegmentParams, find_segment},
        segment::{Segment, SegmentPeople},
        sync::SegmentSync,
    },
};

/// Identifies the segment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetSegmentParams {
    #[serde(flatten)]
    segment: SegmentParams,
}

/// A segment with its definition.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetSegmentResult {
    #[serde(flatten)]
    segment: Segment,
    /// The outermost set of criteria, in the form that previewSegment accepts.
    definition: Json,
    #[serde(flatten)]
    people: SegmentPeople,
    /// How it is synced. Null if it is not.
    sync: Option<SegmentSync>,
}

pub(crate) struct GetSegment;

impl Method for GetSegment {
    const NAME: &'static str = "adminAudience.getSegment";
    const SUMMARY: &'static str = "Shows one segment with its definition, as data and in words";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("get_segment.example.json");
    type Params = GetSegmentParams;
    type Result = GetSegmentResult;

    async fn call(call: &Call, params: GetSegmentParams) -> Result<GetSegmentResult, MethodError> {
        let connection = call.database().connection();
        let key = params.segment.key();
        let stored = find_segment(connection, &key).await?;
        let sync = status::of_segment(connection, stored.id).await?.map(SegmentSync::from);
        let people = SegmentPeople {
            tags: tags::of_segment(connection, stored.id).await?,
            starred: stars::of_actor(connection, &call.audit.actor).await?.contains(&stored.id),
            ..SegmentPeople::default()
        };
        if let Some(system) = system_segment(&key) {
            return Ok(GetSegmentResult { people, sync, ..of_system(stored, system) });
        }
        let definition = custom::find(connection, stored.id).await?;
        let definition = definition.ok_or_else(|| MethodError::NotFound(format!("segment {key}")))?;
        let edited = custom::editors(connection).await?.remove(&stored.id);
        let SegmentPeople { tags, starred, .. } = people;
        let people = SegmentPeople { tags, starred, ..SegmentPeople::of_custom(&definition, edited) };
        let vocabulary = Vocabulary::load(connection, call.context.zone).await?;
        Ok(GetSegmentResult { people, sync, ..of_custom(stored, definition, &vocabulary) })
    }
}

fn of_system(stored: CountedSegment, system: &SystemSegment) -> GetSegmentResult {
    GetSegmentResult {
        segment: Segment::system(stored, system),
        definition: system.criteria.to_json(),
        people: SegmentPeople::default(),
        sync: None,
    }
}

/// Shown even if a segment the definition refers to no longer exists.
fn of_custom(stored: CountedSegment, custom: StoredDefinition, vocabulary: &Vocabulary) -> GetSegmentResult {
    let criteria = vocabulary.criteria(&custom.definition);
    GetSegmentResult {
        segment: Segment::custom(stored, &custom, vocabulary),
        definition: criteria.map_or(custom.definition, |criteria| criteria.to_json()),
        people: SegmentPeople::default(),
        sync: None,
    }
}
