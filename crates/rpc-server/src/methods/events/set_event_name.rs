//! `adminAudience.setEventName`: says whether events of a name show that a user was active.

use schemars::JsonSchema;
use segmentation_engine::event_names::set_activity;
use serde::Deserialize;

use crate::{
    context::Call,
    errors::{ErrorKind, MethodError},
    method::Method,
    wire::success::Success,
};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SetEventNameParams {
    /// A name that is in use.
    #[schemars(length(min = 1, max = 64))]
    name: String,
    /// Whether such an event shows that a user was active. Applies to all figures from now on, of the past too.
    is_activity: bool,
}

pub(crate) struct SetEventName;

impl Method for SetEventName {
    const NAME: &'static str = "adminAudience.setEventName";
    const SUMMARY: &'static str = "Says whether events of a name show that a user was active";
    const ERRORS: &'static [ErrorKind] = &[ErrorKind::NotFound];
    const EXAMPLE: &'static str = include_str!("set_event_name.example.json");
    type Params = SetEventNameParams;
    type Result = Success;

    async fn call(call: &Call, params: SetEventNameParams) -> Result<Success, MethodError> {
        set_activity(call.database(), &params.name, params.is_activity, call.context.now(), &call.audit).await?;
        Ok(Success::DONE)
    }
}
