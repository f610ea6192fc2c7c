//! `adminAudience.deleteCustomSegment`.

use integration_tests::{
    Api, now, on_both_databases,
    streaks::{in_all_of, make, make_on_streak, world_of_streaks},
};
use serde_json::json;

const METHOD: &str = "adminAudience.deleteCustomSegment";

on_both_databases! {
    async fn delete_custom_segment_leaves_only_the_ledger(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 7).await;
        let about = json!({"userId": "u0", "segmentType": "custom", "segmentValue": value});
        api.call("adminAudience.addUserToSegment", about).await.expect("added");

        let answer = api.call(METHOD, json!({"segmentValue": value})).await;

        assert_eq!(answer, Ok(json!({"success": true, "left": 4, "syncRemoval": false})));
        for table in ["custom_segment", "custom_segment_version", "segment_override", "user_segment"] {
            assert_eq!(world.query::<(i64,)>(&format!("SELECT count(*) FROM {table}")).await, [(0,)], "{table}");
        }
        let left = "SELECT count(*), min(actor) FROM segment_event WHERE cause = 'segment_deleted'";
        assert_eq!(world.query::<(i64, String)>(left).await, [(4, "token:test ADMIN".into())]);
        let log = api.call("adminAudience.getAuditLog", json!({"action": "deleteCustomSegment"})).await.expect("a log");
        assert_eq!(log["entries"][0]["detail"], json!({"name": "Streak", "left": 4}), "which one it was is known by its name");
        world.verify().await;
        world.run(now()).await;
        assert_eq!(api.call(METHOD, json!({"segmentValue": value})).await.expect_err("gone").code, -32044);
        make_on_streak(&api, "Streak", 7).await;
    }

    async fn delete_custom_segment_is_refused_while_others_refer_to_it(world: World) {
        let api = Api::new(&world).await;
        let inner = make_on_streak(&api, "Inner", 7).await;
        let outer = make(&api, in_all_of("Outer", &[&inner])).await;
        let before = world.dump().await;

        let refused = api.call(METHOD, json!({"segmentValue": inner})).await.expect_err("it is used");

        assert_eq!(refused.code, -32049);
        assert_eq!(refused.data, json!({"usedBy": [{"id": format!("custom:{outer}"), "name": "Outer"}]}));
        assert_eq!(world.dump().await, before);
        for value in [outer, inner] {
            api.call(METHOD, json!({"segmentValue": value})).await.expect("in this order");
        }
    }
}
