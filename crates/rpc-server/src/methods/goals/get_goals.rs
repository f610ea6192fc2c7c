//! `adminAudience.getGoals`: the saved goals.

use persistence::goals::all;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{context::Call, errors::MethodError, method::Method, wire::goal::Goal};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetGoalsParams {}

/// The saved goals.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct GetGoalsResult {
    /// By name. At most 50.
    goals: Vec<Goal>,
}

pub(crate) struct GetGoals;

impl Method for GetGoals {
    const NAME: &'static str = "adminAudience.getGoals";
    const SUMMARY: &'static str = "Lists the goals that reports can ask for by their id";
    const EXAMPLE: &'static str = include_str!("get_goals.example.json");
    type Params = GetGoalsParams;
    type Result = GetGoalsResult;

    async fn call(call: &Call, _: GetGoalsParams) -> Result<GetGoalsResult, MethodError> {
        let goals = all(call.database().connection()).await?;
        Ok(GetGoalsResult { goals: goals.into_iter().map(Goal::from).collect() })
    }
}
