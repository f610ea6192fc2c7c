//! `adminAudience.getEventNames`: the names of events that are in use.

use domain::{event::EventKind, instant::Instant};
use persistence::event_names::{self, UsedName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{context::Call, errors::MethodError, method::Method};

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetEventNamesParams {}

/// The names of events that are in use.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct GetEventNamesResult {
    /// In alphabetical order. At most 1,000.
    names: Vec<NameOfEvents>,
}

/// A name of events.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct NameOfEvents {
    name: String,
    kind: EventKind,
    /// Whether such an event shows that a user was active. Refunds never do.
    is_activity: bool,
    /// When the first such event happened. Null if there is none any more.
    first_at: Option<Instant>,
    /// When the last such event happened. Null if there is none any more.
    last_at: Option<Instant>,
}

pub(crate) struct GetEventNames;

impl Method for GetEventNames {
    const NAME: &'static str = "adminAudience.getEventNames";
    const SUMMARY: &'static str = "Lists the names of events that are in use";
    const EXAMPLE: &'static str = include_str!("get_event_names.example.json");
    type Params = GetEventNamesParams;
    type Result = GetEventNamesResult;

    async fn call(call: &Call, _: GetEventNamesParams) -> Result<GetEventNamesResult, MethodError> {
        let connection = call.database().connection();
        let mut times = event_names::times(connection).await?;
        let name = |UsedName { name, kind, is_activity }| {
            let times = times.remove(&name);
            let (first_at, last_at) = (times.map(|[first, _]| first), times.map(|[_, last]| last));
            NameOfEvents { name: name.to_string(), kind, is_activity, first_at, last_at }
        };
        Ok(GetEventNamesResult { names: event_names::all(connection).await?.into_iter().map(name).collect() })
    }
}
