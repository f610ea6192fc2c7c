//! `adminAudience.getForecastUsers`: lists who leaves or enters a segment if nobody does anything, with an entry in the audit log.

use segmentation_engine::{
    audit::segment_target,
    reports::forecast_users::{ForecastUsers, ForecastUsersAnswer, ForecastUsersParams},
};
use serde_json::{Value as Json, json};

use crate::{
    context::Call,
    errors::{ErrorKind, Fault, MethodError},
    method::Method,
};

pub(crate) struct GetForecastUsers;

impl Method for GetForecastUsers {
    const NAME: &'static str = "adminAudience.getForecastUsers";
    const SUMMARY: &'static str = "Lists who leaves or enters a segment if nobody does anything";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound, ErrorKind::Conflict, ErrorKind::TooLong];
    const EXAMPLE: &'static str = include_str!("get_forecast_users.example.json");
    type Params = ForecastUsersParams;
    type Result = ForecastUsersAnswer;

    async fn faults(call: &Call, params: Json) -> Result<Vec<Fault>, MethodError> {
        Ok(call.report_faults::<ForecastUsers>(params))
    }

    async fn call(call: &Call, params: ForecastUsersParams) -> Result<ForecastUsersAnswer, MethodError> {
        let asked = json!({"day": params.day, "change": params.change});
        let segment = segment_target(&params.segment);
        let answer = call.report::<ForecastUsers>(params).await?;
        call.audit.record_alone(call.database(), call.context.now(), Some(segment), asked).await?;
        Ok(answer)
    }
}
