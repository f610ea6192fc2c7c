//! `adminAudience.saveGoal`: saves a goal under a name, or changes one.

use domain::report::goal::GoalText;
use schemars::JsonSchema;
use segmentation_engine::goals::{SavedAs, WantedGoal, save};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    wire::goal::{Goal, GoalId},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SaveGoalParams {
    /// The goal to replace. By default a new one.
    id: Option<GoalId>,
    /// The name. Unique among goals, ignoring case. Has no line breaks, tabs, or invisible or direction characters. Leading and
    /// trailing spaces are removed.
    #[schemars(length(min = 1, max = 100), regex(pattern = r"^[^\u0000]*$"))]
    name: String,
    /// What counts.
    goal: GoalText,
    /// How long after an entry, such as `14d` or `12h`. At most 90 days.
    #[serde(default = "two_weeks")]
    #[schemars(length(max = 8))]
    within: String,
}

fn two_weeks() -> String {
    "14d".into()
}

/// The saved goal.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct SaveGoalResult {
    /// Always true. Failures are returned as errors.
    success: bool,
    goal: Goal,
}

pub(crate) struct SaveGoal;

impl Method for SaveGoal {
    const NAME: &'static str = "adminAudience.saveGoal";
    const SUMMARY: &'static str = "Saves a goal under a name, so that reports can ask for it. A change applies to all figures from \
                                   then on, of the past too";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("save_goal.example.json");
    type Params = SaveGoalParams;
    type Result = SaveGoalResult;

    async fn faults(_: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        let read = serde_json::from_value::<SaveGoalParams>(params);
        let faults = read.map(|params| wanted(params).faults()).unwrap_or_default();
        Ok(faults.into_iter().map(Fault::from).collect())
    }

    async fn call(call: &Call, params: SaveGoalParams) -> Result<SaveGoalResult, MethodError> {
        let existing = params.id.clone().map(|id| SavedAs::Existing(id.0));
        let saved_as = existing.unwrap_or_else(|| SavedAs::New(Uuid::new_v4().to_string()));
        let goal = save(call.database(), &saved_as, &wanted(params), call.context.now(), &call.audit).await?;
        Ok(SaveGoalResult { success: true, goal: goal.into() })
    }
}

fn wanted(SaveGoalParams { id: _, name, goal, within }: SaveGoalParams) -> WantedGoal {
    WantedGoal { name, goal, within }
}
