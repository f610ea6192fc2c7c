//! Rules that watch segments, one file per method. When they fire is tested with runs.

mod delete_alert;
mod get_alert_events;
mod get_alerts;
mod save_alert;

use integration_tests::Api;
use serde_json::{Value as Json, json};

/// Saves a rule and returns its id.
async fn saved(api: &Api, segment: &str) -> Json {
    let params = json!({"segment": segment, "kind": "sizeAbove", "threshold": 1});
    let saved = api.call("adminAudience.saveAlert", params).await.expect("it is saved");
    saved["alert"]["alertId"].clone()
}
