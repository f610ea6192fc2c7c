//! `adminAudience.getGoals`.

use integration_tests::{Api, on_both_databases};
use serde_json::json;

on_both_databases! {
    async fn get_goals_lists_them_by_name(world: World) {
        let api = Api::new(&world).await;
        for name in ["zebra", "Apple", "élan"] {
            api.call("adminAudience.saveGoal", json!({"name": name, "goal": {"quiz": {}}})).await.expect("saved");
        }
        let answer = api.call("adminAudience.getGoals", json!({})).await.expect("goals");
        let names: Vec<_> = answer["goals"].as_array().expect("goals").iter().map(|goal| goal["name"].clone()).collect();
        assert_eq!(names, [json!("Apple"), json!("zebra"), json!("élan")]);
    }
}
