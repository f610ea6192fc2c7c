//! `adminAudience.archiveAttribute`.

use domain::attribute::AttributeType;
use integration_tests::{Api, on_both_databases, user};
use serde_json::json;

const METHOD: &str = "adminAudience.archiveAttribute";

on_both_databases! {
    async fn archive_attribute_is_refused_while_segments_use_it(world: World) {
        world.declare_types(&[("country", AttributeType::Text)]).await;
        let api = Api::new(&world).await;
        let condition = json!({"field": "attr.country", "operator": "is_set"});
        world.custom_segment("there", "There", json!({"combineWith": "AND", "criteria": [condition]})).await;
        let refused = api.call(METHOD, json!({"key": "country"})).await.expect_err("a conflict");
        assert_eq!(refused.code, -32049);
        assert_eq!(refused.data["usedBy"], json!([{"id": "custom:there", "name": "There"}]));
        api.call("adminAudience.deleteCustomSegment", json!({"segmentValue": "there"})).await.expect("deleted");
        assert_eq!(api.call(METHOD, json!({"key": "country"})).await, Ok(json!({"success": true})));
        let refused = api.call(METHOD, json!({"key": "country"})).await.expect_err("it is gone");
        assert_eq!(refused.code, -32044);
    }

    async fn archive_attribute_ends_its_use_and_keeps_its_values(world: World) {
        world.users(&[user("ann")]).await;
        world.declare_types(&[("country", AttributeType::Text)]).await;
        world.values("ann", json!({"country": "DE"})).await;
        let api = Api::new(&world).await;
        api.call(METHOD, json!({"key": "country"})).await.expect("it is archived");
        assert_eq!(api.call("adminAudience.getAttributes", json!({})).await, Ok(json!({"attributes": []})));
        let condition = json!({"field": "attr.country", "operator": "is_set"});
        let definition = json!({"combineWith": "AND", "criteria": [condition]});
        let refused = api.call("adminAudience.previewSegment", definition).await.expect_err("a fault");
        let message = "expected a declared attribute, found \"attr.country\"";
        assert_eq!(refused.data["faults"], json!([{"path": "criteria[0].field", "message": message}]));
        let users = json!([{"id": "ann", "attributes": {"country": "AT"}}]);
        let written = api.call("adminAudience.upsertUsers", json!({"users": users})).await.expect("users");
        assert_eq!(written["ignoredAttributes"], json!(["country"]));
        assert_eq!(written["results"][0]["status"], "unchanged");
        world.declare_types(&[("country", AttributeType::Text)]).await;
        let list = json!({"segmentType": "plan", "segmentValue": "free", "attributes": ["country"]});
        world.run(integration_tests::now()).await;
        let listed = api.call("adminAudience.getSegmentUsers", list).await.expect("a list");
        assert_eq!(listed["users"][0]["attributes"], json!({"country": "DE"}));
    }
}
