//! What a reader of figures must know.

use domain::{
    instant::{Instant, format_instant},
    segment::{SegmentKey, SegmentType},
    segment_health::SegmentHealth,
    words::counted,
};
use persistence::{Snapshot, segments::custom};
use schemars::JsonSchema;
use serde::Serialize;

use super::{ReportError, given::Chosen, range::Range};

/// What a reader of the figures must know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Note {
    /// The split of those who entered does not fit the holdout, so that the difference may come from the split.
    Unbalanced,
    /// The history of a segment begins later than asked. Before that nobody is known to have been in it.
    HistoryBegins { segment: SegmentKey, at: Instant },
    /// The goal was first reached too late for users who entered at the start of the range. Null if nobody has reached it.
    GoalBegins { at: Option<Instant> },
    /// The range was cut, since it ended later than what is known.
    CutToHorizon,
    /// Number of periods that had not ended yet.
    IncompletePeriods { count: u64 },
    /// The definition of a segment was changed within the range.
    DefinitionChanged { segment: SegmentKey, at: Instant, version: i32 },
    /// No run evaluates the segment.
    SegmentInactive { segment: SegmentKey },
    /// The last run could not evaluate the segment, or held it back.
    SegmentFailed { segment: SegmentKey },
    /// Number of users who are left out because they have been erased since.
    ErasedUsers { count: u64 },
    /// Users are in several of the segments, so that sums count them several times.
    Overlapping,
}

impl Note {
    /// Where it stands among others.
    fn rank(&self) -> u8 {
        match self {
            Self::Unbalanced => 0,
            Self::HistoryBegins { .. } => 1,
            Self::GoalBegins { .. } => 2,
            Self::CutToHorizon => 3,
            Self::IncompletePeriods { .. } => 4,
            Self::DefinitionChanged { .. } => 5,
            Self::SegmentInactive { .. } => 6,
            Self::SegmentFailed { .. } => 7,
            Self::ErasedUsers { .. } => 8,
            Self::Overlapping => 9,
        }
    }

    /// What matters most first.
    pub(super) fn in_order(mut notes: Vec<Self>) -> Vec<Self> {
        notes.sort_by_key(Self::rank);
        notes
    }

    /// A sentence.
    pub fn in_words(&self) -> String {
        match self {
            Self::Unbalanced => "The split does not fit the holdout: do not trust the difference.".into(),
            Self::HistoryBegins { segment, at } => {
                format!(
                    "The history of {segment} begins at {}: nobody is known to have been in it before.",
                    format_instant(*at)
                )
            }
            Self::GoalBegins { at: Some(at) } => {
                format!("The goal was first reached at {}, too late for the first who entered.", format_instant(*at))
            }
            Self::GoalBegins { at: None } => "Nobody has ever reached the goal.".into(),
            Self::CutToHorizon => "The range is cut, since it ends later than what is known.".into(),
            Self::IncompletePeriods { count } => {
                format!("{} not ended yet.", counted(*count, "period has", "periods have"))
            }
            Self::DefinitionChanged { segment, at, version } => {
                format!("The definition of {segment} changed at {} (version {version}).", format_instant(*at))
            }
            Self::SegmentInactive { segment } => format!("{segment} is inactive: no run evaluates it."),
            Self::SegmentFailed { segment } => format!("The last run could not evaluate {segment}, or held it back."),
            Self::ErasedUsers { count } => {
                format!("{} left out, erased since.", counted(*count, "user is", "users are"))
            }
            Self::Overlapping => "Users are in several of the segments, so the rows do not add up to the total.".into(),
        }
    }
}

/// What is to be said of figures about segments in a range, some periods of which may not have ended.
pub(super) async fn of_range(
    tx: &Snapshot,
    segments: &[Chosen],
    range: Range,
    incomplete_periods: u64,
) -> Result<Vec<Note>, ReportError> {
    let mut notes = of_segments(segments, range.from);
    notes.extend(range.is_cut.then_some(Note::CutToHorizon));
    notes.extend((incomplete_periods > 0).then_some(Note::IncompletePeriods { count: incomplete_periods }));
    for segment in segments {
        notes.extend(definition_changes(tx, segment, [range.from, range.to]).await?);
    }
    Ok(notes)
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

/// Changes of the definition from an instant on, before another.
async fn definition_changes(
    tx: &Snapshot,
    chosen: &Chosen,
    [from, before]: [Instant; 2],
) -> Result<Vec<Note>, ReportError> {
    if chosen.key.kind != SegmentType::Custom {
        return Ok(Vec::new());
    }
    let versions = custom::versions(tx, &chosen.key.value).await?;
    let mut changes: Vec<_> = versions
        .into_iter()
        .filter(|version| version.version > 1 && from <= version.created_at && version.created_at < before)
        .map(|version| (version.created_at, version.version))
        .collect();
    changes.sort_unstable();
    let note = |(at, version)| Note::DefinitionChanged { segment: chosen.key.clone(), at, version };
    Ok(changes.into_iter().map(note).collect())
}
