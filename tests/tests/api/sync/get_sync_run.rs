//! `adminAudience.getSyncRun`.

use integration_tests::{Api, on_both_databases};
use serde_json::json;

use super::run_sync::ended;

const METHOD: &str = "adminAudience.getSyncRun";

on_both_databases! {
    async fn get_sync_run_says_why_a_sync_failed(world: World) {
        let api = Api::new(&world).await;
        let missing = api.call(METHOD, json!({"runId": 1})).await.expect_err("there is none");
        assert_eq!(missing.message, "Not found: run 1");
        let on = json!({"segmentType": "plan", "segmentValue": "free", "state": "on"});
        api.call("adminAudience.setSegmentSync", on).await.expect("it is on");
        let run = api.call("adminAudience.runSync", json!({})).await.expect("it starts")["runId"].clone();
        let run = ended(&api, &run).await;
        assert_eq!((&run["state"], &run["overdue"], &run["errors"]), (&json!("failed"), &json!(false), &json!([])));
        assert!(run["failure"].as_str().is_some_and(|failure| !failure.contains("127.0.0.1")), "{run}");
    }
}
