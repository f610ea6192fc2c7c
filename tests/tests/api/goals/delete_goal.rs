//! `adminAudience.deleteGoal`.

use integration_tests::{Api, on_both_databases};
use serde_json::json;

const METHOD: &str = "adminAudience.deleteGoal";

on_both_databases! {
    async fn delete_goal_makes_its_name_free(world: World) {
        let api = Api::new(&world).await;
        let goal = json!({"name": "Bought", "goal": {"purchase": {}}});
        let saved = api.call("adminAudience.saveGoal", goal.clone()).await.expect("saved");
        let id = &saved["goal"]["id"];
        assert_eq!(api.call(METHOD, json!({"id": id})).await, Ok(json!({"success": true})));
        assert_eq!(api.call(METHOD, json!({"id": id})).await.expect_err("it is gone").code, -32044);
        api.call("adminAudience.saveGoal", goal).await.expect("the name is free");
    }
}
