//! `adminAudience.createCustomSegment`.

use integration_tests::{
    Api, now, on_both_databases, quiz,
    streaks::{make_on_streak, merged, on_streak, world_of_streaks},
};
use serde_json::json;

const METHOD: &str = "adminAudience.createCustomSegment";

on_both_databases! {
    async fn create_custom_segment_has_members_when_the_call_returns(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let mut params = on_streak("  On a streak ", 7);
        params["description"] = "7 days in a row".into();

        let answer = api.call(METHOD, params).await.expect("it is made");

        assert_eq!(answer["success"], true);
        let segment = &answer["segment"];
        assert_eq!((&segment["name"], &segment["description"]), (&json!("On a streak"), &json!("7 days in a row")));
        assert_eq!((&segment["type"], &segment["userCount"]), (&json!("custom"), &json!(3)));
        assert_eq!(segment["version"], 1, "by which it can be changed next");
        let key = segment["id"].as_str().expect("an id");
        assert_eq!(world.members(key).await, ["u7", "u8", "u9"]);
        world.verify().await;
        let events = "SELECT DISTINCT cause, actor FROM segment_event";
        let expected = ("segment_saved".into(), "token:test ADMIN".into());
        assert_eq!(world.query::<(String, String)>(events).await, [expected]);
        let listed = api.call("adminAudience.getSegments", json!({"searchQuery": "on a streak"})).await.expect("a list");
        assert_eq!((&listed["segments"][0]["userCount"], &listed["segments"][0]["version"]), (&json!(3), &json!(1)));
        let audit = "SELECT action, target FROM audit_log";
        assert_eq!(
            world.query::<(String, String)>(audit).await,
            [("createCustomSegment".into(), format!("segment {key}"))]
        );

        let report = world.run(now()).await;
        let custom: Vec<_> = report.by_segment.keys().filter(|segment| segment.to_string() == key).collect();
        assert!(custom.is_empty(), "a run finds nothing to change");
    }

    async fn create_custom_segment_works_with_every_kind_of_condition(world: World) {
        world_of_streaks(&world).await;
        world.attempts(&[quiz("u1", 1, "AZ-104"), quiz("u2", 2, "AWS-SAA-C03")]).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        let params = json!({
            "name": "Of all kinds", "combineWith": "OR",
            "criteria": [
                {"field": "quizAttempts", "operator": ">=", "value": 1, "within": "30d", "provider": "AWS"},
                {"combineWith": "AND", "not": true, "criteria": [
                    {"field": "email", "operator": "contains", "value": "U"},
                ]},
                {"combineWith": "AND", "criteria": [
                    {"field": "segment", "operator": "in", "value": ["behavior:streak_7"]},
                    {"field": "lastActivityAt", "operator": "is_not_set"},
                    {"field": "createdAt", "operator": "not_within_last", "value": "7d"},
                ]},
            ],
        });
        let answer = api.call(METHOD, params).await.expect("it is made");
        let key = answer["segment"]["id"].as_str().expect("an id");
        assert_eq!(world.members(key).await, ["u2", "u7", "u8", "u9"]);
        let report = world.run(now()).await;
        assert_eq!((report.entered, report.left), (0, 0), "the engine agrees");
    }

    async fn create_custom_segment_refuses_a_taken_name_in_any_case(world: World) {
        let api = Api::new(&world).await;
        api.call(METHOD, on_streak("Straße", 7)).await.expect("it is made");
        let error = api.call(METHOD, on_streak(" STRASSE ", 7)).await.expect_err("it is refused");
        assert_eq!((error.code, &error.data), (-32049, &json!({"name": "STRASSE"})));
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM segment").await, [(14,)], "nothing is left of it");
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM audit_log").await, [(1,)]);
    }

    async fn a_name_is_taken_by_any_segment_in_any_normal_form(world: World) {
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Caf\u{e9}", 7).await;
        for taken in ["CAFE\u{301}", "Free Users", "free users", " 7-DAY STREAK "] {
            let name = json!({"name": taken.trim()});
            let error = api.call(METHOD, on_streak(taken, 7)).await.expect_err("it is refused");
            assert_eq!((error.code, &error.data), (-32049, &name), "{taken}");
            let copy = json!({"segmentType": "plan", "segmentValue": "pro", "name": taken});
            let error = api.call("adminAudience.duplicateSegment", copy).await.expect_err("it is refused");
            assert_eq!((error.code, &error.data), (-32049, &name), "{taken}");
        }
        let renamed = merged(on_streak("CAFE\u{301}", 7), json!({"segmentValue": value, "version": 1}));
        api.call("adminAudience.updateCustomSegment", renamed).await.expect("the name is its own");
        let taken = merged(on_streak("Pro Users", 7), json!({"segmentValue": value, "version": 2}));
        let error = api.call("adminAudience.updateCustomSegment", taken).await.expect_err("it is refused");
        assert_eq!((error.code, error.data), (-32049, json!({"name": "Pro Users"})));

        // An earlier version allowed it.
        world.execute("UPDATE custom_segment_version SET name = 'Free Users' WHERE version = 1").await;
        let back = json!({"segmentValue": value, "version": 2, "toVersion": 1});
        let error = api.call("adminAudience.rollBackCustomSegment", back).await.expect_err("it is refused");
        assert_eq!((error.code, error.data), (-32049, json!({"name": "Free Users"})));
    }

    async fn a_name_has_nothing_that_nobody_sees(world: World) {
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Mine", 7).await;
        let hidden = "name: must not contain line breaks, tabs, or invisible or direction characters";
        for (name, fault) in [
            ("\u{200b}", "name: is blank"),
            ("V\u{200b}IP", hidden),
            ("a\nb", hidden),
            ("a\tb", hidden),
            ("\u{202e}Free", hidden),
        ] {
            let change = merged(on_streak(name, 7), json!({"segmentValue": value, "version": 1}));
            let copy = json!({"segmentType": "custom", "segmentValue": value, "name": name});
            for (method, params) in [
                (METHOD, on_streak(name, 7)),
                ("adminAudience.updateCustomSegment", change),
                ("adminAudience.duplicateSegment", copy),
            ] {
                let error = api.call(method, params).await.expect_err("it is refused");
                assert_eq!((error.code, error.faults()), (-32602, vec![fault.to_owned()]), "{method} {name:?}");
            }
        }
        // An earlier version allowed it.
        world.execute("UPDATE custom_segment SET name = 'a\tb'").await;
        let copy = api.call("adminAudience.duplicateSegment", json!({"segmentType": "custom", "segmentValue": value}));
        assert_eq!(copy.await.expect("a copy")["segment"]["name"], "ab (copy)");
    }

    async fn create_custom_segment_names_every_fault_with_its_path(world: World) {
        let api = Api::new(&world).await;
        let params = json!({
            "name": "  ", "combineWith": "AND",
            "criteria": [
                {"field": "colour", "operator": "equals", "value": "red"},
                {"combineWith": "OR", "criteria": [
                    {"field": "plan", "operator": "equals", "value": "GOLD"},
                    {"field": "segment", "operator": "in", "value": ["custom:gone"]},
                    7,
                ]},
            ],
        });
        let faults = api.call(METHOD, params).await.expect_err("it is refused").faults();
        let paths: Vec<_> = faults.iter().map(|fault| fault.split(": ").next().unwrap_or_default()).collect();
        assert_eq!(paths, [
            "name",
            "criteria[0].field",
            "criteria[1].criteria[0].value",
            "criteria[1].criteria[1].value[0]",
            "criteria[1].criteria[2]",
        ], "{faults:?}");
        assert!(faults[2].contains("FREE, PRO, PREMIUM"), "{faults:?}");
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM segment").await, [(13,)]);
    }

    async fn create_custom_segment_refuses_invalid_params(world: World) {
        let api = Api::new(&world).await;
        for (key, value, path) in [
            ("name", json!(""), "name"),
            ("name", json!("x".repeat(101)), "name"),
            ("name", json!("a\0b"), "name"),
            ("description", json!("x".repeat(501)), "description"),
            ("combineWith", json!("XOR"), "combineWith"),
            ("criteria", json!([]), "criteria"),
            ("criteria", json!("plan"), "criteria"),
        ] {
            let mut params = on_streak("A name", 7);
            params[key] = value;
            let error = api.call(METHOD, params).await.expect_err("it is refused");
            assert_eq!((error.code, &error.data["faults"][0]["path"]), (-32602, &json!(path)), "{error:?}");
        }
    }
}
