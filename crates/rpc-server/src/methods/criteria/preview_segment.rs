//! `adminAudience.previewSegment`: whom a definition would select, before it is saved.

use domain::period::Moment;
use schemars::JsonSchema;
use segmentation_engine::preview::Matching;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{Fault, MethodError},
    method::Method,
    params::default_of,
    wire::{
        criteria::{self, CombineWith, CriteriaItem, OutermostSet},
        user::UserSummary,
    },
};

/// The definition to try.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PreviewSegmentParams {
    /// Who is to be selected: at least one condition or set.
    #[schemars(with = "Vec<CriteriaItem>")]
    criteria: Json,
    /// How the items of the list combine.
    combine_with: CombineWith,
    /// Whether the whole is negated; false unless given.
    #[serde(default)]
    not: bool,
    /// How many matching users to show.
    #[serde(default = "default_of::<10>")]
    #[schemars(range(min = 0, max = 50))]
    sample_size: u32,
}

/// Whom it selects.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PreviewSegmentResult {
    /// Whether there was no time to count everyone: then all counts are estimated from some of the users.
    is_estimate: bool,
    /// Users who were counted: all of them, or those whom the counts are estimated from.
    counted_users: i64,
    /// Users who match.
    match_count: i64,
    /// Users there are.
    total_users: i64,
    /// Some of those who match: fewer than asked for if there are no more, or was no time to find them.
    sample_users: Vec<UserSummary>,
    /// Every condition and every set on its own, outermost first, in the order of the definition.
    conditions: Vec<ConditionCount>,
}

/// How many users match one condition or set, whatever stands beside it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ConditionCount {
    /// Where it stands: `criteria[0]`, or within a set `criteria[1].criteria[0]`.
    path: String,
    /// How many match it.
    count: i64,
}

pub(crate) struct PreviewSegment;

impl Method for PreviewSegment {
    const NAME: &'static str = "adminAudience.previewSegment";
    const SUMMARY: &'static str =
        "Counts and samples the users whom a definition selects, and counts each of its parts";
    const EXAMPLE: &'static str = include_str!("preview_segment.example.json");
    type Params = PreviewSegmentParams;
    type Result = PreviewSegmentResult;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        criteria::faults(call.database().connection(), params, call.context.zone).await
    }

    async fn call(call: &Call, params: PreviewSegmentParams) -> Result<PreviewSegmentResult, MethodError> {
        let moment = Moment { now: call.context.now(), zone: call.context.zone };
        let PreviewSegmentParams { criteria, combine_with, not, sample_size } = params;
        let set = OutermostSet { criteria, combine_with, not };
        let criteria = criteria::read(call.database().connection(), set, moment.zone).await?;
        let answer = call.preview(&Matching { criteria: &criteria, moment }, sample_size).await?;
        // The users, the matches, and then every part.
        let [total_users, match_count, parts @ ..] = &answer.counts[..] else {
            return Err(MethodError::Internal("a preview without its counts".into()));
        };
        let conditions = criteria.paths().into_iter().zip(parts);
        Ok(PreviewSegmentResult {
            is_estimate: answer.estimated_from.is_some(),
            counted_users: answer.estimated_from.unwrap_or(*total_users),
            match_count: *match_count,
            total_users: *total_users,
            sample_users: answer.samples.into_iter().flatten().map(UserSummary::from).collect(),
            conditions: conditions.map(|(path, count)| ConditionCount { path, count: *count }).collect(),
        })
    }
}
