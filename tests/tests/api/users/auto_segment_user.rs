//! `adminAudience.autoSegmentUser`.

use integration_tests::{Api, ago, now, on_both_databases, user};
use serde_json::json;

const METHOD: &str = "adminAudience.autoSegmentUser";

on_both_databases! {
    async fn auto_segment_user_evaluates_only_one_user(world: World) {
        let mut ann = user("ann");
        world.users(&[ann.clone(), user("bob")]).await;
        world.run(now()).await;
        ann.plan = "PRO".into();
        ann.last_activity_at = Some(ago(1));
        let mut bob = user("bob");
        bob.plan = "PRO".into();
        world.users(&[ann, bob]).await;
        let api = Api::new(&world).await;

        let answer = api.call(METHOD, json!({"userId": "ann"})).await.expect("an answer");

        assert_eq!(answer, json!({
            "segmentsAdded": ["plan:pro", "lifecycle:active"],
            "segmentsRemoved": ["plan:free", "lifecycle:churned"],
            "currentSegments": ["plan:pro", "lifecycle:active"],
        }));
        assert_eq!(world.members("plan:pro").await, ["ann"]);
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM user_dirty").await, [(1,)], "bob is still to come");
        let events = "SELECT DISTINCT actor FROM segment_event WHERE cause = 'user_run'";
        assert_eq!(world.query::<(String,)>(events).await, [("token:test ADMIN".into(),)]);
        let audit = "SELECT action, target FROM audit_log";
        assert_eq!(world.query::<(String, String)>(audit).await, [("autoSegmentUser".into(), "user ann".into())]);
        world.verify().await;
    }

    async fn auto_segment_user_twice_changes_nothing(world: World) {
        world.users(&[user("ann")]).await;
        let api = Api::new(&world).await;
        api.call(METHOD, json!({"userId": "ann"})).await.expect("an answer");
        let events = world.events().await;
        let answer = api.call(METHOD, json!({"userId": "ann"})).await.expect("an answer");
        assert_eq!((&answer["segmentsAdded"], &answer["segmentsRemoved"]), (&json!([]), &json!([])));
        assert_eq!(world.events().await, events);
    }

    async fn auto_segment_user_of_an_unknown_user_is_not_found(world: World) {
        let api = Api::new(&world).await;
        assert_eq!(api.call(METHOD, json!({"userId": "nobody"})).await.expect_err("it is refused").code, -32044);
        assert_eq!(api.call(METHOD, json!({})).await.expect_err("it is refused").faults(), ["userId: is missing"]);
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM audit_log").await, [(0,)]);
    }
}
