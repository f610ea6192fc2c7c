//! Members at two points in time.

use domain::segment::SegmentKey;
use segmentation_engine::reports::{
    GivenTime,
    compare_as_of::{CompareAsOfParams, Shown},
};

#[derive(Debug, clap::Args)]
pub(in crate::cli::report) struct AsOfArguments {
    /// The segment, such as plan:pro
    #[arg(long)]
    segment: SegmentKey,
    /// The first point in time, as an RFC 3339 time or a date
    #[arg(long, value_name = "TIME")]
    a: String,
    /// The second one
    #[arg(long, value_name = "TIME")]
    b: String,
    /// The members that the table users has: both, only-a or only-b
    #[arg(long, value_parser = shown, default_value = "both")]
    show: Shown,
    /// The most users in that table. By default all
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
}

impl From<AsOfArguments> for CompareAsOfParams {
    fn from(AsOfArguments { segment, a, b, show, limit }: AsOfArguments) -> Self {
        Self { segment, a: GivenTime(a), b: GivenTime(b), show, limit: limit.unwrap_or(u32::MAX), cursor: None }
    }
}

fn shown(text: &str) -> Result<Shown, String> {
    match text {
        "both" => Ok(Shown::Both),
        "only-a" => Ok(Shown::OnlyA),
        "only-b" => Ok(Shown::OnlyB),
        _ => Err("expected both, only-a or only-b".into()),
    }
}
