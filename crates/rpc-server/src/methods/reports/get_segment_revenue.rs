//! `adminAudience.getSegmentRevenue`: shows what users paid, by the segments that they were in.

use segmentation_engine::reports::revenue::{Revenue as Question, RevenueAnswer, RevenueParams};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
};

pub(crate) struct GetSegmentRevenue;

impl Method for GetSegmentRevenue {
    const NAME: &'static str = "adminAudience.getSegmentRevenue";
    const SUMMARY: &'static str = "Shows what users paid and got back, by the segments that they were in";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::Conflict, ErrorKind::TooLong];
    const EXAMPLE: &'static str = include_str!("get_segment_revenue.example.json");
    type Params = RevenueParams;
    type Result = RevenueAnswer;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(call.report_faults::<Question>(params))
    }

    async fn call(call: &Call, params: RevenueParams) -> Result<RevenueAnswer, MethodError> {
        call.report::<Question>(params).await
    }
}
