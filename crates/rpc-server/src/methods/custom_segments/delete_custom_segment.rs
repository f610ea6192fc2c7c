//! `adminAudience.deleteCustomSegment`: deletes a custom segment that no other segment refers to.

use domain::{membership::Cause, segment::SegmentKey};
use persistence::{
    DefinitionTx,
    membership::ledger::ChangeContext,
    segments::{self, custom},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    audited,
    context::Call,
    errors::{ErrorKind, MethodError},
    lookup,
    method::Method,
    saving,
    wire::definition::CustomSegmentValue,
};

/// Identifies the segment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DeleteCustomSegmentParams {
    /// Identifies the segment.
    segment_value: CustomSegmentValue,
}

/// The result of a deletion.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeleteCustomSegmentResult {
    /// Always true. Failures are returned as errors.
    success: bool,
    /// Number of members the segment had.
    left: u64,
}

pub(crate) struct DeleteCustomSegment;

impl Method for DeleteCustomSegment {
    const NAME: &'static str = "adminAudience.deleteCustomSegment";
    const SUMMARY: &'static str =
        "Deletes a custom segment for good, with its versions and overrides. Refused while other segments refer to it";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict];
    const EXAMPLE: &'static str = include_str!("delete_custom_segment.example.json");
    type Params = DeleteCustomSegmentParams;
    type Result = DeleteCustomSegmentResult;

    async fn call(call: &Call, params: DeleteCustomSegmentParams) -> Result<DeleteCustomSegmentResult, MethodError> {
        let key = params.segment_value.key();
        let tx = saving::begin(call).await?;
        let (stored, definition) = lookup::custom_segment(&tx, &key).await?;
        refuse_if_used(call, &tx, &key).await?;
        let actor = Some(call.caller.subject.clone());
        let change = ChangeContext { at: call.context.now(), cause: Cause::SegmentDeleted, run: None, actor };
        let left = segments::delete(&tx, stored.id, &change).await?;
        let detail = json!({"name": definition.name, "left": left});
        audited::record::<Self>(&tx, call, format!("segment {key}"), Some(detail)).await?;
        tx.commit().await?;
        Ok(DeleteCustomSegmentResult { success: true, left })
    }
}

async fn refuse_if_used(call: &Call, tx: &DefinitionTx, key: &SegmentKey) -> Result<(), MethodError> {
    let references = saving::references(tx, call.context.zone).await?;
    let uses = |other: &SegmentKey| references.get(other).is_some_and(|to| to.contains(key));
    let others = custom::all(tx).await?;
    let used_by: Vec<_> = others
        .iter()
        .filter(|other| uses(&other.key))
        .map(|other| json!({"id": other.key.to_string(), "name": other.name}))
        .collect();
    if used_by.is_empty() {
        return Ok(());
    }
    let message = "Other segments refer to this one: change or delete them first".into();
    Err(MethodError::Conflict { message, data: json!({"usedBy": used_by}) })
}
