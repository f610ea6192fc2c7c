//! `adminAudience.rollBackCustomSegment`.

use integration_tests::{
    Api, on_both_databases,
    streaks::{in_all_of, make, make_on_streak, merged, on_streak, world_of_streaks},
};
use serde_json::json;

const METHOD: &str = "adminAudience.rollBackCustomSegment";

on_both_databases! {
    async fn roll_back_makes_an_earlier_version_the_next_one(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 7).await;
        let change = merged(on_streak("Long streak", 9), json!({"segmentValue": value, "version": 1}));
        api.call("adminAudience.updateCustomSegment", change).await.expect("it is saved");

        let saved = api.call(METHOD, json!({"segmentValue": value, "version": 2, "toVersion": 1})).await.expect("back");

        assert_eq!((&saved["version"], &saved["entered"], &saved["segment"]["name"]), (&json!(3), &json!(2), &json!("Streak")));
        assert_eq!(world.members(&format!("custom:{value}")).await, ["u7", "u8", "u9"]);
        world.verify().await;
        let stale = json!({"segmentValue": value, "version": 2, "toVersion": 1});
        assert_eq!(api.call(METHOD, stale).await.expect_err("it has version 3").data, json!({"version": 3}));
        let unknown = json!({"segmentValue": value, "version": 3, "toVersion": 9});
        assert_eq!(api.call(METHOD, unknown).await.expect_err("no version 9").code, -32044);
    }

    async fn roll_back_to_a_version_that_would_make_a_cycle_is_refused(world: World) {
        let api = Api::new(&world).await;
        let other = make_on_streak(&api, "Other", 7).await;
        let value = make(&api, in_all_of("Mine", &[&other])).await;
        let change = merged(on_streak("Mine", 9), json!({"segmentValue": value, "version": 1}));
        api.call("adminAudience.updateCustomSegment", change).await.expect("it is saved");
        let turned = merged(in_all_of("Other", &[&value]), json!({"segmentValue": other, "version": 1}));
        api.call("adminAudience.updateCustomSegment", turned).await.expect("it is saved");

        let refused = api.call(METHOD, json!({"segmentValue": value, "version": 2, "toVersion": 1})).await;

        let refused = refused.expect_err("a cycle");
        assert_eq!((refused.code, refused.faults().len()), (-32049, 1));
    }
}
