//! What callers ask.

use domain::{calendar::CalendarUnit, report::goal::GoalText, segment::SegmentKey};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::reports::{GivenTime, given::week};

/// Which entries count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum CountedEntries {
    /// Moves of users. Not entries by a changed definition, and of users who are seen for the first time though they were created
    /// more than 7 days before.
    #[default]
    Counted,
    /// All entries.
    All,
}

/// What counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Per {
    /// A user, at the first entry in the range.
    #[default]
    User,
    /// An entry.
    Entry,
}

/// What those who entered are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ComparedWith {
    /// The same people before they entered.
    Before,
    /// Everybody else at the same times.
    Others,
    /// How often the goal is reached in time, by members and by others.
    InsideOutside,
}

fn before_and_others() -> Vec<ComparedWith> {
    vec![ComparedWith::Before, ComparedWith::Others]
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConversionParams {
    pub segment: SegmentKey,
    /// What counts. Give either a goal or the id of a saved one.
    pub goal: Option<GoalText>,
    /// The id of a saved goal.
    #[schemars(length(max = 64))]
    pub goal_id: Option<String>,
    /// How long after the entry, such as `14d` or `12h`. At most 90 days. By default that of the saved goal, otherwise 14 days.
    #[schemars(length(max = 8))]
    pub within: Option<String>,
    /// Entries from here on.
    pub from: GivenTime,
    /// Entries before here.
    pub to: GivenTime,
    /// The periods of entries that rates are shown for.
    #[serde(default = "week")]
    pub by: CalendarUnit,
    /// Which entries count.
    #[serde(default)]
    pub entries: CountedEntries,
    /// What counts once.
    #[serde(default)]
    pub per: Per,
    /// Leave out users who had already reached the goal.
    #[serde(default)]
    pub new_only: bool,
    /// The goal counts only while the user is still a member.
    #[serde(default)]
    pub member_only: bool,
    /// What to compare with.
    #[serde(default = "before_and_others")]
    #[schemars(length(max = 3))]
    pub compare: Vec<ComparedWith>,
    /// Nothing later counts. By default now.
    pub as_of: Option<GivenTime>,
}
