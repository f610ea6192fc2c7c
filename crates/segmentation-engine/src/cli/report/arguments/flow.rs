//! Flow between segments.

use domain::segment::SegmentKey;
use segmentation_engine::reports::{Family, GivenTime, flow::FlowParams};

use super::names::family;

#[derive(Debug, clap::Args)]
pub(in crate::cli::report) struct FlowArguments {
    /// The segments of a type: plan or lifecycle
    #[arg(long, value_parser = family, conflicts_with = "segment")]
    family: Option<Family>,
    /// A segment, such as plan:pro. Repeat it for each. By default those of the lifecycle
    #[arg(long)]
    segment: Vec<SegmentKey>,
    /// When, as an RFC 3339 time or a date. Repeat it, in order
    #[arg(long, value_name = "TIME", required = true)]
    at: Vec<String>,
}

impl From<FlowArguments> for FlowParams {
    fn from(FlowArguments { family, segment, at }: FlowArguments) -> Self {
        let segments = (!segment.is_empty()).then_some(segment);
        Self { family, segments, at: at.into_iter().map(GivenTime).collect() }
    }
}
