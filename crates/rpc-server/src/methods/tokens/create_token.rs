//! `adminAudience.createToken`: creates an API token.

use std::fmt;

use schemars::JsonSchema;
use segmentation_engine::tokens;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    auth::{Role, token},
    context::Call,
    errors::{Fault, MethodError},
    method::Method,
    wire::token::ApiToken,
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateTokenParams {
    /// A name for the token, shown in the audit log: one line.
    #[schemars(length(min = 1, max = 100))]
    name: String,
    /// What its bearer may do.
    role: Role,
    /// Number of days the token is valid. Default: until it is revoked.
    #[schemars(range(min = 1, max = 3_650))]
    days: Option<u32>,
}

/// The new token.
#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateTokenResult {
    #[serde(flatten)]
    token: ApiToken,
    /// The token itself, for the `Authorization` header. It is shown this once.
    secret: String,
}

/// Logs and panics have no secret.
impl fmt::Debug for CreateTokenResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateTokenResult").field("token", &self.token).finish_non_exhaustive()
    }
}

pub(crate) struct CreateToken;

impl Method for CreateToken {
    const NAME: &'static str = "adminAudience.createToken";
    const SUMMARY: &'static str = "Creates an API token, and shows it this once";
    const ROLE: Role = Role::Superadmin;
    const EXAMPLE: &'static str = include_str!("create_token.example.json");
    type Params = CreateTokenParams;
    type Result = CreateTokenResult;

    async fn faults(_: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        let is_wrong = |name: &&str| !name.is_empty() && token::name(name).is_none();
        Ok(params.get("name").and_then(Json::as_str).filter(is_wrong).map(|_| wrong_name()).into_iter().collect())
    }

    async fn call(call: &Call, params: CreateTokenParams) -> Result<CreateTokenResult, MethodError> {
        let name = token::name(&params.name).ok_or_else(wrong_name)?;
        let now = call.context.now();
        let (new, secret) = token::make(name, params.role, params.days, now);
        tokens::create(call.database(), &new, now, &call.audit).await?;
        Ok(CreateTokenResult { token: ApiToken::new(new, now), secret })
    }
}

fn wrong_name() -> Fault {
    Fault::new("name", token::NAME)
}
