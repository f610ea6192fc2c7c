//! `docs/reference/segments.md`

use domain::{
    criteria::SegmentNames,
    system_segments::{SystemSegment, catalogue},
};

use super::markdown::{code, page};

pub(super) fn text() -> String {
    page(
        "System segments",
        "The built-in segments. In a rule, `now` is the clock of the run, and a day is 24 hours.\n\
         A share is the percentage of a user's latest 100 quizzes that are of a provider.",
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
