//! `adminAudience.listSyncRuns`.

use integration_tests::{MailWorld, on_both_databases};
use serde_json::json;

use super::api;

const METHOD: &str = "adminAudience.listSyncRuns";

on_both_databases! {
    async fn list_sync_runs_is_newest_first(world: World) {
        let mail = MailWorld::new(world).await;
        for _ in 0..3 {
            mail.sync().await;
        }
        let api = api(&mail).await;
        let ids = async |params| {
            let list = api.call(METHOD, params).await.expect("a list");
            list["runs"].as_array().expect("a list").iter().map(|run| run["runId"].as_i64().expect("an id")).collect::<Vec<_>>()
        };
        assert_eq!(ids(json!({})).await, [3, 2, 1]);
        assert_eq!(ids(json!({"limit": 1})).await, [3]);
        assert_eq!(ids(json!({"before": 3})).await, [2, 1]);
    }
}
