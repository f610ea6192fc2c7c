//! `adminAudience.getSegmentOverlap`: shows how segments overlap: every pair, and every combination of them.

use segmentation_engine::reports::overlap::{Overlap as Question, OverlapAnswer, OverlapParams};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
};

pub(crate) struct GetSegmentOverlap;

impl Method for GetSegmentOverlap {
    const NAME: &'static str = "adminAudience.getSegmentOverlap";
    const SUMMARY: &'static str = "Shows how segments overlap: every pair, and every combination of them";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::TooLong];
    const EXAMPLE: &'static str = include_str!("get_segment_overlap.example.json");
    type Params = OverlapParams;
    type Result = OverlapAnswer;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(call.report_faults::<Question>(params))
    }

    async fn call(call: &Call, params: OverlapParams) -> Result<OverlapAnswer, MethodError> {
        call.report::<Question>(params).await
    }
}
