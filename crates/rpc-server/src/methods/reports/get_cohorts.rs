//! `adminAudience.getCohorts`: shows what users did in the periods after they began.

use segmentation_engine::reports::cohorts::{Cohorts as Question, CohortsAnswer, CohortsParams};
use serde_json::Value as Json;

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
};

pub(crate) struct GetCohorts;

impl Method for GetCohorts {
    const NAME: &'static str = "adminAudience.getCohorts";
    const SUMMARY: &'static str = "Shows users by when they began, and what they did in the periods after it";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict, ErrorKind::TooLong];
    const EXAMPLE: &'static str = include_str!("get_cohorts.example.json");
    type Params = CohortsParams;
    type Result = CohortsAnswer;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(call.report_faults::<Question>(params))
    }

    async fn call(call: &Call, params: CohortsParams) -> Result<CohortsAnswer, MethodError> {
        call.report::<Question>(params).await
    }
}
