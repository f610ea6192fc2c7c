//! The page of the system segments.

use domain::{
    criteria::SegmentNames,
    system_segments::{SystemSegment, catalogue},
};

use super::markdown::{code, page};

/// The page.
pub(super) fn text() -> String {
    page(
        "System segments",
        "The segments that are built in. `now` of a rule is the clock of the run, and a day is 24 hours.\n\
         A user's share of a provider is counted over the latest 100 quizzes.",
        ["segmentType", "segmentValue", "Name", "Description", "Rule"],
        catalogue().iter().map(row).collect(),
    )
}

fn row(segment: &SystemSegment) -> [String; 5] {
    [
        code(segment.key.kind.name()),
        code(&segment.key.value),
        segment.name.into(),
        segment.description.into(),
        segment.criteria.describe(&SegmentNames::new()),
    ]
}
