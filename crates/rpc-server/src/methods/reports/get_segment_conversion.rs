//! `adminAudience.getSegmentConversion`: shows how many of those who entered a segment reached a goal.

use segmentation_engine::reports::conversion::{Conversion as Question, ConversionAnswer, ConversionParams};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
};

pub(crate) struct GetSegmentConversion;

impl Method for GetSegmentConversion {
    const NAME: &'static str = "adminAudience.getSegmentConversion";
    const SUMMARY: &'static str = "Shows how many of those who entered a segment reached a goal within some time";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict, ErrorKind::TooLong];
    const EXAMPLE: &'static str = include_str!("get_segment_conversion.example.json");
    type Params = ConversionParams;
    type Result = ConversionAnswer;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(call.report_faults::<Question>(params))
    }

    async fn call(call: &Call, params: ConversionParams) -> Result<ConversionAnswer, MethodError> {
        call.report::<Question>(params).await
    }
}
