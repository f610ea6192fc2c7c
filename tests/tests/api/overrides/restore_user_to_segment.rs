//! `adminAudience.restoreUserToSegment`.

use integration_tests::{
    Api, World, now, on_both_databases,
    streaks::{in_all_of, make, make_on_streak, world_of_streaks},
    user,
};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.restoreUserToSegment";

fn of(user: &str, value: &str) -> Json {
    json!({"userId": user, "segmentType": "plan", "segmentValue": value})
}

async fn decisions(world: &World) -> i64 {
    world.query::<(i64,)>("SELECT count(*) FROM segment_override").await[0].0
}

on_both_databases! {
    async fn override_removed_lets_the_rule_apply_at_once(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        api.call("adminAudience.removeUserFromSegment", of("ann", "free")).await.expect("it is done");
        api.call("adminAudience.addUserToSegment", of("ann", "pro")).await.expect("it is done");

        let brought_back = api.call(METHOD, of("ann", "free")).await;
        assert_eq!(brought_back, Ok(json!({"success": true, "isMember": true})));
        let sent_away = api.call(METHOD, of("ann", "pro")).await;
        assert_eq!(sent_away, Ok(json!({"success": true, "isMember": false})));

        assert_eq!(world.segments_of("ann").await, ["lifecycle:churned", "plan:free"]);
        assert_eq!(decisions(&world).await, 0);
        world.verify().await;
        let audit = "SELECT action, target FROM audit_log ORDER BY no DESC LIMIT 1";
        let expected = ("restoreUserToSegment".into(), "segment plan:pro, user ann".into());
        assert_eq!(world.query::<(String, String)>(audit).await, [expected]);
    }

    /// Only this segment follows; the rest is left to a run.
    async fn override_removed_leaves_other_segments_alone(world: World) {
        world.users(&[user("ann")]).await;
        let api = Api::new(&world).await;
        let answer = api.call(METHOD, of("ann", "free")).await;
        assert_eq!(answer, Ok(json!({"success": true, "isMember": true})));
        assert_eq!(world.segments_of("ann").await, ["plan:free"]);
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM user_dirty").await, [(1,)], "still to be evaluated");
    }

    /// Segments that refer to this one use the new membership at once.
    async fn override_removed_updates_dependants_for_this_user(world: World) {
        world_of_streaks(&world).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 7).await;
        let within = make(&api, in_all_of("Within", &[&value])).await;
        let further = make(&api, in_all_of("Further", &[&within])).await;
        let about = |user: &str| json!({"userId": user, "segmentType": "custom", "segmentValue": value});
        api.call("adminAudience.removeUserFromSegment", about("u7")).await.expect("it is done");
        api.call("adminAudience.addUserToSegment", about("u1")).await.expect("it is done");
        let keys = [&value, &within, &further].map(|value| format!("custom:{value}"));
        for key in &keys {
            assert_eq!(world.members(key).await, ["u1", "u8", "u9"]);
        }
        for user in ["u1", "u7"] {
            api.call(METHOD, about(user)).await.expect("it is done");
        }
        for key in &keys {
            assert_eq!(world.members(key).await, ["u7", "u8", "u9"]);
        }
        world.verify().await;
    }

    /// The override of the other segment stays in effect.
    async fn override_removed_keeps_the_override_of_a_dependant(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 7).await;
        let within = make(&api, in_all_of("Within", &[&value])).await;
        let about = |value: &str| json!({"userId": "u9", "segmentType": "custom", "segmentValue": value});
        api.call("adminAudience.addUserToSegment", about(&within)).await.expect("it is done");
        api.call("adminAudience.removeUserFromSegment", about(&value)).await.expect("it is done");
        assert_eq!(world.members(&format!("custom:{within}")).await, ["u7", "u8", "u9"]);
        assert_eq!(api.call(METHOD, about(&within)).await.expect("it is done")["isMember"], false);
        assert_eq!(api.call(METHOD, about(&value)).await.expect("it is done")["isMember"], true);
        assert_eq!(world.members(&format!("custom:{within}")).await, ["u7", "u8", "u9"]);
    }

    async fn override_removed_twice_changes_nothing(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        let events = world.events().await;
        assert_eq!(api.call(METHOD, of("ann", "free")).await, Ok(json!({"success": true, "isMember": true})));
        assert_eq!(world.events().await, events);
    }

    async fn override_removed_keeps_members_of_a_segment_that_runs_skip(world: World) {
        world.users(&[user("ann")]).await;
        let api = Api::new(&world).await;
        api.call("adminAudience.addUserToSegment", of("ann", "pro")).await.expect("it is done");
        world.execute("UPDATE segment SET is_active = false WHERE segment_value = 'pro'").await;
        let answer = api.call(METHOD, of("ann", "pro")).await;
        assert_eq!(answer, Ok(json!({"success": true, "isMember": true})));
        assert_eq!(world.members("plan:pro").await, ["ann"]);
    }

    async fn override_removed_of_something_unknown_is_not_found(world: World) {
        world.users(&[user("ann")]).await;
        let api = Api::new(&world).await;
        for (user, value) in [("nobody", "free"), ("ann", "gold")] {
            assert_eq!(api.call(METHOD, of(user, value)).await.expect_err("it is refused").code, -32044);
        }
    }
}
