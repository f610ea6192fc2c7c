//! `adminAudience.getAudienceSize`: how many people segments reach, each counted once.

use persistence::ingest::users;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{context::Call, errors::MethodError, method::Method};

/// None.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetAudienceSizeParams {}

/// Users, each counted once.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetAudienceSizeResult {
    /// Users who are in at least one segment, be it active or not.
    segmented_users: i64,
    /// Users there are.
    total_users: u64,
}

pub(crate) struct GetAudienceSize;

impl Method for GetAudienceSize {
    const NAME: &'static str = "adminAudience.getAudienceSize";
    const SUMMARY: &'static str = "Counts the users who are in at least one segment, and all users";
    const EXAMPLE: &'static str = include_str!("get_audience_size.example.json");
    type Params = GetAudienceSizeParams;
    type Result = GetAudienceSizeResult;

    async fn call(call: &Call, _: GetAudienceSizeParams) -> Result<GetAudienceSizeResult, MethodError> {
        // Both of one state, so that there are never more in segments than there are.
        let snapshot = call.database().begin_snapshot().await?;
        let segmented_users = users::count_segmented(&snapshot).await?;
        let total_users = users::count(&snapshot).await?;
        snapshot.rollback().await?;
        Ok(GetAudienceSizeResult { segmented_users, total_users })
    }
}
