//! Cohorts.

use domain::{
    calendar::CalendarUnit,
    report::{
        activity::ActivityKind,
        cohort::{CohortClock, CohortMeasure, CohortMode, CohortStart},
    },
    segment::SegmentKey,
};
use segmentation_engine::reports::{GivenTime, cohorts::CohortsParams};

use super::{
    goal::GoalArguments,
    names::{activity, named, unit},
};

#[derive(Debug, clap::Args)]
pub(in crate::cli::report) struct CohortsArguments {
    /// When a user begins: registered, entered, first-purchase or first-event
    #[arg(long, default_value = "registered", value_parser = start)]
    start: CohortStart,
    /// What users do later: activity, member, purchase, goal or revenue
    #[arg(long, value_parser = measure)]
    measure: CohortMeasure,
    /// The segment, for --start entered and --measure member
    #[arg(long)]
    segment: Option<SegmentKey>,
    /// The name of the event, for --start first-event
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    goal: GoalArguments,
    /// The periods of cohorts and columns: day, week or month
    #[arg(long, default_value = "week", value_parser = unit)]
    by: CalendarUnit,
    /// How columns are counted: calendar, or own (from the start of each user on)
    #[arg(long, default_value = "calendar", value_parser = clock)]
    clock: CohortClock,
    /// Count users in the columns in which it happens, and in those before
    #[arg(long)]
    on_or_after: bool,
    /// How many columns
    #[arg(long, default_value_t = 12)]
    columns: u32,
    /// What shows that a user was active: quizzes, events, seen
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "quizzes,events,seen", value_parser = activity)]
    activity: Vec<ActivityKind>,
    /// Starts from here on, as an RFC 3339 time or a date
    #[arg(long, value_name = "TIME")]
    from: String,
    /// Starts before here
    #[arg(long, value_name = "TIME")]
    to: String,
    /// Count nothing later than this. By default now
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

impl From<CohortsArguments> for CohortsParams {
    fn from(arguments: CohortsArguments) -> Self {
        Self {
            start: arguments.start,
            measure: arguments.measure,
            segment: arguments.segment,
            name: arguments.name,
            goal: arguments.goal.definition(),
            goal_id: arguments.goal.goal_id,
            by: arguments.by,
            clock: arguments.clock,
            mode: if arguments.on_or_after { CohortMode::OnOrAfter } else { CohortMode::On },
            columns: arguments.columns,
            activity: arguments.activity,
            from: GivenTime(arguments.from),
            to: GivenTime(arguments.to),
            as_of: arguments.as_of.map(GivenTime),
        }
    }
}

fn measure(text: &str) -> Result<CohortMeasure, String> {
    named(text, "activity, member, purchase, goal or revenue")
}

fn clock(text: &str) -> Result<CohortClock, String> {
    named(text, "calendar or own")
}

fn start(text: &str) -> Result<CohortStart, String> {
    match text {
        "registered" => Ok(CohortStart::Registered),
        "entered" => Ok(CohortStart::Entered),
        "first-purchase" => Ok(CohortStart::FirstPurchase),
        "first-event" => Ok(CohortStart::FirstEvent),
        _ => Err("expected registered, entered, first-purchase or first-event".into()),
    }
}
