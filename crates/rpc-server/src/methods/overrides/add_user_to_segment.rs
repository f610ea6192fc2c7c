//! `adminAudience.addUserToSegment`: puts a user into a segment, whatever its rule says.

use domain::instant::{Instant, parse_instant};
use persistence::membership::overrides::Decision;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::{
    context::Call,
    decision::Decided,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    wire::{
        key::{SegmentGroup, SegmentValue, UserIdText},
        success::Success,
    },
};

/// Whom to put into which segment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AddUserToSegmentParams {
    /// The host application's id of the user.
    user_id: UserIdText,
    /// The segment's group.
    segment_type: SegmentGroup,
    /// The segment's name within the group.
    segment_value: SegmentValue,
    /// Why: kept with the decision and in the audit log.
    // PostgreSQL has no NUL in texts.
    #[schemars(length(max = 500), regex(pattern = r"^[^\u0000]*$"))]
    reason: Option<String>,
    /// Until when, an RFC 3339 time to come; for good unless given. The first run after it lets the rule speak again.
    #[schemars(extend("format" = "date-time"))]
    expires_at: Option<String>,
}

pub(crate) struct AddUserToSegment;

impl Method for AddUserToSegment {
    const NAME: &'static str = "adminAudience.addUserToSegment";
    const SUMMARY: &'static str = "Puts a user into a segment whatever its rule says, for good or until a time";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("add_user_to_segment.example.json");
    type Params = AddUserToSegmentParams;
    type Result = Success;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        let expires_at = params.get("expiresAt").and_then(Json::as_str);
        Ok(expires_at.and_then(|text| time_to_come(text, call.context.now()).err()).into_iter().collect())
    }

    async fn call(call: &Call, params: AddUserToSegmentParams) -> Result<Success, MethodError> {
        let time = |text| time_to_come(text, call.context.now());
        let expires_at = params.expires_at.as_deref().map(time).transpose();
        let expires_at = expires_at.map_err(|fault| MethodError::InvalidParams(vec![fault]))?;
        let decided = Decided {
            user: params.user_id.into(),
            segment: params.segment_value.of(params.segment_type),
            decision: Decision::Include,
            reason: params.reason,
            expires_at,
        };
        decided.carry_out::<Self>(call).await
    }
}

fn time_to_come(text: &str, now: Instant) -> Result<Instant, Fault> {
    let time = parse_instant(text).filter(|time| *time > now);
    time.ok_or_else(|| Fault::new("expiresAt", "expected an RFC 3339 time to come"))
}
