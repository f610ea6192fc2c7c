//! `adminAudience.deleteGoal`: deletes a saved goal.

use schemars::JsonSchema;
use segmentation_engine::goals::delete;
use serde::Deserialize;

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::{goal::GoalId, success::Success},
};

/// Identifies the goal.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeleteGoalParams {
    id: GoalId,
}

pub(crate) struct DeleteGoal;

impl Method for DeleteGoal {
    const NAME: &'static str = "adminAudience.deleteGoal";
    const SUMMARY: &'static str = "Deletes a saved goal";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("delete_goal.example.json");
    type Params = DeleteGoalParams;
    type Result = Success;

    async fn call(call: &Call, params: DeleteGoalParams) -> Result<Success, MethodError> {
        delete(call.database(), &params.id.0, call.context.now(), &call.audit).await?;
        Ok(Success::DONE)
    }
}
