//! Alerts, as the API shows them.

use chrono::{DateTime, Utc};
use domain::{
    alert::{AlertBase, AlertDirection, AlertId, AlertKind, AlertState},
    segment::SegmentKey,
};
use schemars::JsonSchema;
use segmentation_engine::alerts;
use serde::{Deserialize, Serialize};

/// The id of an alert.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct AlertIdText(#[schemars(length(max = 27), regex(pattern = "^al_[0-9a-f]{24}$"))] String);

impl From<AlertIdText> for AlertId {
    fn from(text: AlertIdText) -> Self {
        Self(text.0)
    }
}

/// A rule that watches a segment, and where it stands.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Alert {
    /// The alert's id.
    alert_id: String,
    /// The segment that it watches.
    segment: SegmentKey,
    /// What it watches for.
    kind: AlertKind,
    /// In members, users, percent or hours, as the kind says.
    threshold: u64,
    /// The changes that count. Null unless it watches a change.
    direction: Option<AlertDirection>,
    /// What the size is compared with. Null unless it watches a change.
    against: Option<AlertBase>,
    /// With a smaller base there is nothing to compare with. Null unless it watches a change.
    min_size: Option<u64>,
    /// For so long after it fired, it does not fire again.
    cooldown_hours: u32,
    /// Where it stands.
    state: AlertState,
    /// Since when it stands there.
    since: DateTime<Utc>,
    /// When it last fired.
    fired_at: Option<DateTime<Utc>>,
    /// What was seen last: a size, a number of users, or hours. Null before the first look.
    observed: Option<u64>,
    /// What a size was compared with. Null if there is nothing to compare with.
    base: Option<u64>,
    /// When it was last looked at.
    looked_at: Option<DateTime<Utc>>,
    /// When it was created.
    created_at: DateTime<Utc>,
    /// Who saved it last.
    changed_by: String,
    /// When it was last saved.
    changed_at: DateTime<Utc>,
}

impl From<alerts::Alert> for Alert {
    fn from(alerts::Alert { rule, segment }: alerts::Alert) -> Self {
        let change = rule.condition.change();
        Self {
            alert_id: rule.id.0,
            segment,
            kind: rule.condition.kind(),
            threshold: rule.condition.threshold(),
            direction: change.map(|change| change.direction),
            against: change.map(|change| change.against),
            min_size: change.map(|change| change.min_size),
            cooldown_hours: rule.cooldown_hours,
            state: rule.standing.state,
            since: rule.standing.since,
            fired_at: rule.standing.fired_at,
            observed: rule.seen.map(|(seen, _)| seen.observed),
            base: rule.seen.and_then(|(seen, _)| seen.base),
            looked_at: rule.seen.map(|(_, at)| at),
            created_at: rule.created_at,
            changed_by: rule.changed_by,
            changed_at: rule.changed_at,
        }
    }
}
