//! `adminAudience.previewSegmentChange`: who would enter, leave and stay if an edit were saved.

use domain::criteria::SegmentNames;
use persistence::{
    membership::{EffectCounts, Link, MembershipEffect},
    reads::preview::Sampled,
    segments::custom,
};
use schemars::JsonSchema;
use segmentation_engine::{
    preview::Changing,
    segments::follow::{self, Dependant},
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    lookup,
    method::Method,
    params::default_of,
    saving,
    wire::{
        criteria::{self, CombineWith, OutermostSet},
        definition::{CriteriaList, CustomSegmentValue},
        user::UserSummary,
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PreviewSegmentChangeParams {
    /// Identifies the segment.
    segment_value: CustomSegmentValue,
    /// The conditions for membership: at least one condition or set.
    #[schemars(with = "CriteriaList")]
    criteria: Json,
    /// How the items of the list are combined.
    combine_with: CombineWith,
    /// Negates the whole definition. Default: false.
    #[serde(default)]
    not: bool,
    /// Size of each sample: of users who enter, leave and stay.
    #[serde(default = "default_of::<10>")]
    #[schemars(range(min = 0, max = 50))]
    sample_size: u32,
}

/// What saving would do, taking overrides into account.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PreviewSegmentChangeResult {
    /// True if the time limit was reached before all users were counted. All counts are then estimates from a sample.
    is_estimate: bool,
    /// Number of users counted: all of them, or the sample that the estimates are based on.
    counted_users: i64,
    /// Total number of users.
    total_users: i64,
    /// True if saving applies the change immediately. False if the segment is inactive: activating it applies the
    /// change.
    is_active: bool,
    /// Users who would enter.
    enter: Group,
    /// Users who would leave.
    leave: Group,
    /// Users who would stay.
    stay: Group,
    /// Active segments that refer to this one, directly or indirectly. Saving updates their members too.
    dependants: Vec<DependantChange>,
}

/// What saving would do to a segment that refers to this one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DependantChange {
    /// The segment's key, `type:value`.
    id: String,
    /// The segment's display name.
    name: String,
    /// Number of users who would enter.
    enter: i64,
    /// Number of users who would leave.
    leave: i64,
}

/// A group of users.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Group {
    /// Number of users in the group.
    count: i64,
    /// A sample of these users. It has fewer than requested if there are no more, or if the time limit was reached.
    sample_users: Vec<UserSummary>,
}

pub(crate) struct PreviewSegmentChange;

impl Method for PreviewSegmentChange {
    const NAME: &'static str = "adminAudience.previewSegmentChange";
    const SUMMARY: &'static str = "Counts and samples the users who would enter, leave and stay if an edit were saved, and counts the changes in dependent segments";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("preview_segment_change.example.json");
    type Params = PreviewSegmentChangeParams;
    type Result = PreviewSegmentChangeResult;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        criteria::faults(call.database().connection(), params, call.context.zone).await
    }

    async fn call(call: &Call, params: PreviewSegmentChangeParams) -> Result<PreviewSegmentChangeResult, MethodError> {
        let PreviewSegmentChangeParams { segment_value, criteria, combine_with, not, sample_size } = params;
        let key = segment_value.key();
        let snapshot = call.database().begin_snapshot().await?;
        let (stored, _) = lookup::custom_segment(&snapshot, &key).await?;
        let zone = call.context.zone;
        let criteria = criteria::read(&snapshot, OutermostSet { criteria, combine_with, not }, zone).await?;
        criteria.refuse_cycle(&key, &saving::references(&snapshot, zone).await?)?;
        let rule = saving::rule(call, stored.id, &criteria);
        let dependants = follow::dependants(&snapshot, rule).await?;
        let names = custom::names(&snapshot).await?;
        snapshot.rollback().await?;
        let link = |dependant| of_dependant(call, dependant);
        let question = Changing { rule: Link { key: &key, rule }, dependants: dependants.iter().map(link).collect() };
        let answer = call.preview(&question, sample_size).await?;
        let (own, samples) = (answer.counts.own, &answer.samples);
        Ok(PreviewSegmentChangeResult {
            is_estimate: answer.estimated_from.is_some(),
            counted_users: answer.counted_users(),
            total_users: own.users,
            is_active: stored.is_active,
            enter: group(own.enter, samples.of(MembershipEffect::Enters)),
            leave: group(own.leave, samples.of(MembershipEffect::Leaves)),
            stay: group(own.stay, samples.of(MembershipEffect::Stays)),
            dependants: changes(&dependants, &answer.counts.dependants, &names),
        })
    }
}

fn of_dependant<'a>(call: &Call, dependant: &'a Dependant) -> Link<'a> {
    Link { key: &dependant.key, rule: saving::rule(call, dependant.id, &dependant.criteria) }
}

fn changes(dependants: &[Dependant], counts: &[EffectCounts], names: &SegmentNames) -> Vec<DependantChange> {
    let change = |(dependant, counts): (&Dependant, &EffectCounts)| DependantChange {
        id: dependant.key.to_string(),
        name: names.get(&dependant.key).cloned().unwrap_or_default(),
        enter: counts.enter,
        leave: counts.leave,
    };
    dependants.iter().zip(counts).map(change).collect()
}

fn group(count: i64, sample: &[Sampled]) -> Group {
    Group { count, sample_users: sample.iter().cloned().map(UserSummary::from).collect() }
}
