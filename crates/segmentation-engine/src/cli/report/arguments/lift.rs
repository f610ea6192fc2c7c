//! Lift by a message.

use domain::segment::SegmentKey;
use segmentation_engine::reports::{GivenTime, lift::LiftParams};

use super::goal::GoalArguments;

#[derive(Debug, clap::Args)]
pub(in crate::cli::report) struct LiftArguments {
    /// The segment that gets a message, such as lifecycle:inactive
    #[arg(long)]
    segment: SegmentKey,
    /// The first and the last random bucket of the holdout, such as 0-9
    #[arg(long, value_name = "FIRST-LAST", value_parser = buckets)]
    holdout: [u8; 2],
    #[command(flatten)]
    goal: GoalArguments,
    /// How long after the entry the goal counts, such as 14d or 12h. By default as saved, otherwise 14d
    #[arg(long, value_name = "SPAN")]
    within: Option<String>,
    /// Leave out users who had already reached the goal
    #[arg(long)]
    new_only: bool,
    /// Count the goal only while the user is a member
    #[arg(long)]
    member_only: bool,
    /// Entries from here on, as an RFC 3339 time or a date
    #[arg(long, value_name = "TIME")]
    from: String,
    /// Entries before here
    #[arg(long, value_name = "TIME")]
    to: String,
    /// Count nothing later than this. By default now
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

impl From<LiftArguments> for LiftParams {
    fn from(arguments: LiftArguments) -> Self {
        Self {
            segment: arguments.segment,
            holdout: arguments.holdout.to_vec(),
            goal: arguments.goal.definition(),
            goal_id: arguments.goal.goal_id,
            within: arguments.within,
            new_only: arguments.new_only,
            member_only: arguments.member_only,
            from: GivenTime(arguments.from),
            to: GivenTime(arguments.to),
            as_of: arguments.as_of.map(GivenTime),
        }
    }
}

fn buckets(text: &str) -> Result<[u8; 2], String> {
    let ends = text.split_once('-').and_then(|(first, last)| Some([first.parse().ok()?, last.parse().ok()?]));
    ends.ok_or_else(|| "expected the first and the last bucket, such as 0-9".into())
}
