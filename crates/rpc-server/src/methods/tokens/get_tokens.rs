//! `adminAudience.getTokens`: lists API tokens.

use persistence::ops::tokens;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{auth::Role, context::Call, errors::MethodError, method::Method, wire::token::ApiToken};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetTokensParams {}

/// The API tokens.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetTokensResult {
    /// Newest first. Those that expired or were revoked are among them.
    tokens: Vec<ApiToken>,
}

pub(crate) struct GetTokens;

impl Method for GetTokens {
    const NAME: &'static str = "adminAudience.getTokens";
    const SUMMARY: &'static str = "Lists the API tokens, without their secrets";
    const ROLE: Role = Role::Superadmin;
    const EXAMPLE: &'static str = include_str!("get_tokens.example.json");
    type Params = GetTokensParams;
    type Result = GetTokensResult;

    async fn call(call: &Call, _: GetTokensParams) -> Result<GetTokensResult, MethodError> {
        let tokens = tokens::all(call.database().connection()).await?;
        Ok(GetTokensResult { tokens: tokens.into_iter().map(ApiToken::from).collect() })
    }
}
