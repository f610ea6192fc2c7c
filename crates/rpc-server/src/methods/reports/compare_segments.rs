//! `adminAudience.compareSegments`: shows two segments side by side.

use segmentation_engine::reports::compare_segments::{
    CompareSegments as Question, CompareSegmentsAnswer, CompareSegmentsParams,
};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
};

pub(crate) struct CompareSegments;

impl Method for CompareSegments {
    const NAME: &'static str = "adminAudience.compareSegments";
    const SUMMARY: &'static str = "Shows two segments side by side";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict, ErrorKind::TooLong];
    const EXAMPLE: &'static str = include_str!("compare_segments.example.json");
    type Params = CompareSegmentsParams;
    type Result = CompareSegmentsAnswer;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(call.report_faults::<Question>(params))
    }

    async fn call(call: &Call, params: CompareSegmentsParams) -> Result<CompareSegmentsAnswer, MethodError> {
        call.report::<Question>(params).await
    }
}
