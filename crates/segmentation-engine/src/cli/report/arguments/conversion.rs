//! Conversion of those who enter.

use domain::{calendar::CalendarUnit, segment::SegmentKey};
use segmentation_engine::reports::{
    GivenTime,
    conversion::{ComparedWith, ConversionParams, CountedEntries, Per},
};

use super::{goal::GoalArguments, names::unit};

#[derive(Debug, clap::Args)]
pub(in crate::cli::report) struct ConversionArguments {
    /// The segment, such as lifecycle:inactive
    #[arg(long)]
    segment: SegmentKey,
    #[command(flatten)]
    goal: GoalArguments,
    /// How long after the entry the goal counts, such as 14d or 12h. By default as saved, otherwise 14d
    #[arg(long, value_name = "SPAN")]
    within: Option<String>,
    /// Entries from here on, as an RFC 3339 time or a date
    #[arg(long, value_name = "TIME")]
    from: String,
    /// Entries before here
    #[arg(long, value_name = "TIME")]
    to: String,
    /// The periods of entries: day, week or month
    #[arg(long, default_value = "week", value_parser = unit)]
    by: CalendarUnit,
    /// Count all entries, also those by a changed definition and of users seen for the first time
    #[arg(long)]
    all_entries: bool,
    /// Count every entry, not the first of each user alone
    #[arg(long)]
    per_entry: bool,
    /// Leave out users who had already reached the goal
    #[arg(long)]
    new_only: bool,
    /// Count the goal only while the user is a member
    #[arg(long)]
    member_only: bool,
    /// What to compare with: before, others, inside-outside
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "before,others", value_parser = compared)]
    compare: Vec<ComparedWith>,
    /// Count nothing later than this. By default now
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

impl From<ConversionArguments> for ConversionParams {
    fn from(arguments: ConversionArguments) -> Self {
        Self {
            segment: arguments.segment,
            goal: arguments.goal.definition(),
            goal_id: arguments.goal.goal_id,
            within: arguments.within,
            from: GivenTime(arguments.from),
            to: GivenTime(arguments.to),
            by: arguments.by,
            entries: if arguments.all_entries { CountedEntries::All } else { CountedEntries::Counted },
            per: if arguments.per_entry { Per::Entry } else { Per::User },
            new_only: arguments.new_only,
            member_only: arguments.member_only,
            compare: arguments.compare,
            as_of: arguments.as_of.map(GivenTime),
        }
    }
}

fn compared(text: &str) -> Result<ComparedWith, String> {
    match text {
        "before" => Ok(ComparedWith::Before),
        "others" => Ok(ComparedWith::Others),
        "inside-outside" => Ok(ComparedWith::InsideOutside),
        _ => Err("expected before, others or inside-outside".into()),
    }
}
