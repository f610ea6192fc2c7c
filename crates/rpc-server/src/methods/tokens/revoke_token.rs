//! `adminAudience.revokeToken`: revokes an API token.

use schemars::JsonSchema;
use segmentation_engine::tokens;
use serde::Deserialize;

use crate::{
    auth::Role,
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::success::Success,
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RevokeTokenParams {
    /// The token's id.
    #[schemars(length(max = 64), regex(pattern = "^[A-Za-z0-9-]+$"))]
    token_id: String,
}

pub(crate) struct RevokeToken;

impl Method for RevokeToken {
    const NAME: &'static str = "adminAudience.revokeToken";
    const SUMMARY: &'static str = "Revokes an API token from the next call on";
    const ROLE: Role = Role::Superadmin;
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("revoke_token.example.json");
    type Params = RevokeTokenParams;
    type Result = Success;

    async fn call(call: &Call, params: RevokeTokenParams) -> Result<Success, MethodError> {
        if tokens::revoke(call.database(), &params.token_id, call.context.now(), &call.audit).await? {
            Ok(Success::DONE)
        } else {
            Err(MethodError::NotFound("a valid token with this id".into()))
        }
    }
}
