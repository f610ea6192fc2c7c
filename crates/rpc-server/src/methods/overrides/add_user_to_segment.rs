//! `adminAudience.addUserToSegment`: includes a user in a segment, whatever its rule says.

use domain::{
    instant::{Instant, parse_instant},
    overrides::OverrideKind,
};
use schemars::JsonSchema;
use segmentation_engine::overrides::{self, NewOverride};
use serde::Deserialize;
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    wire::{
        key::{SegmentParams, UserIdText},
        success::Success,
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AddUserToSegmentParams {
    /// The user's id in the host application.
    user_id: UserIdText,
    #[serde(flatten)]
    segment: SegmentParams,
    /// The reason. Kept with the override and in the audit log.
    // PostgreSQL text cannot contain NUL.
    #[schemars(length(max = 500), regex(pattern = r"^[^\u0000]*$"))]
    reason: Option<String>,
    /// When the override expires: a future RFC 3339 time. Default: never. From the first run after that time, the rule
    /// decides again.
    #[schemars(extend("format" = "date-time"))]
    expires_at: Option<String>,
}

pub(crate) struct AddUserToSegment;

impl Method for AddUserToSegment {
    const NAME: &'static str = "adminAudience.addUserToSegment";
    const SUMMARY: &'static str =
        "Includes a user in a segment whatever its rule says, permanently or until a given time";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("add_user_to_segment.example.json");
    type Params = AddUserToSegmentParams;
    type Result = Success;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        let expires_at = params.get("expiresAt").and_then(Json::as_str);
        Ok(expires_at.and_then(|text| time_to_come(text, call.context.now()).err()).into_iter().collect())
    }

    async fn call(call: &Call, params: AddUserToSegmentParams) -> Result<Success, MethodError> {
        let moment = call.moment();
        let expires_at = params.expires_at.as_deref().map(|text| time_to_come(text, moment.now)).transpose()?;
        let include = NewOverride {
            user: params.user_id.into(),
            segment: params.segment.key(),
            kind: OverrideKind::Include,
            reason: params.reason,
            expires_at,
        };
        overrides::set(call.database(), &include, moment, &call.audit).await?;
        Ok(Success::DONE)
    }
}

fn time_to_come(text: &str, now: Instant) -> Result<Instant, Fault> {
    let time = parse_instant(text).filter(|time| *time > now);
    time.ok_or_else(|| Fault::new("expiresAt", "expected an RFC 3339 time in the future"))
}
