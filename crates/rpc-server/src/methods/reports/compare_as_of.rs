//! `adminAudience.compareAsOf`: shows who was in a segment at two points in time.

use segmentation_engine::reports::compare_as_of::{CompareAsOf as Question, CompareAsOfAnswer, CompareAsOfParams};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
};

pub(crate) struct CompareAsOf;

impl Method for CompareAsOf {
    const NAME: &'static str = "adminAudience.compareAsOf";
    const SUMMARY: &'static str = "Shows who was in a segment at two points in time";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::TooLong];
    const EXAMPLE: &'static str = include_str!("compare_as_of.example.json");
    type Params = CompareAsOfParams;
    type Result = CompareAsOfAnswer;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(call.report_faults::<Question>(params))
    }

    async fn call(call: &Call, params: CompareAsOfParams) -> Result<CompareAsOfAnswer, MethodError> {
        call.report::<Question>(params).await
    }
}
