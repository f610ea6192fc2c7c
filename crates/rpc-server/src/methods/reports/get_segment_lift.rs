//! `adminAudience.getSegmentLift`: shows what a message to a segment brought.

use segmentation_engine::reports::lift::{Lift as Question, LiftAnswer, LiftParams};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
};

pub(crate) struct GetSegmentLift;

impl Method for GetSegmentLift {
    const NAME: &'static str = "adminAudience.getSegmentLift";
    const SUMMARY: &'static str = "Shows what a message to a segment brought, compared with a holdout";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::TooLong];
    const EXAMPLE: &'static str = include_str!("get_segment_lift.example.json");
    type Params = LiftParams;
    type Result = LiftAnswer;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(call.report_faults::<Question>(params))
    }

    async fn call(call: &Call, params: LiftParams) -> Result<LiftAnswer, MethodError> {
        call.report::<Question>(params).await
    }
}
