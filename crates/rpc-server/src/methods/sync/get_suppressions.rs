//! `adminAudience.getSuppressions`: users who must not get mail.

use chrono::{DateTime, Utc};
use domain::{
    ids::UserNo,
    mail::{SuppressionOrigin, SuppressionReason},
};
use persistence::sync::suppressions::{Search, SuppressedUser, users};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{Fault, MethodError},
    method::Method,
    params::default_of,
    wire::{cursor, suppression::MayBeCleared},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetSuppressionsParams {
    /// Only this reason.
    reason: Option<SuppressionReason>,
    /// Only users whose email address contains this text, ignoring case.
    // PostgreSQL text cannot contain NUL.
    #[schemars(length(max = 256), regex(pattern = r"^[^\u0000]*$"))]
    search_query: Option<String>,
    /// Maximum number of results.
    #[serde(default = "default_of::<50>")]
    #[schemars(range(min = 1, max = 500))]
    limit: u32,
    /// The `nextCursor` of an earlier response.
    #[schemars(length(max = 60))]
    cursor: Option<String>,
}

/// A page of users who must not get mail.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetSuppressionsResult {
    /// One for each user and reason, in a stable order.
    suppressions: Vec<SuppressionOfUser>,
    /// Pass this as `cursor` to get the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Why a user must not get mail.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SuppressionOfUser {
    /// The user's id in the host application.
    user_id: String,
    /// The user's email address.
    email: String,
    /// The reason.
    reason: SuppressionReason,
    /// How it became known.
    origin: SuppressionOrigin,
    /// Since when.
    since: DateTime<Utc>,
    /// Who may lift it with `clearSuppression`.
    may_be_cleared: MayBeCleared,
}

impl From<SuppressedUser> for SuppressionOfUser {
    fn from(user: SuppressedUser) -> Self {
        Self {
            may_be_cleared: user.reason.clearing(user.origin).into(),
            user_id: user.id.0,
            email: user.email,
            reason: user.reason,
            origin: user.origin,
            since: user.since,
        }
    }
}

pub(crate) struct GetSuppressions;

impl Method for GetSuppressions {
    const NAME: &'static str = "adminAudience.getSuppressions";
    const SUMMARY: &'static str = "Lists users who must not get mail, with the reasons";
    const EXAMPLE: &'static str = include_str!("get_suppressions.example.json");
    type Params = GetSuppressionsParams;
    type Result = GetSuppressionsResult;

    async fn faults(_: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        let cursor = params.get("cursor").and_then(Json::as_str);
        Ok(cursor.and_then(|cursor| read(cursor).err()).into_iter().collect())
    }

    async fn call(call: &Call, params: GetSuppressionsParams) -> Result<GetSuppressionsResult, MethodError> {
        let search = Search {
            reason: params.reason,
            text: params.search_query.map(|text| text.to_ascii_lowercase()).filter(|text| !text.is_empty()),
            after: params.cursor.as_deref().map(read).transpose()?,
        };
        let mut found = users(call.database().connection(), &search, params.limit + 1).await?;
        let next_cursor = cursor::cut(&mut found, params.limit, |last| after(last.user, last.reason));
        let suppressions = found.into_iter().map(SuppressionOfUser::from).collect();
        Ok(GetSuppressionsResult { suppressions, next_cursor })
    }
}

fn after(user: UserNo, reason: SuppressionReason) -> String {
    format!("{}-{reason}", cursor::after(user))
}

fn read(text: &str) -> Result<(UserNo, SuppressionReason), Fault> {
    let fault = || Fault::new("cursor", "expected the nextCursor of an earlier response");
    let (user, reason) = text.split_once('-').ok_or_else(fault)?;
    Ok((cursor::read(user)?, reason.parse().map_err(|_| fault())?))
}
