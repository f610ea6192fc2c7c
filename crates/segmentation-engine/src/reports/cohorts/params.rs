//! What callers ask.

use domain::{
    calendar::CalendarUnit,
    report::{
        activity::ActivityKind,
        cohort::{CohortClock, CohortMeasure, CohortMode, CohortStart},
        goal::GoalText,
    },
    segment::SegmentKey,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::reports::{
    GivenTime,
    given::{all_activity, week},
};

fn calendar() -> CohortClock {
    CohortClock::Calendar
}

fn on() -> CohortMode {
    CohortMode::On
}

fn twelve() -> u32 {
    12
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CohortsParams {
    /// When a user begins. A user is in the cohort of that period.
    pub start: CohortStart,
    /// What users do later.
    pub measure: CohortMeasure,
    /// The segment, for the start `entered` and the measure `member`.
    pub segment: Option<SegmentKey>,
    /// The name of the event, for the start `firstEvent`.
    #[schemars(length(max = 64))]
    pub name: Option<String>,
    /// The goal, for the measure `goal`. Give either a goal or the id of a saved one.
    pub goal: Option<GoalText>,
    /// The id of a saved goal.
    #[schemars(length(max = 64))]
    pub goal_id: Option<String>,
    /// The periods of cohorts and columns.
    #[serde(default = "week")]
    pub by: CalendarUnit,
    /// How columns are counted.
    #[serde(default = "calendar")]
    pub clock: CohortClock,
    /// Which columns a user counts in.
    #[serde(default = "on")]
    pub mode: CohortMode,
    /// How many columns: up to 30 days, 26 weeks or 24 months.
    #[serde(default = "twelve")]
    #[schemars(range(min = 1, max = 30))]
    pub columns: u32,
    /// What shows that a user was active, for the measure `activity`. By default all.
    #[serde(default = "all_activity")]
    #[schemars(length(min = 1, max = 3))]
    pub activity: Vec<ActivityKind>,
    /// Starts from here on.
    pub from: GivenTime,
    /// Starts before here.
    pub to: GivenTime,
    /// Nothing later counts. By default now.
    pub as_of: Option<GivenTime>,
}
