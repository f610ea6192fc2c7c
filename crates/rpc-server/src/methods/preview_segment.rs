//! `adminAudience.previewSegment`: whom a definition would select, before it is saved.

use domain::period::Moment;
use persistence::preview;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{
    call::Call,
    errors::{Fault, MethodError},
    registry::Method,
    wire::{
        criteria::{self, CombineWith, CriteriaItem},
        sample::{self, SampleUser},
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
    /// How many matching users to show.
    #[serde(default = "sample::usual_size")]
    #[schemars(range(min = 0, max = 50))]
    sample_size: u32,
}

/// Whom it selects.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PreviewSegmentResult {
    /// Users who match.
    match_count: i64,
    /// Users there are.
    total_users: i64,
    /// Some of those who match.
    sample_users: Vec<SampleUser>,
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
    type Params = PreviewSegmentParams;
    type Result = PreviewSegmentResult;

    fn example() -> (Json, Json) {
        let user = json!({
            "id": "11391", "email": "ann@example.org", "firstName": "Ann", "lastName": null, "plan": "PRO",
            "lastActivityAt": "2014-10-14T17:03:20Z", "createdAt": "2014-02-01T00:00:00Z",
        });
        (
            json!({
                "combineWith": "AND", "sampleSize": 1,
                "criteria": [
                    {"field": "plan", "operator": "equals", "value": "PRO"},
                    {"field": "currentStreak", "operator": ">=", "value": 7},
                ],
            }),
            json!({
                "matchCount": 412, "totalUsers": 32593, "sampleUsers": [user],
                "conditions": [{"path": "criteria[0]", "count": 6518}, {"path": "criteria[1]", "count": 2104}],
            }),
        )
    }

    async fn faults(call: &Call, params: &Json) -> Result<Vec<Fault>, MethodError> {
        criteria::faults(call.database().connection(), params, call.context.zone).await
    }

    async fn call(call: &Call, params: PreviewSegmentParams) -> Result<PreviewSegmentResult, MethodError> {
        let moment = Moment { now: call.context.now(), zone: call.context.zone };
        let snapshot = call.database().begin_snapshot().await?;
        let criteria = criteria::read(&snapshot, params.criteria, params.combine_with, moment.zone).await?;
        let counted = preview::count(&snapshot, &criteria, moment).await?;
        let size = params.sample_size.into();
        let sample = preview::sample(&snapshot, &criteria, moment, counted.matches, size).await?;
        snapshot.rollback().await?;
        Ok(PreviewSegmentResult {
            match_count: counted.matches,
            total_users: counted.users,
            sample_users: sample.into_iter().map(SampleUser::from).collect(),
            conditions: counted.items.into_iter().map(|(path, count)| ConditionCount { path, count }).collect(),
        })
    }
}
