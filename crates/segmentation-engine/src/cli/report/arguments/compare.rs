//! Two segments side by side.

use domain::{report::activity::ActivityKind, segment::SegmentKey};
use segmentation_engine::reports::{GivenTime, compare_segments::CompareSegmentsParams};

use super::{goal::GoalArguments, names::activity};

#[derive(Debug, clap::Args)]
pub(in crate::cli::report) struct CompareArguments {
    /// The first segment, such as plan:pro
    #[arg(long)]
    a: SegmentKey,
    /// The second one
    #[arg(long)]
    b: SegmentKey,
    #[command(flatten)]
    goal: GoalArguments,
    /// How long after the entry the goal counts, such as 14d or 12h. By default as saved, otherwise 14d
    #[arg(long, value_name = "SPAN", requires = "goal")]
    within: Option<String>,
    /// What shows that a user was active: quizzes, events, seen
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "quizzes,events,seen", value_parser = activity)]
    activity: Vec<ActivityKind>,
    /// From here on, as an RFC 3339 time or a date
    #[arg(long, value_name = "TIME")]
    from: String,
    /// Before here
    #[arg(long, value_name = "TIME")]
    to: String,
    /// Count nothing later than this. By default now
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

impl From<CompareArguments> for CompareSegmentsParams {
    fn from(arguments: CompareArguments) -> Self {
        Self {
            a: arguments.a,
            b: arguments.b,
            goal: arguments.goal.definition(),
            goal_id: arguments.goal.goal_id,
            within: arguments.within,
            activity: arguments.activity,
            from: GivenTime(arguments.from),
            to: GivenTime(arguments.to),
            as_of: arguments.as_of.map(GivenTime),
        }
    }
}
