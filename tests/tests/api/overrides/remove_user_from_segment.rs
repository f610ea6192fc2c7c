//! `adminAudience.removeUserFromSegment`.

use chrono::TimeDelta;
use integration_tests::{Api, World, now, on_both_databases, user};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.removeUserFromSegment";

fn of(user: &str) -> Json {
    json!({"userId": user, "segmentType": "plan", "segmentValue": "free"})
}

async fn world_of_two(world: &World) {
    world.users(&[user("ann"), user("bob")]).await;
    world.run(now()).await;
}

on_both_databases! {
    async fn override_exclude_takes_effect_at_once_and_stays(world: World) {
        world_of_two(&world).await;
        let api = Api::new(&world).await;
        let mut params = of("ann");
        params["reason"] = "asked for it".into();

        assert_eq!(api.call(METHOD, params).await, Ok(json!({"success": true})));

        assert_eq!(world.members("plan:free").await, ["bob"]);
        assert_eq!(world.counts().await["plan:free"], 1);
        world.run(now() + TimeDelta::days(1)).await;
        assert_eq!(world.members("plan:free").await, ["bob"], "the next run does not bring the user back");
        let event = "SELECT cause, actor FROM segment_event WHERE NOT entered";
        assert_eq!(world.query::<(String, String)>(event).await, [("admin".into(), "token:test ADMIN".into())]);
        let decided = "SELECT decision, actor, reason FROM segment_override";
        let expected = ("exclude".into(), "token:test ADMIN".into(), "asked for it".into());
        assert_eq!(world.query::<(String, String, String)>(decided).await, [expected]);
        let audit = "SELECT actor, action, target, CAST(detail AS text) FROM audit_log";
        let [(actor, action, target, detail)] = &world.query::<(String, String, String, String)>(audit).await[..] else {
            panic!("one entry")
        };
        assert_eq!((actor.as_str(), action.as_str()), ("token:test ADMIN", "removeUserFromSegment"));
        assert_eq!(target, "segment plan:free, user ann");
        assert_eq!(serde_json::from_str::<Json>(detail).expect("JSON"), json!({"reason": "asked for it"}));
    }

    async fn override_exclude_twice_changes_nothing(world: World) {
        world_of_two(&world).await;
        let api = Api::new(&world).await;
        api.call(METHOD, of("ann")).await.expect("it is done");
        let events = world.events().await;
        assert_eq!(api.call(METHOD, of("ann")).await, Ok(json!({"success": true})));
        assert_eq!(world.events().await, events);
        world.verify().await;
    }

    async fn override_exclude_works_for_a_user_who_is_not_a_member(world: World) {
        world.users(&[user("ann")]).await;
        let api = Api::new(&world).await;
        api.call(METHOD, of("ann")).await.expect("it is done");
        world.run(now()).await;
        assert!(world.members("plan:free").await.is_empty());
    }

    async fn override_exclude_of_something_unknown_writes_nothing(world: World) {
        world_of_two(&world).await;
        let api = Api::new(&world).await;
        let mut no_segment = of("ann");
        no_segment["segmentValue"] = "gold".into();
        for (params, what) in [(of("nobody"), "user nobody"), (no_segment, "segment plan:gold")] {
            let error = api.call(METHOD, params).await.expect_err("it is refused");
            assert_eq!((error.code, &error.data["what"]), (-32044, &json!(what)));
        }
        let written = "SELECT (SELECT count(*) FROM audit_log) + (SELECT count(*) FROM segment_override)";
        assert_eq!(world.query::<(i64,)>(written).await, [(0,)]);
    }

    async fn override_exclude_refuses_invalid_params(world: World) {
        world_of_two(&world).await;
        let api = Api::new(&world).await;
        for (key, value) in [
            ("reason", json!("x".repeat(501))),
            ("reason", json!("a\0b")),
            ("userId", json!("")),
            ("userId", json!("a\0b")),
            ("userId", json!(7)),
            ("segmentType", json!("colour")),
            ("segmentValue", json!("a'b")),
            ("more", json!(1)),
        ] {
            let mut params = of("ann");
            params[key] = value;
            let error = api.call(METHOD, params).await.expect_err("it is refused");
            assert_eq!((error.code, error.faults().len()), (-32602, 1), "{key}: {error:?}");
        }
        assert_eq!(world.members("plan:free").await, ["ann", "bob"]);
    }
}
