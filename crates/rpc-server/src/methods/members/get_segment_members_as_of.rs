//! `adminAudience.getSegmentMembersAsOf`: who was in a segment at a past time.

use chrono::{DateTime, SubsecRound, Utc};
use domain::ids::UserNo;
use persistence::reads::history;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
    params::default_of,
    wire::{
        cursor,
        key::{SegmentParams, find_segment},
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetSegmentMembersAsOfParams {
    #[serde(flatten)]
    segment: SegmentParams,
    /// The point in time. Must not be in the future.
    at: DateTime<Utc>,
    /// Maximum number of results.
    #[serde(default = "default_of::<100>")]
    #[schemars(range(min = 1, max = 1000))]
    limit: u32,
    /// The `nextCursor` of an earlier response.
    #[schemars(length(max = 40))]
    cursor: Option<String>,
}

/// The members at a point in time.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetSegmentMembersAsOfResult {
    /// The users' ids in the host application, in the order in which users were first stored. Users erased since are
    /// left out.
    user_ids: Vec<String>,
    /// Number of members at that time, including users erased since.
    total: i64,
    /// Pass this as `cursor` to get the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

pub(crate) struct GetSegmentMembersAsOf;

impl Method for GetSegmentMembersAsOf {
    const NAME: &'static str = "adminAudience.getSegmentMembersAsOf";
    const SUMMARY: &'static str = "Lists the members of a segment at a past time";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("get_segment_members_as_of.example.json");
    type Params = GetSegmentMembersAsOfParams;
    type Result = GetSegmentMembersAsOfResult;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        let at = params.get("at").and_then(Json::as_str).and_then(|at| at.parse().ok());
        Ok(cursor::fault(&params).into_iter().chain(at.and_then(|at| future(call, at))).collect())
    }

    async fn call(
        call: &Call,
        params: GetSegmentMembersAsOfParams,
    ) -> Result<GetSegmentMembersAsOfResult, MethodError> {
        let above = match (params.cursor.as_deref().map(cursor::read).transpose(), future(call, params.at)) {
            (Ok(above), None) => above.unwrap_or(UserNo(0)),
            (above, future) => return Err(MethodError::InvalidParams(above.err().into_iter().chain(future).collect())),
        };
        let at = params.at.trunc_subsecs(6);
        let key = params.segment.key();
        let snapshot = call.database().begin_snapshot().await?;
        let segment = find_segment(&snapshot, &key).await?;
        let total = segment.member_count - history::net_after(&snapshot, segment.id, at).await?;
        let mut found = history::members_at(&snapshot, segment.id, at, above, u64::from(params.limit) + 1).await?;
        snapshot.close().await?;
        let next_cursor = cursor::cut(&mut found, params.limit, |(no, _)| cursor::after(*no));
        Ok(GetSegmentMembersAsOfResult {
            user_ids: found.into_iter().map(|(_, id)| id.0).collect(),
            total,
            next_cursor,
        })
    }
}

fn future(call: &Call, at: DateTime<Utc>) -> Option<Fault> {
    let is_future = at.trunc_subsecs(6) > call.context.now();
    is_future.then(|| Fault::new("at", "expected a time that is not in the future"))
}
