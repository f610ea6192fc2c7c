//! `adminAudience.getSegmentFlow`: shows how users moved between segments from one point in time to the next.

use segmentation_engine::reports::flow::{Flow as Question, FlowAnswer, FlowParams};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
};

pub(crate) struct GetSegmentFlow;

impl Method for GetSegmentFlow {
    const NAME: &'static str = "adminAudience.getSegmentFlow";
    const SUMMARY: &'static str = "Shows how users moved between segments from one point in time to the next";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::TooLong];
    const EXAMPLE: &'static str = include_str!("get_segment_flow.example.json");
    type Params = FlowParams;
    type Result = FlowAnswer;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(call.report_faults::<Question>(params))
    }

    async fn call(call: &Call, params: FlowParams) -> Result<FlowAnswer, MethodError> {
        call.report::<Question>(params).await
    }
}
