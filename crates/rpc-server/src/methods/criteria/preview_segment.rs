//! `adminAudience.previewSegment`: counts and samples the users that match an unsaved definition.

use persistence::reads::preview::CountedItem;
use schemars::JsonSchema;
use segmentation_engine::preview::{Matches, Matching};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{Fault, MethodError},
    method::Method,
    params::default_of,
    wire::{
        criteria::{self, OutermostSet},
        user::UserSummary,
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PreviewSegmentParams {
    #[serde(flatten)]
    set: OutermostSet,
    /// Size of the sample.
    #[serde(default = "default_of::<10>")]
    #[schemars(range(min = 0, max = 50))]
    sample_size: u32,
}

/// The users that match a definition.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PreviewSegmentResult {
    /// True if the time limit was reached before all users were counted. All counts are then estimates from a sample.
    is_estimate: bool,
    /// Number of users counted: all of them, or the sample that the estimates are based on.
    counted_users: i64,
    /// Number of users who match.
    match_count: i64,
    /// Total number of users.
    total_users: i64,
    /// A sample of the matching users. It has fewer than requested if there are no more, or if the time limit was
    /// reached.
    sample_users: Vec<UserSummary>,
    /// The counts of each condition and set, outermost first, in the order of the definition.
    conditions: Vec<ConditionCount>,
}

/// How many users match one condition or set, and how many remain after it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ConditionCount {
    /// The path of the part: `criteria[0]`, or `criteria[1].criteria[0]` within a set.
    path: String,
    /// Number of users who match, ignoring all other parts.
    count: i64,
    /// Number of users who match this part and all parts before it in the same set. `null` in a set that is combined
    /// with `OR`.
    remaining: Option<i64>,
}

impl From<CountedItem> for ConditionCount {
    fn from(CountedItem { path, count, remaining }: CountedItem) -> Self {
        Self { path, count, remaining }
    }
}

pub(crate) struct PreviewSegment;

impl Method for PreviewSegment {
    const NAME: &'static str = "adminAudience.previewSegment";
    const SUMMARY: &'static str = "Counts and samples the users who match a definition, and counts each of its parts";
    const EXAMPLE: &'static str = include_str!("preview_segment.example.json");
    type Params = PreviewSegmentParams;
    type Result = PreviewSegmentResult;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        criteria::faults(call.database().connection(), params, call.context.zone).await
    }

    async fn call(call: &Call, params: PreviewSegmentParams) -> Result<PreviewSegmentResult, MethodError> {
        let moment = call.moment();
        let criteria = criteria::read(call.database().connection(), params.set, moment.zone).await?;
        let mut answer = call.preview(&Matching { criteria: &criteria, moment }, params.sample_size).await?;
        Ok(PreviewSegmentResult {
            is_estimate: answer.estimated_from.is_some(),
            counted_users: answer.counted_users(),
            match_count: answer.counts.matches,
            total_users: answer.counts.users,
            sample_users: answer.samples.take(Matches).into_iter().map(UserSummary::from).collect(),
            conditions: answer.counts.items.into_iter().map(ConditionCount::from).collect(),
        })
    }
}
