//! `adminAudience.getSegments`: all segments with their sizes.

use std::collections::HashMap;

use domain::{ids::SegmentId, system_segments::system_segment, text::fold};
use persistence::segments::{
    self, CountedSegment,
    custom::{self, StoredDefinition},
    stars, tags,
};
use schemars::JsonSchema;
use segmentation_engine::{segments::definition::Vocabulary, sync::status};
use serde::{Deserialize, Serialize};

use crate::{
    context::Call,
    errors::MethodError,
    method::Method,
    wire::{
        segment::{Segment, SegmentPeople, SegmentSource},
        sync::SegmentSync,
    },
};

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Params {
    /// Whether to include inactive segments.
    include_inactive: bool,
    /// Only segments whose name or description contains this text, ignoring case.
    #[schemars(length(max = 256))]
    search_query: Option<String>,
}

/// A list of segments.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetSegmentsResult {
    /// System segments first, then custom segments in order of creation. System segments are listed even without
    /// members.
    segments: Vec<ListedSegment>,
    /// Number of listed segments.
    total: usize,
    /// How many of these are system segments.
    system_count: usize,
    /// How many of these are custom segments.
    custom_count: usize,
}

/// A segment in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedSegment {
    #[serde(flatten)]
    segment: Segment,
    #[serde(flatten)]
    people: SegmentPeople,
    /// How it is synced. Null if it is not.
    sync: Option<SegmentSync>,
}

pub(crate) struct GetSegments;

impl Method for GetSegments {
    const NAME: &'static str = "adminAudience.getSegments";
    const SUMMARY: &'static str = "Lists all segments, system and custom, with their sizes";
    const EXAMPLE: &'static str = include_str!("get_segments.example.json");
    type Params = Params;
    type Result = GetSegmentsResult;

    async fn call(call: &Call, params: Params) -> Result<GetSegmentsResult, MethodError> {
        let connection = call.database().connection();
        let stored = segments::all_counted(connection).await?;
        let definitions: HashMap<SegmentId, StoredDefinition> =
            custom::all(connection).await?.into_iter().map(|custom| (custom.segment, custom)).collect();
        let vocabulary = Vocabulary::load(connection, call.context.zone).await?;
        let mut syncs: HashMap<SegmentId, SegmentSync> =
            status::synced(connection).await?.into_iter().map(|one| (one.sync.segment, one.into())).collect();
        let mut editors = custom::editors(connection).await?;
        let mut tags = tags::all(connection).await?;
        let starred = stars::of_actor(connection, &call.audit.actor).await?;
        let searched = params.search_query.as_deref().map(fold);
        let segments: Vec<_> = stored
            .into_iter()
            .filter(|segment| params.include_inactive || segment.is_active)
            .filter_map(|stored| {
                let id = stored.id;
                let edited = editors.remove(&id);
                let people = definitions.get(&id).map(|custom| SegmentPeople::of_custom(custom, edited));
                let people = SegmentPeople {
                    tags: tags.remove(&id).unwrap_or_default(),
                    starred: starred.contains(&id),
                    ..people.unwrap_or_default()
                };
                let sync = syncs.remove(&id);
                Some(ListedSegment { segment: encode(stored, &definitions, &vocabulary)?, people, sync })
            })
            .filter(|listed| searched.as_deref().is_none_or(|text| listed.segment.mentions(text)))
            .collect();
        let system_count = segments.iter().filter(|listed| listed.segment.source == SegmentSource::System).count();
        Ok(GetSegmentsResult {
            total: segments.len(),
            custom_count: segments.len() - system_count,
            system_count,
            segments,
        })
    }
}

/// Skips a custom segment without a definition: it has no name to show.
fn encode(
    segment: CountedSegment,
    definitions: &HashMap<SegmentId, StoredDefinition>,
    vocabulary: &Vocabulary,
) -> Option<Segment> {
    match system_segment(&segment.key) {
        Some(system) => Some(Segment::system(segment, system)),
        None => definitions.get(&segment.id).map(|custom| Segment::custom(segment, custom, vocabulary)),
    }
}
