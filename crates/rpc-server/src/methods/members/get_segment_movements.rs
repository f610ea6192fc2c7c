//! `adminAudience.getSegmentMovements`: lists who entered and who left a segment in a period.

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
    /// The `nextCursor` of an earlier response.
    #[schemars(length(max = 40))]
    cursor: Option<String>,
}

/// A page of movements.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetSegmentMovementsResult {
    /// Newest first. Users erased since are left out.
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
        Ok(cursor::fault_in_time(&params).into_iter().chain(of_period).collect())
    }

    async fn call(call: &Call, params: GetSegmentMovementsParams) -> Result<GetSegmentMovementsResult, MethodError> {
        let before = params.cursor.as_deref().map(cursor::read_in_time).transpose()?;
        let (key, asked) = params.asked.read(call.context.now())?;
        let snapshot = call.database().begin_snapshot().await?;
        let segment = find_segment(&snapshot, &key).await?.id;
        let flows = history::flows(&snapshot, segment, &asked.span).await?;
        let which = WhichMovements { segment, span: asked.span, entered: asked.entered, search: asked.search.as_ref() };
        let mut found = movements(&snapshot, which, before, u64::from(params.limit) + 1).await?;
        snapshot.close().await?;
        let next_cursor = cursor::cut(&mut found, params.limit, |last| cursor::in_time(last.place));
        let Flow { entered, left } = flows.first().copied().unwrap_or_default();
        let movements = found.into_iter().map(SegmentMovement::from).collect();
        Ok(GetSegmentMovementsResult { movements, entered, left, next_cursor })
    }
}
