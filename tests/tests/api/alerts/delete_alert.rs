//! `adminAudience.deleteAlert`.

use integration_tests::{Api, on_both_databases};
use serde_json::json;

use super::saved;

const METHOD: &str = "adminAudience.deleteAlert";

on_both_databases! {
    async fn alert_is_deleted_once(world: World) {
        let api = Api::new(&world).await;
        let id = saved(&api, "plan:free").await;
        let deleted = api.call(METHOD, json!({"alertId": id})).await.expect("it is deleted");
        assert_eq!(deleted, json!({"success": true}));
        assert_eq!(api.call(METHOD, json!({"alertId": id})).await.expect_err("it is gone").code, -32044);
        let log = api.call("adminAudience.getAuditLog", json!({"limit": 1})).await.expect("the log");
        assert_eq!(log["entries"][0]["action"], "deleteAlert");
    }
}
