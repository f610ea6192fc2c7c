//! Engagement of members.

use domain::{calendar::CalendarUnit, report::activity::ActivityKind, segment::SegmentKey};
use segmentation_engine::reports::{GivenTime, engagement::EngagementParams};

use super::names::{activity, unit};

#[derive(Debug, clap::Args)]
pub(in crate::cli::report) struct EngagementArguments {
    /// A segment, such as plan:pro. Repeat it for each, up to 10
    #[arg(long, required = true)]
    segment: Vec<SegmentKey>,
    /// The periods: day, week or month
    #[arg(long, default_value = "week", value_parser = unit)]
    by: CalendarUnit,
    /// What shows that a user was active: quizzes, events, seen
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "quizzes,events,seen", value_parser = activity)]
    activity: Vec<ActivityKind>,
    /// Periods from here on, as an RFC 3339 time or a date
    #[arg(long, value_name = "TIME")]
    from: String,
    /// Periods that begin before here
    #[arg(long, value_name = "TIME")]
    to: String,
    /// Count nothing later than this. By default now
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

impl From<EngagementArguments> for EngagementParams {
    fn from(EngagementArguments { segment, by, activity, from, to, as_of }: EngagementArguments) -> Self {
        let (from, to, as_of) = (GivenTime(from), GivenTime(to), as_of.map(GivenTime));
        Self { segments: segment, by, activity, from, to, as_of }
    }
}
