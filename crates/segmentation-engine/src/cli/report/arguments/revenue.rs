//! Revenue by segment.

use domain::{
    report::revenue::{CreditBasis, CreditModel},
    segment::SegmentKey,
};
use segmentation_engine::reports::{
    Family, GivenTime,
    revenue::{By, RevenueParams},
};

use super::names::{family, named};

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("which").args(["family", "segment"]).required(true))]
pub(in crate::cli::report) struct RevenueArguments {
    /// The segments of a type: plan or lifecycle
    #[arg(long, value_parser = family)]
    family: Option<Family>,
    /// A segment, such as plan:pro. Repeat it for each
    #[arg(long)]
    segment: Vec<SegmentKey>,
    /// How an amount is divided among several segments: full, equal or last
    #[arg(long, default_value = "equal", value_parser = model)]
    model: CreditModel,
    /// Which segments it is credited to: member (those the user was in) or entered (those entered within --within before)
    #[arg(long, default_value = "member", value_parser = basis)]
    basis: CreditBasis,
    /// With --basis entered: how long before, such as 5d
    #[arg(long, value_name = "SPAN")]
    within: Option<String>,
    /// The periods to show beside the whole range: none, day, week or month
    #[arg(long, default_value = "none", value_parser = by)]
    by: By,
    /// Purchases and refunds from here on, as an RFC 3339 time or a date
    #[arg(long, value_name = "TIME")]
    from: String,
    /// Purchases and refunds before here
    #[arg(long, value_name = "TIME")]
    to: String,
    /// Count nothing later than this. By default now
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

impl From<RevenueArguments> for RevenueParams {
    fn from(arguments: RevenueArguments) -> Self {
        let RevenueArguments { family, segment, model, basis, within, by, from, to, as_of } = arguments;
        Self {
            segments: (!segment.is_empty()).then_some(segment),
            family,
            model,
            basis,
            within,
            by,
            from: GivenTime(from),
            to: GivenTime(to),
            as_of: as_of.map(GivenTime),
        }
    }
}

fn model(text: &str) -> Result<CreditModel, String> {
    named(text, "full, equal or last")
}

fn basis(text: &str) -> Result<CreditBasis, String> {
    named(text, "member or entered")
}

fn by(text: &str) -> Result<By, String> {
    named(text, "none, day, week or month")
}
