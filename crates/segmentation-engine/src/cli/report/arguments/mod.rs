//! The arguments of each report, and the params that they stand for.

mod as_of;
mod cohorts;
mod compare;
mod conversion;
mod engagement;
mod flow;
mod forecast;
mod goal;
mod lift;
mod names;
mod overlap;
mod revenue;

use clap::Subcommand;

use self::{
    as_of::AsOfArguments,
    cohorts::CohortsArguments,
    compare::CompareArguments,
    conversion::ConversionArguments,
    engagement::EngagementArguments,
    flow::FlowArguments,
    forecast::{ForecastArguments, ForecastUsersArguments},
    lift::LiftArguments,
    overlap::OverlapArguments,
    revenue::RevenueArguments,
};

#[derive(Debug, Subcommand)]
pub(super) enum Which {
    /// How segments overlap: every pair, and every combination
    Overlap(OverlapArguments),
    /// How users moved between segments from one point in time to the next
    Flow(FlowArguments),
    /// Who was in a segment at two points in time
    AsOf(AsOfArguments),
    /// How many of those who entered a segment reached a goal within some time
    Conversion(Box<ConversionArguments>),
    /// What users paid and got back, by the segments that they were in
    Revenue(RevenueArguments),
    /// How active the members of segments are
    Engagement(EngagementArguments),
    /// Users by when they began, and what they did in the periods after it
    Cohorts(Box<CohortsArguments>),
    /// Two segments side by side
    Compare(Box<CompareArguments>),
    /// What a message to a segment brought, compared with a holdout
    Lift(Box<LiftArguments>),
    /// How a segment changes if nobody does anything, or usually
    Forecast(ForecastArguments),
    /// Who leaves or enters a segment if nobody does anything
    ForecastUsers(ForecastUsersArguments),
}

impl Which {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Overlap(_) => "overlap",
            Self::Flow(_) => "flow",
            Self::AsOf(_) => "as-of",
            Self::Conversion(_) => "conversion",
            Self::Revenue(_) => "revenue",
            Self::Engagement(_) => "engagement",
            Self::Cohorts(_) => "cohorts",
            Self::Compare(_) => "compare",
            Self::Lift(_) => "lift",
            Self::Forecast(_) => "forecast",
            Self::ForecastUsers(_) => "forecast-users",
        }
    }
}
