//! Saved goals.

use domain::{instant::Instant, report::goal::GoalText};
use persistence::goals::SavedGoal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The id of a saved goal.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct GoalId(#[schemars(length(max = 64), regex(pattern = "^[A-Za-z0-9_-]+$"))] pub(crate) String);

/// A goal that is kept under a name.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Goal {
    id: String,
    name: String,
    /// What counts.
    goal: GoalText,
    /// How long after an entry, unless a report says otherwise.
    within: String,
    /// Who saved it last.
    changed_by: String,
    changed_at: Instant,
}

impl From<SavedGoal> for Goal {
    fn from(goal: SavedGoal) -> Self {
        let SavedGoal { id, name, goal, within, changed_by, changed_at } = goal;
        Self { id, name, goal, within, changed_by, changed_at }
    }
}
