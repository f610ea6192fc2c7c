//! `adminAudience.getRun`: the progress or the outcome of a run.

use std::collections::BTreeMap;

use domain::{ids::SegmentId, segment::SegmentKey};
use persistence::{
    runs::{self, shards::SegmentChanges},
    segments::{self, StoredSegment},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::run::{Run, RunNumber},
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GetRunParams {
    /// The run's id.
    run_id: RunNumber,
}

/// A run, and what it did in each segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunBySegment {
    #[serde(flatten)]
    run: Run,
    /// Segments with changes, as evaluated so far, in their order. Segments that have been deleted since are left out. Empty also of
    /// runs from before this was kept.
    segments: Vec<SegmentOfRun>,
}

/// What a run did in a segment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SegmentOfRun {
    segment: SegmentKey,
    /// Number of users who entered.
    entered: u64,
    /// Number of users who left.
    left: u64,
}

/// In the order of all segments.
fn by_segment(changes: &BTreeMap<SegmentId, SegmentChanges>, all: Vec<StoredSegment>) -> Vec<SegmentOfRun> {
    let changed = |StoredSegment { id, key, .. }: StoredSegment| {
        let SegmentChanges { enter, leave } = *changes.get(&id)?;
        Some(SegmentOfRun { segment: key, entered: enter, left: leave })
    };
    all.into_iter().filter_map(changed).collect()
}

pub(crate) struct GetRun;

impl Method for GetRun {
    const NAME: &'static str = "adminAudience.getRun";
    const SUMMARY: &'static str = "Shows the progress or the outcome of a run";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("get_run.example.json");
    type Params = GetRunParams;
    type Result = RunBySegment;

    async fn call(call: &Call, params: GetRunParams) -> Result<RunBySegment, MethodError> {
        let id = params.run_id.into();
        let connection = call.database().connection();
        let run = runs::find(connection, id).await?;
        let run = run.ok_or_else(|| MethodError::NotFound(format!("run {id}")))?;
        let changes = runs::segments::of_run(connection, id).await?;
        Ok(RunBySegment { run: run.into(), segments: by_segment(&changes, segments::all(connection).await?) })
    }
}
