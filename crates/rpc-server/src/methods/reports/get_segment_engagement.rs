//! `adminAudience.getSegmentEngagement`: shows how active the members of segments were.

use segmentation_engine::reports::engagement::{Engagement as Question, EngagementAnswer, EngagementParams};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
};

pub(crate) struct GetSegmentEngagement;

impl Method for GetSegmentEngagement {
    const NAME: &'static str = "adminAudience.getSegmentEngagement";
    const SUMMARY: &'static str = "Shows how active the members of segments were";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::TooLong];
    const EXAMPLE: &'static str = include_str!("get_segment_engagement.example.json");
    type Params = EngagementParams;
    type Result = EngagementAnswer;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(call.report_faults::<Question>(params))
    }

    async fn call(call: &Call, params: EngagementParams) -> Result<EngagementAnswer, MethodError> {
        call.report::<Question>(params).await
    }
}
