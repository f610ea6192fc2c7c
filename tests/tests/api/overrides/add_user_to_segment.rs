//! `adminAudience.addUserToSegment`.

use chrono::TimeDelta;
use domain::instant::format_instant;
use integration_tests::{
    Api, now, on_both_databases,
    streaks::{in_all_of, make, make_on_streak, world_of_streaks},
    user,
};
use serde_json::json;

const METHOD: &str = "adminAudience.addUserToSegment";

on_both_databases! {
    async fn override_include_takes_effect_at_once_and_stays(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        let params = json!({"userId": "ann", "segmentType": "plan", "segmentValue": "premium", "reason": "a guest"});

        assert_eq!(api.call(METHOD, params.clone()).await, Ok(json!({"success": true})));
        assert_eq!(api.call(METHOD, params).await, Ok(json!({"success": true})), "once more is no error");

        assert_eq!(world.members("plan:premium").await, ["ann"]);
        world.run(now() + TimeDelta::days(400)).await;
        assert_eq!(world.members("plan:premium").await, ["ann"]);
        let event = "SELECT cause, actor FROM segment_event WHERE cause = 'admin'";
        assert_eq!(world.query::<(String, String)>(event).await, [("admin".into(), "token:test ADMIN".into())]);
        let audit = "SELECT action, target FROM audit_log ORDER BY no LIMIT 1";
        let expected = ("addUserToSegment".into(), "segment plan:premium, user ann".into());
        assert_eq!(world.query::<(String, String)>(audit).await, [expected]);
    }

    async fn override_include_expires(world: World) {
        world.users(&[user("ann")]).await;
        let api = Api::new(&world).await;
        let until = now() + TimeDelta::days(1);
        let params = json!({
            "userId": "ann", "segmentType": "plan", "segmentValue": "premium", "expiresAt": format_instant(until),
        });
        api.call(METHOD, params).await.expect("it is done");
        world.run(until - TimeDelta::seconds(1)).await;
        assert_eq!(world.members("plan:premium").await, ["ann"]);
        world.run(until).await;
        assert!(world.members("plan:premium").await.is_empty());
    }

    async fn override_include_refuses_an_expiry_that_is_past_or_invalid(world: World) {
        world.users(&[user("ann")]).await;
        let api = Api::new(&world).await;
        for expires_at in [json!(format_instant(now())), json!("tomorrow"), json!("9999-12-31T23:59:59-01:00"), json!(1)] {
            let params = json!({
                "userId": "ann", "segmentType": "plan", "segmentValue": "premium", "expiresAt": expires_at,
            });
            let error = api.call(METHOD, params).await.expect_err("it is refused");
            assert_eq!((error.code, &error.data["faults"][0]["path"]), (-32602, &json!("expiresAt")), "{expires_at}");
        }
        assert!(world.members("plan:premium").await.is_empty());
    }

    /// Segments that refer to this one use the new membership at once.
    async fn override_include_updates_dependants_for_this_user(world: World) {
        world_of_streaks(&world).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 7).await;
        let within = make(&api, in_all_of("Within", &[&value])).await;
        let further = make(&api, in_all_of("Further", &[&within])).await;
        // What was not evaluated yet is left to a run.
        world.users(&[user("u9")]).await;
        api.call("adminAudience.setSegmentActive", json!({"segmentValue": value, "isActive": false})).await.expect("set");

        let params = json!({"userId": "u1", "segmentType": "custom", "segmentValue": value});
        api.call(METHOD, params).await.expect("it is done");

        for value in [&value, &within, &further] {
            assert_eq!(world.members(&format!("custom:{value}")).await, ["u1", "u7", "u8", "u9"]);
        }
        let events = "SELECT cause, actor FROM segment_event ORDER BY no DESC LIMIT 3";
        let admin = ("admin".to_owned(), "token:test ADMIN".to_owned());
        assert_eq!(world.query::<(String, String)>(events).await, [admin.clone(), admin.clone(), admin]);
        world.verify().await;
    }

    /// Whatever is damaged in the user's data.
    async fn override_include_works_for_an_unreadable_user(world: World) {
        if !world.database().is_embedded() {
            // PostgreSQL enforces column types, so there is no such damage.
            return;
        }
        world.users(&[user("ann")]).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 7).await;
        make(&api, in_all_of("Within", &[&value])).await;
        world.execute("UPDATE users SET created_at = 'long ago'").await;
        let params = json!({"userId": "ann", "segmentType": "custom", "segmentValue": value});
        api.call(METHOD, params).await.expect("it is done");
        assert_eq!(world.members(&format!("custom:{value}")).await, ["ann"]);
    }

    async fn override_include_replaces_an_exclude(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        let params = json!({"userId": "ann", "segmentType": "plan", "segmentValue": "free"});
        api.call("adminAudience.removeUserFromSegment", params.clone()).await.expect("it is done");
        api.call(METHOD, params).await.expect("it is done");
        assert_eq!(world.members("plan:free").await, ["ann"]);
        world.verify().await;
    }

    async fn override_include_of_something_unknown_is_not_found(world: World) {
        world.users(&[user("ann")]).await;
        let api = Api::new(&world).await;
        for (user, value) in [("nobody", "free"), ("ann", "gold")] {
            let params = json!({"userId": user, "segmentType": "plan", "segmentValue": value});
            assert_eq!(api.call(METHOD, params).await.expect_err("it is refused").code, -32044);
        }
    }
}
