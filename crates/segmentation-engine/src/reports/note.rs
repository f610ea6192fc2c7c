//! What a reader of figures must know.

use domain::{instant::Instant, segment::SegmentKey, segment_health::SegmentHealth};
use schemars::JsonSchema;
use serde::Serialize;

use super::given::Chosen;

/// What a reader of the figures must know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Note {
    /// The history of a segment begins later than asked. Before that nobody is known to have been in it.
    HistoryBegins { segment: SegmentKey, at: Instant },
    /// The goal was first reached so late that whoever entered at the start of the range could not reach it in time. Null if it
    /// never was.
    GoalBegins { at: Option<Instant> },
    /// The range was cut, since it ended later than what is known.
    CutToHorizon,
    /// So many periods had not ended yet.
    IncompletePeriods { count: u64 },
    /// The definition of a segment was changed within the range.
    DefinitionChanged { segment: SegmentKey, at: Instant, version: i32 },
    /// No run evaluates the segment.
    SegmentInactive { segment: SegmentKey },
    /// The last run could not evaluate the segment, or held it back.
    SegmentFailed { segment: SegmentKey },
    /// So many users have been erased since.
    ErasedUsers { count: u64 },
    /// Users are in several of the segments, so that sums count them several times.
    Overlapping,
}

/// What is to be said of the segments themselves in figures from an instant on.
pub(super) fn of_segments(segments: &[Chosen], from: Instant) -> Vec<Note> {
    let of_segment = |segment: &Chosen| {
        let begins = segment.history_from.filter(|begins| from < *begins);
        let begins = begins.map(|at| Note::HistoryBegins { segment: segment.key.clone(), at });
        let inactive = (!segment.is_active).then(|| Note::SegmentInactive { segment: segment.key.clone() });
        let failed =
            (segment.health != SegmentHealth::Ok).then(|| Note::SegmentFailed { segment: segment.key.clone() });
        [begins, inactive, failed]
    };
    segments.iter().flat_map(of_segment).flatten().collect()
}

pub(super) fn of_erased(count: u64) -> Option<Note> {
    (count > 0).then_some(Note::ErasedUsers { count })
}
