//! `adminAudience.previewSegmentChange`: who would enter, leave and stay if an edit were saved.

use schemars::JsonSchema;
use segmentation_engine::segments::preview_change::{self, AffectedUsers, PreviewLimits, preview_change};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    params::default_of,
    wire::{
        criteria::{self, OutermostSet},
        definition::CustomSegmentValue,
        user::UserSummary,
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PreviewSegmentChangeParams {
    /// Identifies the segment.
    segment_value: CustomSegmentValue,
    #[serde(flatten)]
    set: OutermostSet,
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
        let (key, set) = (params.segment_value.key(), params.set.into_json());
        let turn = call.preview_turn().await?;
        let limits = PreviewLimits { sample_size: params.sample_size.into(), budget: turn.limit };
        let preview = preview_change(call.database(), &key, &set, call.moment(), limits, call.gone()).await?;
        let preview = preview.ok_or(MethodError::TryAgain)?;
        Ok(PreviewSegmentChangeResult {
            is_estimate: preview.estimated_from.is_some(),
            counted_users: preview.estimated_from.unwrap_or(preview.total_users),
            total_users: preview.total_users,
            is_active: preview.is_active,
            enter: preview.enter.into(),
            leave: preview.leave.into(),
            stay: preview.stay.into(),
            dependants: preview.dependants.into_iter().map(DependantChange::from).collect(),
        })
    }
}

impl From<AffectedUsers> for Group {
    fn from(affected: AffectedUsers) -> Self {
        Self { count: affected.count, sample_users: affected.sample.into_iter().map(UserSummary::from).collect() }
    }
}

impl From<preview_change::DependantChange> for DependantChange {
    fn from(change: preview_change::DependantChange) -> Self {
        Self { id: change.key.to_string(), name: change.name, enter: change.enter, leave: change.leave }
    }
}
