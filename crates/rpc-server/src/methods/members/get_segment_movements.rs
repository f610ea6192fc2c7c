//! `adminAudience.getSegmentMovements`: lists who entered and who left a segment in a period.

use domain::member_sort::SortDirection;
use persistence::reads::{
    history::{self, Flow},
    movements::{WhichMovements, movements},
};
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
        key::find_segment,
        movement::{self, MovementParams, SegmentMovement},
    },
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetSegmentMovementsParams {
    #[serde(flatten)]
    asked: MovementParams,
    /// Maximum number of results.
    #[serde(default = "default_of::<50>")]
    #[schemars(range(min = 1, max = 100))]
    limit: u32,
    /// The `nextCursor` of an earlier response with the same direction.
    #[schemars(length(max = 40))]
    cursor: Option<String>,
    /// The order of time: `desc` is newest first.
    #[serde(default = "newest_first")]
    direction: SortDirection,
}

/// A page of movements.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetSegmentMovementsResult {
    /// In the order of time. Users erased since are left out.
    movements: Vec<SegmentMovement>,
    /// How many users entered in the period, whatever is searched for. Includes users erased since.
    entered: i64,
    /// How many users left in the period, whatever is searched for. Includes users erased since.
    left: i64,
    /// Pass this as `cursor` to get the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

pub(crate) struct GetSegmentMovements;

impl Method for GetSegmentMovements {
    const NAME: &'static str = "adminAudience.getSegmentMovements";
    const SUMMARY: &'static str = "Lists who entered and who left a segment in a period";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("get_segment_movements.example.json");
    type Params = GetSegmentMovementsParams;
    type Result = GetSegmentMovementsResult;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        let of_period = movement::fault(&params, call.context.now());
        Ok(fault_of_cursor(&params).into_iter().chain(of_period).collect())
    }

    async fn call(call: &Call, params: GetSegmentMovementsParams) -> Result<GetSegmentMovementsResult, MethodError> {
        let direction = params.direction;
        let after = params.cursor.as_deref().map(|cursor| cursor::read_in_direction(direction, cursor)).transpose()?;
        let (key, asked) = params.asked.read(call.context.now())?;
        let snapshot = call.database().begin_snapshot().await?;
        let segment = find_segment(&snapshot, &key).await?.id;
        let flows = history::flows(&snapshot, segment, &asked.span).await?;
        let (span, entered, search) = (asked.span, asked.entered, asked.search.as_ref());
        let which = WhichMovements { segment, span, entered, search, direction };
        let mut found = movements(&snapshot, which, after, u64::from(params.limit) + 1).await?;
        snapshot.close().await?;
        let next_cursor = cursor::cut(&mut found, params.limit, |last| cursor::in_direction(direction, last.place));
        let Flow { entered, left } = flows.first().copied().unwrap_or_default();
        let movements = found.into_iter().map(SegmentMovement::from).collect();
        Ok(GetSegmentMovementsResult { movements, entered, left, next_cursor })
    }
}

fn newest_first() -> SortDirection {
    SortDirection::Desc
}

/// The fault of the params' `cursor`, if the direction is one.
fn fault_of_cursor(params: &Json) -> Option<Fault> {
    let cursor = params.get("cursor").and_then(Json::as_str)?;
    let direction = params.get("direction").map_or(Ok(newest_first()), SortDirection::deserialize).ok()?;
    cursor::read_in_direction(direction, cursor).err()
}
