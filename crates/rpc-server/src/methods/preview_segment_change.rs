//! `adminAudience.previewSegmentChange`: who would enter, leave and stay if an edit were saved.

use persistence::{
    Transaction,
    members::{Fate, Rule},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{
    call::Call,
    errors::{ErrorKind, Fault, MethodError},
    lookup,
    registry::Method,
    saving,
    wire::{
        criteria::{self, CombineWith},
        definition::{CriteriaList, CustomSegmentValue},
        sample::{self, SampleUser},
        saved::SavedSegment,
    },
};

/// The edit to try.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PreviewSegmentChangeParams {
    /// Which segment.
    segment_value: CustomSegmentValue,
    /// Who is to belong to it: at least one condition or set.
    #[schemars(with = "CriteriaList")]
    criteria: Json,
    /// How the items of the list combine.
    combine_with: CombineWith,
    /// How many users to show of those who enter, of those who leave and of those who stay.
    #[serde(default = "sample::usual_size")]
    #[schemars(range(min = 0, max = 50))]
    sample_size: u32,
}

/// What a save would do, admins' decisions considered.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PreviewSegmentChangeResult {
    /// Users there are.
    total_users: i64,
    /// Whether a save would do it at once; otherwise the segment is inactive, and activating it would.
    is_active: bool,
    /// Those who would enter.
    enter: Group,
    /// Those who would leave.
    leave: Group,
    /// Those who would stay.
    stay: Group,
}

/// Users to whom a save would do the same.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Group {
    /// How many they are.
    count: i64,
    /// Some of them.
    sample_users: Vec<SampleUser>,
}

pub(crate) struct PreviewSegmentChange;

impl Method for PreviewSegmentChange {
    const NAME: &'static str = "adminAudience.previewSegmentChange";
    const SUMMARY: &'static str = "Counts and samples who would enter, leave and stay if an edit were saved";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    type Params = PreviewSegmentChangeParams;
    type Result = PreviewSegmentChangeResult;

    fn example() -> (Json, Json) {
        let nobody = json!({"count": 0, "sampleUsers": []});
        (
            json!({
                "segmentValue": SavedSegment::EXAMPLE_VALUE, "combineWith": "AND", "sampleSize": 0,
                "criteria": [{"field": "currentStreak", "operator": ">=", "value": 14}],
            }),
            json!({
                "totalUsers": 32593, "isActive": true, "enter": nobody,
                "leave": {"count": 97, "sampleUsers": []}, "stay": {"count": 315, "sampleUsers": []},
            }),
        )
    }

    async fn faults(call: &Call, params: &Json) -> Result<Vec<Fault>, MethodError> {
        criteria::faults(call.database().connection(), params, call.context.zone).await
    }

    async fn call(call: &Call, params: PreviewSegmentChangeParams) -> Result<PreviewSegmentChangeResult, MethodError> {
        let key = params.segment_value.key();
        let snapshot = call.database().begin_snapshot().await?;
        let (stored, _) = lookup::custom_segment(&snapshot, &key).await?;
        let zone = call.context.zone;
        let criteria = criteria::read(&snapshot, params.criteria, params.combine_with, zone).await?;
        criteria.refuse_cycle(&key, &saving::references(&snapshot, zone).await?)?;
        let rule = saving::rule(call, stored.id, &criteria);
        let fates = rule.fates(&snapshot).await?;
        let size = params.sample_size.into();
        let answer = PreviewSegmentChangeResult {
            total_users: fates.users,
            is_active: stored.is_active,
            enter: group(&snapshot, &rule, Fate::Enters, fates.enter, size).await?,
            leave: group(&snapshot, &rule, Fate::Leaves, fates.leave, size).await?,
            stay: group(&snapshot, &rule, Fate::Stays, fates.stay, size).await?,
        };
        snapshot.rollback().await?;
        Ok(answer)
    }
}

async fn group(
    snapshot: &Transaction,
    rule: &Rule<'_>,
    fate: Fate,
    count: i64,
    size: u64,
) -> Result<Group, MethodError> {
    // Asked for no more than there are, so that the last of them ends the search.
    let sample = match size.min(count.unsigned_abs()) {
        0 => Vec::new(),
        size => rule.sample(snapshot, fate, size).await?,
    };
    Ok(Group { count, sample_users: sample.into_iter().map(SampleUser::from).collect() })
}
