//! `adminAudience.setSegmentActive`.

use integration_tests::{
    Api, now, on_both_databases,
    streaks::{in_all_of, make, make_on_streak, world_of_streaks},
    user,
};
use serde_json::json;

const METHOD: &str = "adminAudience.setSegmentActive";

on_both_databases! {
    async fn members_stay_while_it_is_inactive_and_follow_when_it_is_active_again(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 7).await;
        let key = format!("custom:{value}");
        let set = |is_active: bool| json!({"segmentValue": value, "isActive": is_active});

        let saved = api.call(METHOD, set(false)).await.expect("it is set");
        assert_eq!((&saved["segment"]["isActive"], &saved["left"]), (&json!(false), &json!(0)));
        let mut changed = user("u0");
        changed.current_streak = 30;
        world.users(&[changed, user("u9")]).await;
        world.run(now()).await;
        assert_eq!(world.members(&key).await, ["u7", "u8", "u9"], "runs pass it over");

        let saved = api.call(METHOD, set(true)).await.expect("it is set");
        assert_eq!((&saved["segment"]["isActive"], &saved["entered"], &saved["left"]), (&json!(true), &json!(1), &json!(1)));
        assert_eq!(world.members(&key).await, ["u0", "u7", "u8"]);
        let again = api.call(METHOD, set(true)).await.expect("it is set already");
        assert_eq!((&again["entered"], &again["left"]), (&json!(0), &json!(0)));
        world.verify().await;
    }

    async fn segments_that_refer_to_it_follow_when_it_is_active_again(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 7).await;
        let within = make(&api, in_all_of("Within", &[&value])).await;
        let key = format!("custom:{within}");
        let set = |is_active: bool| json!({"segmentValue": value, "isActive": is_active});
        assert_eq!(api.call(METHOD, set(false)).await.expect("it is set")["dependants"], json!([]), "nothing follows");
        world.users(&[user("u9")]).await;
        world.run(now()).await;
        assert_eq!(world.members(&key).await, ["u7", "u8", "u9"]);

        let saved = api.call(METHOD, set(true)).await.expect("it is set");

        assert_eq!(saved["dependants"], json!([{"id": key, "name": "Within", "entered": 0, "left": 1}]));
        assert_eq!(world.members(&key).await, ["u7", "u8"]);
        world.verify().await;
    }

    async fn it_stays_inactive_if_its_definition_cannot_be_used(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let inner = make_on_streak(&api, "Inner", 7).await;
        let outer = make(&api, in_all_of("Outer", &[&inner])).await;
        api.call(METHOD, json!({"segmentValue": outer, "isActive": false})).await.expect("it is set");
        world.execute("DELETE FROM segment WHERE id = (SELECT min(segment_id) FROM custom_segment)").await;
        let refused = api.call(METHOD, json!({"segmentValue": outer, "isActive": true})).await.expect_err("it refers to nothing");
        assert_eq!((refused.code, refused.message.as_str()), (-32049, "The stored definition is no longer valid"));
        assert_eq!(refused.faults().len(), 1);
        let shown = api.call("adminAudience.getSegment", json!({"segmentType": "custom", "segmentValue": outer})).await;
        assert_eq!(shown.expect("the segment")["isActive"], false);
    }

    async fn only_custom_segments_can_be_deactivated(world: World) {
        let api = Api::new(&world).await;
        for value in ["free", "no-such"] {
            let refused = api.call(METHOD, json!({"segmentValue": value, "isActive": false})).await.expect_err("none");
            assert_eq!(refused.code, -32044);
        }
    }
}
