//! `adminAudience.getSegmentForecast`: what becomes of a segment.

use segmentation_engine::reports::forecast::{Forecast, ForecastAnswer, ForecastParams};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
};

pub(crate) struct GetSegmentForecast;

impl Method for GetSegmentForecast {
    const NAME: &'static str = "adminAudience.getSegmentForecast";
    const SUMMARY: &'static str = "Forecasts how a segment changes";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::TooLong];
    const EXAMPLE: &'static str = include_str!("get_segment_forecast.example.json");
    type Params = ForecastParams;
    type Result = ForecastAnswer;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(call.report_faults::<Forecast>(params))
    }

    async fn call(call: &Call, params: ForecastParams) -> Result<ForecastAnswer, MethodError> {
        call.report::<Forecast>(params).await
    }
}
