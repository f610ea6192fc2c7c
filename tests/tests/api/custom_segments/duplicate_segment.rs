//! `adminAudience.duplicateSegment`.

use integration_tests::{
    Api, on_both_databases,
    streaks::{make_on_streak, world_of_streaks},
};
use serde_json::json;

const METHOD: &str = "adminAudience.duplicateSegment";

on_both_databases! {
    async fn duplicate_segment_has_the_criteria_and_its_own_name(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 7).await;
        let params = json!({"segmentType": "custom", "segmentValue": value});
        let mut copies = Vec::new();
        for expected in ["Streak (copy)", "Streak (copy 2)"] {
            let copy = api.call(METHOD, params.clone()).await.expect("a copy");
            assert_eq!((&copy["segment"]["name"], &copy["segment"]["userCount"]), (&json!(expected), &json!(3)));
            copies.push(copy["segment"]["id"].as_str().expect("an id").to_owned());
        }
        assert_eq!(world.members(&copies[1]).await, ["u7", "u8", "u9"]);
        world.verify().await;
    }

    async fn duplicate_segment_copies_a_built_in_segment(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let params = json!({"segmentType": "behavior", "segmentValue": "streak_7", "name": "My streak"});
        let copy = api.call(METHOD, params.clone()).await.expect("a copy");
        assert_eq!((&copy["segment"]["type"], &copy["segment"]["userCount"]), (&json!("custom"), &json!(3)));
        let refused = api.call(METHOD, params).await.expect_err("the name is taken");
        assert_eq!(refused.code, -32049);
    }

    async fn duplicate_segment_of_every_built_in_one_has_the_same_members(world: World) {
        world_of_streaks(&world).await;
        world.run(integration_tests::now()).await;
        let api = Api::new(&world).await;
        let listed = api.call("adminAudience.getSegments", json!({})).await.expect("a list");
        for segment in listed["segments"].as_array().expect("segments").clone() {
            let params = json!({"segmentType": segment["segmentType"], "segmentValue": segment["segmentValue"]});
            let copy = api.call(METHOD, params).await.expect("a copy");
            assert_eq!(copy["segment"]["userCount"], segment["userCount"], "{segment}");
        }
    }

    async fn duplicate_segment_shortens_a_long_name(world: World) {
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, &"ü".repeat(100), 7).await;
        let copy = api.call(METHOD, json!({"segmentType": "custom", "segmentValue": value})).await.expect("a copy");
        assert_eq!(copy["segment"]["name"], "ü".repeat(93) + " (copy)");
        let blank = json!({"segmentType": "custom", "segmentValue": value, "name": " "});
        assert_eq!(api.call(METHOD, blank).await.expect_err("no name").faults(), ["name: is blank"]);
    }
}
