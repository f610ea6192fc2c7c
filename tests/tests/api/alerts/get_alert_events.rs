//! `adminAudience.getAlertEvents`.

use integration_tests::{Api, now, on_both_databases, user};
use serde_json::json;

use super::saved;

const METHOD: &str = "adminAudience.getAlertEvents";

on_both_databases! {
    async fn alert_events_come_newest_first_in_pages(world: World) {
        let api = Api::new(&world).await;
        let (free, pro) = (saved(&api, "plan:free").await, saved(&api, "plan:pro").await);
        world.users(&[user("ann"), user("bob")]).await;
        let run = world.run(now()).await.run.expect("a run");
        api.call("adminAudience.deleteAlert", json!({"alertId": free})).await.expect("it is deleted");
        let all = api.call(METHOD, json!({})).await.expect("events");
        let events = all["events"].as_array().expect("events");
        assert_eq!(events.iter().map(|event| &event["state"]).collect::<Vec<_>>(), ["resolved", "firing"]);
        assert_eq!(events[1], json!({
            "id": events[1]["id"], "alertId": free, "segment": "plan:free", "kind": "sizeAbove", "state": "firing",
            "at": "2026-03-10T12:00:00Z", "runId": run, "observed": 2, "base": null,
        }));
        let first = api.call(METHOD, json!({"limit": 1})).await.expect("events");
        let rest = api.call(METHOD, json!({"before": first["events"][0]["id"]})).await.expect("events");
        assert_eq!([&first["events"][0], &rest["events"][0]], [&events[0], &events[1]]);
        let others = api.call(METHOD, json!({"alertId": pro})).await.expect("no events");
        assert_eq!(others, json!({"events": []}));
    }
}
