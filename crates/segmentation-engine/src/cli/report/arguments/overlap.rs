//! Overlap of segments.

use domain::segment::SegmentKey;
use segmentation_engine::reports::{GivenTime, overlap::OverlapParams};

#[derive(Debug, clap::Args)]
pub(in crate::cli::report) struct OverlapArguments {
    /// A segment, such as plan:pro. Repeat it for each
    #[arg(long, required = true)]
    segment: Vec<SegmentKey>,
    /// When, as an RFC 3339 time or a date. By default now
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

impl From<OverlapArguments> for OverlapParams {
    fn from(OverlapArguments { segment, at }: OverlapArguments) -> Self {
        Self { segments: segment, at: at.map(GivenTime) }
    }
}
