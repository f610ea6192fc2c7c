//! `adminAudience.saveGoal`.

use integration_tests::{Api, at, example_world::ASKED_AT, on_both_databases, options};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.saveGoal";

async fn saved(api: &Api, params: Json) -> String {
    let answer = api.call(METHOD, params).await.expect("saved");
    answer["goal"]["id"].as_str().expect("an id").to_owned()
}

on_both_databases! {
    async fn goal_that_is_saved_answers_like_the_one_that_is_given(world: World) {
        world.play_example().await;
        let api = Api::at(&world, at(ASKED_AT), options()).await;
        let id = saved(&api, json!({"name": "Bought", "goal": {"purchase": {}}, "within": "7d"})).await;
        let asked = |more: Json| {
            let mut params = json!({
                "segment": "lifecycle:inactive", "from": "2026-03-02", "to": "2026-03-22",
            });
            params.as_object_mut().expect("params").extend(more.as_object().expect("more").clone());
            params
        };
        let conversion = async |params| api.call("adminAudience.getSegmentConversion", params).await.expect("figures");
        let given = conversion(asked(json!({"goal": {"purchase": {}}, "within": "7d"}))).await;
        assert_eq!(conversion(asked(json!({"goalId": id}))).await, given);
        assert_eq!((&given["goal"], &given["within"]), (&json!({"purchase": {}}), &json!("7d")));
        // The time of the question wins.
        assert_eq!(conversion(asked(json!({"goalId": id, "within": "3d"}))).await["within"], json!("3d"));
        // A change applies to the past too.
        saved(&api, json!({"id": id, "name": "Bought", "goal": {"purchase": {"currency": "USD"}}, "within": "7d"})).await;
        assert_eq!(conversion(asked(json!({"goalId": id}))).await["conversion"]["part"], json!(0));
        let gone = api.call("adminAudience.getSegmentConversion", asked(json!({"goalId": "none"}))).await;
        assert_eq!(gone.expect_err("no goal").code, -32044);
    }

    async fn goal_name_is_unique_ignoring_case(world: World) {
        let api = Api::new(&world).await;
        let id = saved(&api, json!({"name": " Bought ", "goal": {"purchase": {}}})).await;
        let refused = api.call(METHOD, json!({"name": "BOUGHT", "goal": {"quiz": {}}})).await.expect_err("taken");
        assert_eq!((refused.code, refused.data), (-32049, json!({"name": "BOUGHT"})));
        saved(&api, json!({"id": id, "name": "bought", "goal": {"quiz": {}}})).await;
        let refused = api.call(METHOD, json!({"id": "none", "name": "Other", "goal": {"quiz": {}}})).await;
        assert_eq!(refused.expect_err("no goal").code, -32044);
    }

    async fn goal_is_refused_with_every_fault(world: World) {
        let api = Api::new(&world).await;
        for (params, expected) in [
            (
                json!({"name": "a\u{200b}", "goal": {"purchase": {"currency": "EURO", "minAmountMinor": -1}}, "within": "100d"}),
                vec![
                    "name: must not contain line breaks, tabs, or invisible or direction characters",
                    "goal.purchase.currency: expected an ISO 4217 code",
                    "goal.purchase.minAmountMinor: expected a number of 0 to 10^15",
                    "within: expected a span up to 90d, such as 14d or 12h",
                ],
            ),
            (json!({"name": "a", "goal": {"enter": "custom:none"}}), vec!["goal.enter: names no segment"]),
        ] {
            assert_eq!(api.call(METHOD, params.clone()).await.expect_err("a refusal").faults(), expected, "{params}");
        }
        let left = world.query::<(i64,)>("SELECT count(*) FROM goal").await;
        assert_eq!(left, [(0,)]);
    }

    async fn goals_are_fifty_at_most(world: World) {
        let api = Api::new(&world).await;
        for number in 0..50 {
            saved(&api, json!({"name": format!("Goal {number}"), "goal": {"quiz": {}}})).await;
        }
        let refused = api.call(METHOD, json!({"name": "One more", "goal": {"quiz": {}}})).await.expect_err("full");
        assert_eq!((refused.code, refused.data), (-32049, json!({"most": 50})));
    }

    async fn goal_keeps_its_segment_from_being_deleted(world: World) {
        let api = Api::new(&world).await;
        let made = json!({
            "name": "Levels", "combineWith": "AND", "criteria": [{"field": "level", "operator": ">", "value": 3}],
        });
        let made = api.call("adminAudience.createCustomSegment", made).await.expect("made");
        let value = made["segment"]["segmentValue"].as_str().expect("a value").to_owned();
        let id = saved(&api, json!({"name": "Reached", "goal": {"enter": format!("custom:{value}")}})).await;
        let delete = json!({"segmentValue": value});
        let refused = api.call("adminAudience.deleteCustomSegment", delete.clone()).await.expect_err("it is used");
        assert_eq!(refused.data, json!({"usedBy": [], "goals": [{"id": id, "name": "Reached"}]}));
        api.call("adminAudience.deleteGoal", json!({"id": id})).await.expect("deleted");
        api.call("adminAudience.deleteCustomSegment", delete).await.expect("nothing refers to it");
    }

    async fn goal_goes_on_record_without_its_name(world: World) {
        let api = Api::new(&world).await;
        let id = saved(&api, json!({"name": "For Ann", "goal": {"quiz": {}}})).await;
        let log = api.call("adminAudience.getAuditLog", json!({"limit": 1})).await.expect("the log");
        let entry = &log["entries"][0];
        assert_eq!((&entry["action"], &entry["target"]), (&json!("saveGoal"), &json!(format!("goal {id}"))));
        assert_eq!(entry["detail"], json!({"goal": {"quiz": {}}, "within": "14d"}));
    }
}
