//! `adminAudience.clearSuppression`: lifts what keeps a user from getting mail.

use domain::mail::SuppressionReason;
use schemars::JsonSchema;
use segmentation_engine::sync::{ClearError, Cleared, clear};
use serde::{Deserialize, Serialize};

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::key::UserIdText,
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ClearSuppressionParams {
    /// The user's id in the host application.
    user_id: UserIdText,
    /// What to lift. `deleted` and `refused`: an ADMIN may. `unsubscribed` and `complained` that were carried over from an
    /// earlier address: a SUPERADMIN may. Anything else can only be lifted by the person, or at the mail service.
    reason: Clearable,
    /// Why it is lifted. Kept in the audit log.
    // PostgreSQL text cannot contain NUL.
    #[schemars(length(min = 1, max = 500), regex(pattern = r"^[^\u0000]*$"))]
    why: String,
}

/// What keeps a user from getting mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Clearable {
    /// The person unsubscribed.
    Unsubscribed,
    /// The person reported a mail as spam.
    Complained,
    /// Mail to the address was refused for good.
    Bounced,
    /// Somebody put the address on the list of suppressions at the mail service.
    Manual,
    /// Somebody deleted the contact at the mail service.
    Deleted,
    /// The mail service refused the address.
    Refused,
}

impl From<Clearable> for Cleared {
    fn from(clearable: Clearable) -> Self {
        match clearable {
            Clearable::Unsubscribed => Self::Suppression(SuppressionReason::Unsubscribed),
            Clearable::Complained => Self::Suppression(SuppressionReason::Complained),
            Clearable::Bounced => Self::Suppression(SuppressionReason::Bounced),
            Clearable::Manual => Self::Suppression(SuppressionReason::Manual),
            Clearable::Deleted => Self::Suppression(SuppressionReason::Deleted),
            Clearable::Refused => Self::Refusal,
        }
    }
}

/// What was lifted.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClearSuppressionResult {
    /// Always true. Failures are returned as errors.
    success: bool,
    /// Whether that kept the user from getting mail until now. The next sync looks the address up.
    was_held: bool,
}

pub(crate) struct ClearSuppression;

impl Method for ClearSuppression {
    const NAME: &'static str = "adminAudience.clearSuppression";
    const SUMMARY: &'static str = "Lifts what keeps a user from getting mail, as far as that can be lifted here";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("clear_suppression.example.json");
    type Params = ClearSuppressionParams;
    type Result = ClearSuppressionResult;

    async fn call(call: &Call, params: ClearSuppressionParams) -> Result<ClearSuppressionResult, MethodError> {
        let (user, allowed) = (params.user_id.into(), (call.role, call.context.now()));
        let cleared = clear(call.database(), &user, params.reason.into(), &params.why, allowed, &call.audit).await;
        match cleared {
            Ok(()) => Ok(ClearSuppressionResult { success: true, was_held: true }),
            Err(ClearError::NotHeld) => Ok(ClearSuppressionResult { success: true, was_held: false }),
            Err(refused) => Err(refused.into()),
        }
    }
}
