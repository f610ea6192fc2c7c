//! `adminAudience.explainUser`.

use domain::profile::User;
use integration_tests::{
    Api, ago, now, on_both_databases, quiz,
    streaks::{make, make_on_streak, world_of_streaks},
    user,
};
use segmentation_engine::run::{MayShrink, RunOptions};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.explainUser";

async fn by_segment(api: &Api, user: &str, kind: &str, value: &str) -> Json {
    let params = json!({"userId": user, "segmentType": kind, "segmentValue": value});
    api.call(METHOD, params).await.expect("an explanation")
}

on_both_databases! {
    async fn explain_user_explains_a_member_condition_by_condition(world: World) {
        world.users(&[User { plan: "PRO".into(), ..user("ann") }]).await;
        let run = world.run(ago(1)).await;
        let api = Api::new(&world).await;
        assert_eq!(by_segment(&api, "ann", "plan", "pro").await, json!({
            "userId": "ann", "deletedAt": null, "matches": true, "failure": null,
            "explanation": {
                "path": "", "kind": "set", "holds": true, "combineWith": "AND", "not": false, "observed": null,
                "items": [{
                    "path": "criteria[0]", "kind": "condition", "holds": true, "field": "plan",
                    "operator": "equals", "sentence": "plan is PRO", "observed": "PRO",
                }],
            },
            "membership": {
                "isMember": true, "wanted": true, "differs": false, "heldBack": null, "override": null,
                "lastChange": {
                    "at": "2026-03-09T12:00:00Z", "entered": true, "cause": "run", "runId": run.run.map(|run| run.0), "actor": null,
                },
            },
            "mail": {"reachable": true, "hasAddress": true, "refused": null, "suppressions": []},
        }));
    }

    async fn explain_user_shows_observed_values_of_every_kind(world: World) {
        let ann = User { first_name: Some("Zoë ẞ".into()), current_streak: 9, ..user("ann") };
        world.users(&[ann]).await;
        world.attempts(&[quiz("ann", 1, "AZ-104"), quiz("ann", 2, "GCP ACE")]).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        let criteria = json!([
            {"field": "firstName", "operator": "starts_with", "value": "ZO"},
            {"field": "lastName", "operator": "is_not_set"},
            {"field": "currentStreak", "operator": "<", "value": 7},
            {"field": "azureShare", "operator": ">=", "value": 60},
            {"field": "createdAt", "operator": ">", "value": "2030-01-01"},
            {"combineWith": "AND", "not": true, "criteria": [
                {"field": "quizAttempts", "operator": ">=", "value": 1, "provider": "GCP"},
                {"field": "segment", "operator": "in", "value": ["plan:free", "plan:pro"]},
            ]},
        ]);
        let params = json!({"userId": "ann", "combineWith": "OR", "criteria": criteria});
        let answer = api.call(METHOD, params).await.expect("an explanation");
        assert_eq!((&answer["matches"], &answer["membership"]), (&json!(true), &Json::Null));
        let items = answer["explanation"]["items"].as_array().expect("items");
        let shown = |items: &[Json]| -> Vec<(Json, Json)> {
            items.iter().map(|item| (item["holds"].clone(), item["observed"].clone())).collect()
        };
        let created_at = user("ann").created_at;
        assert_eq!(shown(items), [
            (json!(true), json!("Zoë ẞ")),
            (json!(true), Json::Null),
            (json!(false), json!(9)),
            (json!(false), json!({"part": 1, "total": 2})),
            (json!(false), json!(created_at)),
            (json!(false), Json::Null),
        ]);
        let segments = json!([{"id": "plan:free", "isMember": true}, {"id": "plan:pro", "isMember": false}]);
        assert_eq!(shown(items[5]["items"].as_array().expect("items")), [(json!(true), json!(1)), (json!(true), segments)]);
        assert_eq!(items[5]["items"][1]["path"], "criteria[5].criteria[1]");
    }

    async fn explain_user_says_what_the_next_run_would_change(world: World) {
        world.users(&[user("ann")]).await;
        world.run(ago(1)).await;
        world.users(&[User { plan: "PRO".into(), ..user("ann") }]).await;
        let api = Api::new(&world).await;
        for (value, is_member) in [("free", true), ("pro", false)] {
            let membership = by_segment(&api, "ann", "plan", value).await["membership"].clone();
            let said = (&membership["isMember"], &membership["wanted"], &membership["differs"]);
            assert_eq!(said, (&json!(is_member), &json!(!is_member), &json!(true)), "{value}");
        }
        world.run(now()).await;
        let membership = by_segment(&api, "ann", "plan", "free").await["membership"].clone();
        assert_eq!((&membership["isMember"], &membership["differs"]), (&json!(false), &json!(false)));
        assert_eq!(membership["lastChange"]["entered"], false);
    }

    async fn explain_user_shows_an_override_with_its_actor(world: World) {
        world.users(&[user("ann")]).await;
        world.run(ago(1)).await;
        let api = Api::new(&world).await;
        let about = json!({"userId": "ann", "segmentType": "plan", "segmentValue": "free", "reason": "asked"});
        api.call("adminAudience.removeUserFromSegment", about).await.expect("removed");
        let answer = by_segment(&api, "ann", "plan", "free").await;
        assert_eq!(answer["matches"], true);
        assert_eq!(answer["membership"], json!({
            "isMember": false, "wanted": false, "differs": false, "heldBack": null,
            "override": {
                "decision": "exclude", "actor": "token:test ADMIN", "reason": "asked",
                "createdAt": "2026-03-10T12:00:00Z", "expiresAt": null,
            },
            "lastChange": {
                "at": "2026-03-10T12:00:00Z", "entered": false, "cause": "admin", "runId": null,
                "actor": "token:test ADMIN",
            },
        }));
        assert_eq!(by_segment(&api, "ann", "plan", "pro").await["membership"]["override"], Json::Null);
    }

    async fn explain_user_sees_a_reference_as_the_next_run_would(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let streak = make_on_streak(&api, "Streak", 5).await;
        let on_it = json!([{"field": "segment", "operator": "in", "value": [format!("custom:{streak}")]}]);
        let depending = make(&api, json!({"name": "On it", "combineWith": "AND", "criteria": on_it})).await;
        world.users(&[User { current_streak: 8, ..user("u1") }]).await;
        let answer = by_segment(&api, "u1", "custom", &depending).await;
        assert_eq!(answer["explanation"]["items"][0]["observed"][0]["isMember"], true);
        let membership = &answer["membership"];
        assert_eq!((&membership["isMember"], &membership["wanted"], &membership["lastChange"]), (&json!(false), &json!(true), &Json::Null));
    }

    async fn explain_user_of_an_inactive_segment_keeps_the_user(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let streak = make_on_streak(&api, "Streak", 5).await;
        api.call("adminAudience.setSegmentActive", json!({"segmentValue": streak, "isActive": false})).await.expect("inactive");
        let before = by_segment(&api, "u1", "custom", &streak).await;
        assert_eq!(before["matches"], false);
        world.users(&[User { current_streak: 8, ..user("u1") }]).await;
        let answer = by_segment(&api, "u1", "custom", &streak).await;
        assert_eq!((&answer["matches"], &answer["membership"]["wanted"]), (&json!(true), &json!(false)));
    }

    /// By the rule they should leave, but nobody does.
    async fn explain_user_says_when_a_segment_is_held_back(world: World) {
        let pro = |number: usize| User { plan: "PRO".into(), ..user(&format!("user-{number}")) };
        let mut users: Vec<_> = (0..150).map(pro).collect();
        world.users(&users).await;
        let api = Api::new(&world).await;
        let in_pro = json!([{"field": "segment", "operator": "in", "value": ["plan:pro"]}]);
        let within = make(&api, json!({"name": "In pro", "combineWith": "AND", "criteria": in_pro})).await;
        let not_in_it = json!([{"field": "segment", "operator": "not_in", "value": [format!("custom:{within}")]}]);
        let outside = make(&api, json!({"name": "Not in it", "combineWith": "AND", "criteria": not_in_it})).await;
        world.run(now()).await;
        users[..100].iter_mut().for_each(|user| user.plan = "FREE".into());
        world.users(&users).await;

        // No run has held it back yet.
        let membership = by_segment(&api, "user-0", "plan", "pro").await["membership"].take();
        assert_eq!((&membership["wanted"], &membership["heldBack"]), (&json!(false), &Json::Null));

        assert_eq!(world.run(now()).await.issue_count, 2);
        let held_back = |by: &str, which: &str| json!({
            "segmentId": by, "leaving": 100, "members": 150,
            "message": format!("The last run held back {which}: 100 of 150 members would have been removed."),
        });
        let by_itself = |id: &str| held_back(id, "this segment");
        let by_pro = held_back("plan:pro", "the segment Pro Users, which this one refers to");
        for (user, kind, value, matches, is_member, held_back) in [
            ("user-0", "plan", "pro", false, true, by_itself("plan:pro")),
            ("user-149", "plan", "pro", true, true, Json::Null),
            ("user-0", "custom", &*within, true, true, by_itself(&format!("custom:{within}"))),
            ("user-0", "custom", &*outside, false, false, by_pro),
            ("user-0", "plan", "free", true, false, held_back("plan:pro", "the segment Pro Users, and a user is in one plan segment at a time")),
        ] {
            let answer = by_segment(&api, user, kind, value).await;
            let membership = &answer["membership"];
            assert_eq!(
                (&answer["matches"], &membership["isMember"], &membership["wanted"], &membership["differs"], &membership["heldBack"]),
                (&json!(matches), &json!(is_member), &json!(is_member), &json!(false), &held_back),
                "{user} {kind}:{value}"
            );
        }
        let allowing = RunOptions { may_shrink: MayShrink::All, ..RunOptions::at(now()) };
        world.run_with(&allowing).await;
        let membership = by_segment(&api, "user-0", "custom", &outside).await["membership"].take();
        assert_eq!((&membership["isMember"], &membership["heldBack"]), (&json!(true), &Json::Null));
    }

    async fn explain_user_says_why_a_definition_cannot_be_used(world: World) {
        world.users(&[user("ann")]).await;
        let everyone = json!({"combineWith": "AND", "criteria": [{"field": "level", "operator": ">=", "value": 0}]});
        world.custom_segment("odd", "Odd", everyone).await;
        world.run(ago(1)).await;
        world.execute("UPDATE custom_segment SET criteria = '[{\"field\": \"gone\"}]'").await;
        let api = Api::new(&world).await;
        let answer = by_segment(&api, "ann", "custom", "odd").await;
        assert_eq!((&answer["matches"], &answer["explanation"]), (&Json::Null, &Json::Null));
        let failure = &answer["failure"];
        assert_eq!(failure["reason"]["kind"], "invalidDefinition");
        assert_eq!(failure["reason"]["faults"][0]["path"], "criteria[0].field", "{answer}");
        let message = failure["message"].as_str().expect("a sentence");
        assert!(message.starts_with("Not evaluated: the definition is invalid: criteria[0].field: expected "), "{answer}");
        let membership = &answer["membership"];
        assert_eq!((&membership["isMember"], &membership["wanted"]), (&json!(true), &json!(true)), "it keeps its members");
    }

    /// Saves refuse cycles, but a restored backup or a manual edit may contain one.
    async fn explain_user_says_when_segments_are_on_a_cycle(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let everyone = |of: &str| json!({"combineWith": "AND", "criteria": [{"field": "segment", "operator": "in", "value": [of]}]});
        world.custom_segment("one", "One", everyone("plan:free")).await;
        world.custom_segment("two", "Two", everyone("custom:one")).await;
        world.custom_segment("three", "Three", everyone("custom:two")).await;
        world.run(ago(1)).await;
        let back = everyone("custom:two")["criteria"].to_string();
        world.execute(&format!("UPDATE custom_segment SET criteria = '{back}' WHERE name = 'One'")).await;
        world.users(&[User { plan: "PRO".into(), ..user("ann") }]).await;
        let api = Api::new(&world).await;
        // The third is not on the cycle, but cannot be evaluated either.
        for value in ["one", "two", "three"] {
            let answer = by_segment(&api, "ann", "custom", value).await;
            assert_eq!((&answer["matches"], &answer["explanation"]), (&Json::Null, &Json::Null), "{value}");
            assert_eq!(answer["failure"], json!({
                "reason": {"kind": "cycle"},
                "message": "Not evaluated: the definition refers to itself through other segments.",
            }), "{value}");
            let membership = &answer["membership"];
            assert_eq!((&membership["isMember"], &membership["wanted"]), (&json!(true), &json!(true)), "it keeps its members");
            assert_eq!(membership["differs"], false);
        }
        // Segments that refer to them use their current members, and other segments are explained as usual.
        let params = json!({"userId": "ann", "combineWith": "AND", "criteria": everyone("custom:one")["criteria"]});
        assert_eq!(api.call(METHOD, params).await.expect("an explanation")["matches"], true);
        assert_eq!(by_segment(&api, "ann", "plan", "pro").await["matches"], true);
        // An inactive segment breaks the cycle: the other one uses its members.
        api.call("adminAudience.setSegmentActive", json!({"segmentValue": "two", "isActive": false})).await.expect("inactive");
        let answer = by_segment(&api, "ann", "custom", "one").await;
        assert_eq!((&answer["matches"], &answer["failure"]), (&json!(true), &Json::Null));
    }

    /// As exact JSON numbers, also beyond 2^53.
    async fn explain_user_shows_numbers_exactly(world: World) {
        let [most, least] = [9_223_372_036_854_775_807_i64, 9_007_199_254_740_993];
        world.users(&[User { total_points: most, level: least, ..user("ann") }]).await;
        let api = Api::new(&world).await;
        let equals = |field: &str, value: i64| json!({"field": field, "operator": "equals", "value": value});
        let criteria = json!([equals("totalPoints", most), equals("level", least), equals("level", least - 1)]);
        let params = json!({"userId": "ann", "combineWith": "OR", "criteria": criteria});
        let items = api.call(METHOD, params).await.expect("an explanation")["explanation"]["items"].take();
        let shown: Vec<_> = items.as_array().expect("items").iter().map(|item| (&item["holds"], &item["observed"])).collect();
        assert_eq!(shown, [(&json!(true), &json!(most)), (&json!(true), &json!(least)), (&json!(false), &json!(least))]);
    }

    async fn explain_user_of_something_unknown_is_not_found(world: World) {
        world.users(&[user("ann")]).await;
        let api = Api::new(&world).await;
        for (user, value) in [("nobody", "free"), ("ann", "gold")] {
            let params = json!({"userId": user, "segmentType": "plan", "segmentValue": value});
            assert_eq!(api.call(METHOD, params).await.expect_err("a refusal").code, -32044);
        }
    }

    async fn explain_user_needs_either_a_segment_or_criteria(world: World) {
        world.users(&[user("ann")]).await;
        let api = Api::new(&world).await;
        let list = json!([{"field": "level", "operator": ">", "value": 1}]);
        for (params, path) in [
            (json!({}), "segmentType"),
            (json!({"segmentType": "plan"}), "segmentValue"),
            (json!({"segmentValue": "free"}), "segmentType"),
            (json!({"criteria": list}), "combineWith"),
            (json!({"combineWith": "AND"}), "criteria"),
            (json!({"segmentType": "plan", "segmentValue": "free", "criteria": list, "combineWith": "AND"}), "criteria"),
            (json!({"segmentType": "plan", "segmentValue": "free", "combineWith": "AND"}), "combineWith"),
            (json!({"segmentType": "plan", "segmentValue": "free", "not": true}), "not"),
            (json!({"criteria": [{"field": "level", "operator": ">"}], "combineWith": "AND"}), "criteria[0].value"),
        ] {
            let mut params = params;
            params["userId"] = json!("ann");
            let error = api.call(METHOD, params.clone()).await.expect_err("a refusal");
            let paths: Vec<_> = error.data["faults"].as_array().expect("faults").iter().map(|fault| &fault["path"]).collect();
            assert_eq!((error.code, paths), (-32602, vec![&json!(path)]), "{params}");
        }
    }
}
