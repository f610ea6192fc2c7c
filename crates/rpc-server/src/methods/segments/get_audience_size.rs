//! `adminAudience.getAudienceSize`: how many people all segments reach, each counted once.

use persistence::ingest::users;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{context::Call, errors::MethodError, method::Method};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetAudienceSizeParams {}

/// Numbers of users, each counted once.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetAudienceSizeResult {
    /// Number of users in at least one segment, active or inactive.
    segmented_users: i64,
    /// Total number of users.
    total_users: u64,
}

pub(crate) struct GetAudienceSize;

impl Method for GetAudienceSize {
    const NAME: &'static str = "adminAudience.getAudienceSize";
    const SUMMARY: &'static str = "Counts the users in at least one segment, and all users";
    const EXAMPLE: &'static str = include_str!("get_audience_size.example.json");
    type Params = GetAudienceSizeParams;
    type Result = GetAudienceSizeResult;

    async fn call(call: &Call, _: GetAudienceSizeParams) -> Result<GetAudienceSizeResult, MethodError> {
        // Both from one snapshot, so that the first never exceeds the second.
        let snapshot = call.database().begin_snapshot().await?;
        let segmented_users = users::count_segmented(&snapshot).await?;
        let total_users = users::count(&snapshot).await?;
        snapshot.close().await?;
        Ok(GetAudienceSizeResult { segmented_users, total_users })
    }
}
