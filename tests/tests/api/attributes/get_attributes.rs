//! `adminAudience.getAttributes`.

use domain::attribute::AttributeType;
use integration_tests::{Api, on_both_databases};
use serde_json::json;

on_both_databases! {
    async fn get_attributes_lists_them_by_key(world: World) {
        let api = Api::new(&world).await;
        assert_eq!(api.call("adminAudience.getAttributes", json!({})).await, Ok(json!({"attributes": []})));
        world.declare_types(&[("tags", AttributeType::List), ("company", AttributeType::Text)]).await;
        let listed = api.call("adminAudience.getAttributes", json!({})).await.expect("a list");
        let attribute = |key: &str, kind: &str| json!({"key": key, "label": key, "type": kind, "options": [], "personal": false});
        assert_eq!(listed["attributes"], json!([attribute("company", "text"), attribute("tags", "list")]));
    }
}
