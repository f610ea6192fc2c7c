//! `adminAudience.eraseUser`.

use integration_tests::{Api, Program, now, on_both_databases, quiz, user};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.eraseUser";

on_both_databases! {
    async fn erase_user_leaves_only_a_number(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.attempts(&[quiz("ann", 1, "AZ-104")]).await;
        world.run(now()).await;
        let no = world.no("ann").await;
        let api = Api::new(&world).await.as_superadmin().await;

        assert_eq!(api.call(METHOD, json!({"userId": "ann"})).await, Ok(json!({"success": true, "namedIn": []})));

        for table in ["users WHERE no", "quiz_attempts WHERE user_no", "user_segment WHERE user_no", "user_stats WHERE user_no"] {
            assert_eq!(world.query::<(i64,)>(&format!("SELECT count(*) FROM {table} = {no}")).await, [(0,)], "{table}");
        }
        assert_eq!(world.members("plan:free").await, ["bob"]);
        assert_eq!(world.counts().await["plan:free"], 1);
        world.verify().await;
        let events = "SELECT DISTINCT actor FROM segment_event WHERE cause = 'erasure'";
        assert_eq!(world.query::<(String,)>(events).await, [("token:test SUPERADMIN".into(),)]);
        let audit = "SELECT action, target FROM audit_log";
        assert_eq!(world.query::<(String, String)>(audit).await, [("eraseUser".into(), format!("user number {no}"))]);
        assert_eq!(api.call(METHOD, json!({"userId": "ann"})).await.expect_err("gone").code, -32044);
    }

    async fn erase_user_names_the_definitions_that_still_name_the_person(world: World) {
        let mut person = user("ann-7");
        person.email = "Rene.Stra\u{df}e@example.org".into();
        world.users(&[person, user("bob")]).await;
        let api = Api::new(&world).await.as_superadmin().await;
        let definition = |name: &str, criteria: Json| json!({"name": name, "combineWith": "OR", "criteria": criteria});
        let email = |operator: &str, value: &str| json!({"field": "email", "operator": operator, "value": value});
        let streak = json!({"field": "currentStreak", "operator": ">", "value": 3});
        let inner = json!({"combineWith": "AND", "not": true, "criteria": [email("equals", "RENE.STRASSE@EXAMPLE.ORG")]});
        let mut values = Vec::new();
        for (name, criteria) in [
            ("In a group", json!([streak, inner])),
            ("In a list of texts", json!([email("contains", "<rene.strasse@example.org>")])),
            ("By the id", json!([{"field": "lastName", "operator": "not_equals", "value": "ANN-7"}])),
            ("Part of the address", json!([email("ends_with", "@example.org")])),
            ("Another person", json!([email("equals", "bob@example.org")])),
            ("Part of the id", json!([email("starts_with", "ann")])),
        ] {
            let made = api.call("adminAudience.createCustomSegment", definition(name, criteria)).await.expect("it is made");
            values.push(made["segment"]["segmentValue"].as_str().expect("a value").to_owned());
        }
        // Only its first version and its third one, by the description.
        for (version, description) in [(1, ""), (2, "For Rene.Strasse@example.org")] {
            let mut changed = definition("In a group", json!([streak]));
            changed["segmentValue"] = json!(values[0]);
            changed["version"] = json!(version);
            changed["description"] = json!(description);
            api.call("adminAudience.updateCustomSegment", changed).await.expect("it is changed");
        }

        let answer = api.call(METHOD, json!({"userId": "ann-7"})).await.expect("erased");
        let naming = |value: usize, name: &str, version: u32, is_current: bool| {
            json!({"segmentValue": values[value], "name": name, "version": version, "isCurrent": is_current})
        };
        let mut expected = vec![
            naming(0, "In a group", 1, false), naming(0, "In a group", 3, true), naming(1, "In a list of texts", 1, true),
            naming(2, "By the id", 1, true),
        ];
        expected.sort_by_key(|naming| (naming["segmentValue"].to_string(), naming["version"].as_u64()));
        assert_eq!(answer, json!({"success": true, "namedIn": expected}));
    }

    async fn erase_user_deletes_what_pulls_keep_of_an_unknown_user(world: World) {
        world.users(&[user("bob")]).await;
        world.execute("INSERT INTO pull_waiting (source, part, user_id) VALUES ('a', 'attempts', 'ann@x'), ('b', 'events', 'ann@x'), ('a', 'events', 'bob@x')").await;
        let api = Api::new(&world).await.as_superadmin().await;
        let erased = api.call(METHOD, json!({"userId": " ann@x"})).await.expect_err("there is no such user");
        let said = "Not found: user ann@x, but pulls had kept this id: it is deleted now";
        assert_eq!((erased.code, erased.message.as_str()), (-32044, said));
        assert_eq!(world.query::<(String,)>("SELECT user_id FROM pull_waiting").await, [("bob@x".to_owned(),)]);
        let again = api.call(METHOD, json!({"userId": "ann@x"})).await.expect_err("there is no such user");
        assert_eq!(again.message, "Not found: user ann@x");
        assert_eq!(world.query::<(String,)>("SELECT action FROM audit_log").await, [("eraseUser".to_owned(),)]);
        let ended = Program::engine(&world.test_database.url).args(["erase-user", "bob@x", "--confirm"]).run().expect(1);
        assert_eq!(ended.errors, "error: there is no user bob@x, but pulls had kept this id: it is deleted now\n");
        assert_eq!(world.query::<(String,)>("SELECT user_id FROM pull_waiting").await, []);
    }

    async fn erase_user_is_not_allowed_for_an_admin(world: World) {
        world.users(&[user("ann")]).await;
        let api = Api::new(&world).await;
        assert_eq!(api.call(METHOD, json!({"userId": "ann"})).await.expect_err("it is refused").code, -32043);
        world.no("ann").await;
    }

    async fn erase_user_removes_the_person_from_the_audit_log(world: World) {
        world.users(&[user("ann"), user("annabel")]).await;
        world.run(now()).await;
        let api = Api::new(&world).await.as_superadmin().await;
        for id in ["ann", "annabel"] {
            let params = json!({"userId": id, "segmentType": "plan", "segmentValue": "free", "reason": "Ann asked for it"});
            api.call("adminAudience.removeUserFromSegment", params).await.expect("removed");
        }
        let no = world.no("ann").await;
        api.call(METHOD, json!({"userId": "ann"})).await.expect("erased");
        let audit = "SELECT target, CAST(detail IS NULL AS INTEGER) FROM audit_log ORDER BY no";
        assert_eq!(world.query::<(String, i32)>(audit).await, [
            (format!("segment plan:free, user number {no}"), 1),
            ("segment plan:free, user annabel".into(), 0),
            (format!("user number {no}"), 1),
        ]);
    }

    async fn erase_user_leaves_no_name_of_a_segment_that_names_the_person_in_the_audit_log(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let api = Api::new(&world).await.as_superadmin().await;
        let definition = json!([{"field": "level", "operator": ">=", "value": 0}]);
        let params = json!({"name": "Peers of ann@example.org", "criteria": definition, "combineWith": "AND"});
        let made = api.call("adminAudience.createCustomSegment", params).await.expect("created");
        let value = made["segment"]["segmentValue"].clone();
        let copy = json!({"segmentType": "custom", "segmentValue": value});
        let copy = api.call("adminAudience.duplicateSegment", copy).await.expect("copied");
        let params = json!({"segmentValue": copy["segment"]["segmentValue"]});
        api.call("adminAudience.deleteCustomSegment", params).await.expect("deleted");
        for name in ["Peers of Ann@Example.org", "Peers of ann", "Peers of Annabel"] {
            let detail = json!({"name": name, "members": 2});
            world.execute(&format!(
                "INSERT INTO audit_log (at, actor, action, detail) VALUES ('2026-03-10T12:00:00Z', 'token:ops', 'createCustomSegment', '{detail}')"
            )).await;
        }
        let no = world.no("ann").await;
        api.call(METHOD, json!({"userId": "ann"})).await.expect("erased");
        let names = "SELECT coalesce(detail ->> 'name', '') FROM audit_log WHERE action <> 'eraseUser' ORDER BY no";
        let erased = format!("user number {no}");
        let expected = ["", "", &erased, &erased, &erased, "Peers of Annabel"].map(|name| (name.to_owned(),));
        assert_eq!(world.query::<(String,)>(names).await, expected);
    }
}
