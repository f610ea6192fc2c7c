//! Forecasts.

use domain::segment::SegmentKey;
use segmentation_engine::reports::{
    forecast::{ForecastKind, ForecastParams},
    forecast_users::{ForecastChange, ForecastUsersParams},
};

use super::names::named;

#[derive(Debug, clap::Args)]
pub(in crate::cli::report) struct ForecastArguments {
    /// The segment, such as lifecycle:active
    #[arg(long)]
    segment: SegmentKey,
    /// How many days ahead, up to 90
    #[arg(long, default_value = "14", value_parser = clap::value_parser!(u32).range(1..=90))]
    days: u32,
    /// What to forecast: certain (if nobody does anything) or usual (the sizes to expect, of plan and lifecycle only)
    #[arg(long, default_value = "certain", value_parser = forecast_kind)]
    kind: ForecastKind,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli::report) struct ForecastUsersArguments {
    /// The segment, such as lifecycle:active
    #[arg(long)]
    segment: SegmentKey,
    /// How many days ahead, up to 90. With 0, whom a run would move now
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=90))]
    day: u32,
    /// Whom to list: those who leave, or those who enter
    #[arg(long, value_parser = change)]
    change: ForecastChange,
    /// The most users to list. By default all
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
}

impl From<ForecastArguments> for ForecastParams {
    fn from(ForecastArguments { segment, days, kind }: ForecastArguments) -> Self {
        Self { segment, days, kind }
    }
}

impl From<ForecastUsersArguments> for ForecastUsersParams {
    fn from(ForecastUsersArguments { segment, day, change, limit }: ForecastUsersArguments) -> Self {
        Self { segment, day, change, limit: limit.unwrap_or(u32::MAX), cursor: None }
    }
}

fn forecast_kind(text: &str) -> Result<ForecastKind, String> {
    named(text, "certain or usual")
}

fn change(text: &str) -> Result<ForecastChange, String> {
    named(text, "leave or enter")
}
