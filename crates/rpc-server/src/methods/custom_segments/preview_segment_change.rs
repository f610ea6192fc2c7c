//! `adminAudience.previewSegmentChange`: who would enter, leave and stay if an edit were saved.

use domain::criteria::SegmentNames;
use persistence::{membership::Link, reads::preview::Sampled, segments::custom};
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
    /// Whether the whole is negated; false unless given.
    #[serde(default)]
    not: bool,
    /// How many users to show of those who enter, of those who leave and of those who stay.
    #[serde(default = "default_of::<10>")]
    #[schemars(range(min = 0, max = 50))]
    sample_size: u32,
}

/// What a save would do, admins' decisions considered.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PreviewSegmentChangeResult {
    /// Whether there was no time to count everyone: then all counts are estimated from some of the users.
    is_estimate: bool,
    /// Users who were counted: all of them, or those whom the counts are estimated from.
    counted_users: i64,
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
    /// The active segments that refer to this one, directly or through others: their members would follow in the same save.
    dependants: Vec<DependantChange>,
}

/// What a save would do to a segment that refers to the one that is saved.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DependantChange {
    /// `type:value`.
    id: String,
    /// For people.
    name: String,
    /// How many users would enter it.
    enter: i64,
    /// How many would leave it.
    leave: i64,
}

/// Users to whom a save would do the same.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Group {
    /// How many they are.
    count: i64,
    /// Some of them: fewer than asked for if there are no more, or was no time to find them.
    sample_users: Vec<UserSummary>,
}

pub(crate) struct PreviewSegmentChange;

impl Method for PreviewSegmentChange {
    const NAME: &'static str = "adminAudience.previewSegmentChange";
    const SUMMARY: &'static str = "Counts and samples who would enter, leave and stay if an edit were saved, and counts what would follow in other segments";
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
        // The users, the fates in their order, and then every dependant.
        let (&[total_users, enter, leave, stay, ref followed @ ..], [entering, leaving, staying]) =
            (&answer.counts[..], <[_; 3]>::try_from(answer.samples).map_err(|_| incomplete())?)
        else {
            return Err(incomplete());
        };
        Ok(PreviewSegmentChangeResult {
            is_estimate: answer.estimated_from.is_some(),
            counted_users: answer.estimated_from.unwrap_or(total_users),
            total_users,
            is_active: stored.is_active,
            enter: group(enter, entering),
            leave: group(leave, leaving),
            stay: group(stay, staying),
            dependants: changes(&dependants, followed, &names),
        })
    }
}

fn of_dependant<'a>(call: &Call, dependant: &'a Dependant) -> Link<'a> {
    Link { key: &dependant.key, rule: saving::rule(call, dependant.id, &dependant.criteria) }
}

/// Two counts of each dependant: who would enter, and who would leave.
fn changes(dependants: &[Dependant], counts: &[i64], names: &SegmentNames) -> Vec<DependantChange> {
    let change = |(dependant, counts): (&Dependant, &[i64])| DependantChange {
        id: dependant.key.to_string(),
        name: names.get(&dependant.key).cloned().unwrap_or_default(),
        enter: counts[0],
        leave: counts[1],
    };
    dependants.iter().zip(counts.chunks_exact(2)).map(change).collect()
}

fn incomplete() -> MethodError {
    MethodError::Internal("a preview without its counts".into())
}

fn group(count: i64, sample: Vec<Sampled>) -> Group {
    Group { count, sample_users: sample.into_iter().map(UserSummary::from).collect() }
}
