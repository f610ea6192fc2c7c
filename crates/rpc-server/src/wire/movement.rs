//! Movements into and out of segments.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use domain::{instant::Instant, membership::Cause, segment::SegmentKey};
use persistence::reads::{members::Search, movements::Movement};
use schemars::JsonSchema;
use segmentation_engine::export_movements::MovementsAsked;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::key::{SegmentGroup, SegmentValue};
use crate::errors::Fault;

/// Whether a user entered a segment or left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MovementKind {
    Entered,
    Left,
}

impl MovementKind {
    pub(crate) fn of(entered: bool) -> Self {
        if entered { Self::Entered } else { Self::Left }
    }
}

/// The movements of a segment that are asked for.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MovementParams {
    // Not flattened once more: params are refused then.
    /// The segment's type.
    segment_type: SegmentGroup,
    /// The segment's value, unique within its type.
    segment_value: SegmentValue,
    /// The first instant of the period.
    from: DateTime<Utc>,
    /// The first instant after the period. Default: now.
    to: Option<DateTime<Utc>>,
    /// Only users who entered, or only those who left. Default: both.
    movement: Option<MovementKind>,
    /// Only users with this id, or whose name or email address contains this text, ignoring case.
    // PostgreSQL text cannot contain NUL.
    #[schemars(length(max = 256), regex(pattern = r"^[^\u0000]*$"))]
    search_query: Option<String>,
}

impl MovementParams {
    pub(crate) fn read(self, now: Instant) -> Result<(SegmentKey, MovementsAsked), Fault> {
        let [from, to] = span(self.from, self.to, now)?;
        let search = self.search_query.as_deref().and_then(Search::new);
        let entered = self.movement.map(|movement| movement == MovementKind::Entered);
        Ok((self.segment_value.of(self.segment_type), MovementsAsked { span: [from, to], entered, search }))
    }
}

/// The fault of the params' period, ignoring all others.
pub(crate) fn fault(params: &Json, now: Instant) -> Option<Fault> {
    let time = |name: &str| params.get(name).and_then(Json::as_str).and_then(|time| time.parse().ok());
    span(time("from")?, time("to"), now).err()
}

/// Without an end, up to and including this instant.
fn span(from: DateTime<Utc>, to: Option<DateTime<Utc>>, now: Instant) -> Result<[Instant; 2], Fault> {
    let (from, to) = (from.trunc_subsecs(6), to.map_or(now + TimeDelta::microseconds(1), |to| to.trunc_subsecs(6)));
    if from < to { Ok([from, to]) } else { Err(Fault::new("from", "expected a time before the end of the period")) }
}

/// A user who entered or left a segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SegmentMovement {
    /// The user's id in the host application.
    user_id: String,
    /// As stored now.
    email: String,
    /// As stored now.
    first_name: Option<String>,
    /// As stored now.
    last_name: Option<String>,
    /// Whether the user entered or left.
    movement: MovementKind,
    /// When it happened.
    at: DateTime<Utc>,
    /// Why it happened.
    cause: Cause,
    /// The run that did it. Null if none did.
    run_id: Option<i64>,
    /// Who did it. Null if a run did.
    actor: Option<String>,
}

impl From<Movement> for SegmentMovement {
    fn from(movement: Movement) -> Self {
        Self {
            user_id: movement.user_id,
            email: movement.email,
            first_name: movement.first_name,
            last_name: movement.last_name,
            movement: MovementKind::of(movement.entered),
            at: movement.place.at,
            cause: movement.cause,
            run_id: movement.run.map(|run| run.0),
            actor: movement.actor,
        }
    }
}
