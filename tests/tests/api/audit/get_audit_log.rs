//! `adminAudience.getAuditLog`.

use integration_tests::{Api, NOW, now, on_both_databases, user};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getAuditLog";

on_both_databases! {
    async fn audit_log_lists_changes_newest_first(world: World) {
        let ids = ["ann", "bob", "cleo"];
        world.users(&ids.map(user)).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        for id in ids {
            let params = json!({"userId": id, "segmentType": "plan", "segmentValue": "free", "reason": "why not"});
            api.call("adminAudience.removeUserFromSegment", params).await.expect("it is done");
        }

        let page = api.call(METHOD, json!({"limit": 2})).await.expect("a list");

        let targets = |page: &Json| -> Vec<String> {
            let entries = page["entries"].as_array().expect("entries");
            entries.iter().map(|entry| entry["target"].as_str().expect("a target").to_owned()).collect()
        };
        assert_eq!(targets(&page), ["segment plan:free, user cleo", "segment plan:free, user bob"]);
        let entry = &page["entries"][0];
        assert_eq!((&entry["actor"], &entry["action"]), (&json!("token:test ADMIN"), &json!("removeUserFromSegment")));
        assert_eq!((&entry["at"], &entry["detail"]), (&json!(NOW), &json!({"reason": "why not"})));
        let before = &page["entries"][1]["id"];
        let rest = api.call(METHOD, json!({"before": before})).await.expect("a list");
        assert_eq!(targets(&rest), ["segment plan:free, user ann"]);
    }

    async fn audit_log_is_filtered(world: World) {
        world.users(&["ann", "bob"].map(user)).await;
        let all = json!({"combineWith": "AND", "criteria": [{"field": "level", "operator": ">=", "value": 0}]});
        for id in ["a_b", "axb"] {
            world.custom_segment(id, id, all.clone()).await;
        }
        let api = Api::new(&world).await;
        for (user, value) in [("ann", "a_b"), ("bob", "a_b"), ("ann", "axb")] {
            let params = json!({"userId": user, "segmentType": "custom", "segmentValue": value});
            api.call("adminAudience.removeUserFromSegment", params).await.expect("it is done");
        }
        api.call("adminAudience.exportSegmentUsers", json!({"segmentType": "custom", "segmentValue": "a_b"})).await.expect("a file");
        let of_superadmin = json!({"segmentType": "custom", "segmentValue": "axb", "userId": "ann"});
        api.as_superadmin().await.call("adminAudience.restoreUserToSegment", of_superadmin).await.expect("it is done");
        for (filter, count) in [
            (json!({}), 5),
            (json!({"segment": "custom:a_b"}), 3),
            (json!({"segment": "custom:axb"}), 2),
            (json!({"segment": "plan:free"}), 0),
            (json!({"userId": "ann"}), 3),
            (json!({"userId": "ann", "segment": "custom:a_b"}), 1),
            (json!({"action": "exportSegmentUsers"}), 1),
            (json!({"actor": "token:test SUPERADMIN"}), 1),
            (json!({"from": NOW}), 5),
            (json!({"to": NOW}), 0),
        ] {
            let page = api.call(METHOD, filter.clone()).await.expect("a list");
            assert_eq!(page["entries"].as_array().map(Vec::len), Some(count), "{filter}");
        }
        assert_eq!(api.call(METHOD, json!({"userId": "nobody"})).await.expect_err("nobody").code, -32044);
    }

    async fn audit_log_refuses_invalid_params(world: World) {
        let api = Api::new(&world).await;
        assert_eq!(api.call(METHOD, json!({})).await, Ok(json!({"entries": []})));
        for (key, value) in [("limit", json!(0)), ("limit", json!(101)), ("before", json!("x")), ("before", json!(0))] {
            let mut params = json!({});
            params[key] = value;
            let error = api.call(METHOD, params).await.expect_err("it is refused");
            assert_eq!((error.code, &error.data["faults"][0]["path"]), (-32602, &json!(key)));
        }
    }
}
