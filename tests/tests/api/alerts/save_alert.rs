//! `adminAudience.saveAlert`.

use integration_tests::{Api, on_both_databases};
use serde_json::{Value as Json, json};

use super::saved;

const METHOD: &str = "adminAudience.saveAlert";
const NOW: &str = "2026-03-10T12:00:00Z";

on_both_databases! {
    async fn alert_is_saved_with_its_defaults(world: World) {
        let api = Api::new(&world).await;
        let params = json!({"segment": "plan:free", "kind": "changePercent", "threshold": 20});
        let answer = api.call(METHOD, params).await.expect("it is saved");
        let mut alert = answer["alert"].clone();
        assert!(alert["alertId"].take().as_str().is_some_and(|id| id.starts_with("al_")));
        assert_eq!(alert, json!({
            "alertId": null, "segment": "plan:free", "kind": "changePercent", "threshold": 20, "direction": "both",
            "against": "lastWeek", "minSize": 100, "cooldownHours": 24, "state": "quiet", "since": NOW, "firedAt": null,
            "observed": null, "base": null, "lookedAt": null, "createdAt": NOW, "changedBy": alert["changedBy"], "changedAt": NOW,
        }));
    }

    async fn alert_is_changed_as_a_whole(world: World) {
        let api = Api::new(&world).await;
        let id = saved(&api, "plan:free").await;
        let params = json!({"alertId": id, "segment": "plan:pro", "kind": "notEvaluated", "threshold": 48, "cooldownHours": 2});
        let answer = api.call(METHOD, params).await.expect("it is changed");
        let alert = &answer["alert"];
        assert_eq!([&alert["alertId"], &alert["segment"], &alert["kind"]], [&id, &json!("plan:pro"), &json!("notEvaluated")]);
        assert_eq!([&alert["threshold"], &alert["cooldownHours"], &alert["minSize"]], [&json!(48), &json!(2), &Json::Null]);
        let alerts = api.call("adminAudience.getAlerts", json!({})).await.expect("alerts");
        assert_eq!(alerts["alerts"], json!([alert]));
        let log = api.call("adminAudience.getAuditLog", json!({"limit": 1})).await.expect("the log");
        let entry = &log["entries"][0];
        assert_eq!([&entry["action"], &entry["target"]], [&json!("saveAlert"), &json!(format!("alert {}", id.as_str().expect("an id")))]);
        assert_eq!(entry["detail"]["threshold"], 48);
    }

    async fn alert_is_refused_with_every_fault(world: World) {
        let api = Api::new(&world).await;
        let params = json!({
            "segment": "plan:free", "kind": "sizeAbove", "threshold": -1, "direction": "up", "against": "lastWeek", "minSize": 5,
        });
        let error = api.call(METHOD, params).await.expect_err("a refusal");
        assert_eq!(error.faults(), ["threshold: expected a number of at least 0"]);
        let params = json!({
            "segment": "plan:free", "kind": "sizeAbove", "threshold": 1, "direction": "up", "against": "lastWeek", "minSize": 5,
        });
        let error = api.call(METHOD, params).await.expect_err("a refusal");
        let said = |param: &str| format!("{param}: can be used with changePercent and changeAbsolute only");
        assert_eq!(error.faults(), ["direction", "against", "minSize"].map(said));
        for kind in ["sizeBelow", "changePercent", "changeAbsolute", "notEvaluated"] {
            let params = json!({"segment": "plan:free", "kind": kind, "threshold": 0});
            let error = api.call(METHOD, params).await.expect_err("a refusal");
            assert_eq!(error.faults(), ["threshold: expected a number of at least 1"], "{kind}");
        }
        for (params, code) in [
            (json!({"segment": "plan:gold", "kind": "sizeAbove", "threshold": 1}), -32044),
            (
                json!({"alertId": "al_000000000000000000000000", "segment": "plan:free", "kind": "sizeAbove", "threshold": 1}),
                -32044,
            ),
        ] {
            assert_eq!(api.call(METHOD, params).await.expect_err("a refusal").code, code);
        }
    }

    async fn alerts_are_at_most_200(world: World) {
        let api = Api::new(&world).await;
        saved(&api, "plan:free").await;
        for number in 1..200 {
            let copy = format!(
                "INSERT INTO alert_rule (id, segment_id, kind, threshold, cooldown_hours, state, since, created_at, changed_by, \
                 changed_at) SELECT 'al_{number}', segment_id, kind, threshold, cooldown_hours, state, since, created_at, \
                 changed_by, changed_at FROM alert_rule LIMIT 1"
            );
            world.execute(&copy).await;
        }
        let params = json!({"segment": "plan:free", "kind": "sizeAbove", "threshold": 1});
        let error = api.call(METHOD, params).await.expect_err("a refusal");
        assert_eq!((error.code, &error.data["most"]), (-32049, &json!(200)));
    }

    async fn segment_that_an_alert_watches_is_not_deleted(world: World) {
        let api = Api::new(&world).await;
        let free = json!({"combineWith": "AND", "criteria": [{"field": "plan", "operator": "equals", "value": "FREE"}]});
        world.custom_segment("watched", "Watched", free).await;
        let id = saved(&api, "custom:watched").await;
        let goal = json!({"name": "Watched", "goal": {"enter": "custom:watched"}});
        let goal = api.call("adminAudience.saveGoal", goal).await.expect("it is saved");
        let deletion = json!({"segmentValue": "watched"});
        // Both reasons at once.
        let error = api.call("adminAudience.deleteCustomSegment", deletion.clone()).await.expect_err("a refusal");
        assert_eq!((error.code, &error.data["alerts"]), (-32049, &json!([id])));
        assert_eq!(error.data["goals"], json!([{"id": goal["goal"]["id"], "name": "Watched"}]));
        api.call("adminAudience.deleteGoal", json!({"id": goal["goal"]["id"]})).await.expect("it is deleted");
        api.call("adminAudience.deleteAlert", json!({"alertId": id})).await.expect("it is deleted");
        api.call("adminAudience.deleteCustomSegment", deletion).await.expect("it is deleted");
    }
}
