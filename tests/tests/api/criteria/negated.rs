//! The outermost set may be negated in all inputs and outputs.

use integration_tests::{
    Api, on_both_databases,
    streaks::{make, merged, world_of_streaks},
};
use serde_json::{Value as Json, json};

/// Users without a streak of at least this many days.
fn not_on_streak(days: i64) -> Json {
    json!({
        "combineWith": "AND", "not": true,
        "criteria": [{"field": "currentStreak", "operator": ">=", "value": days}],
    })
}

async fn call(api: &Api, method: &str, params: Json) -> Json {
    let answer = api.call(&format!("adminAudience.{method}"), params.clone()).await;
    answer.unwrap_or_else(|error| panic!("{method} {params}: {error:?}"))
}

on_both_databases! {
    async fn negated_set_is_saved_and_shown_as_sent(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let value = make(&api, merged(not_on_streak(2), json!({"name": "Off"}))).await;
        let key = format!("custom:{value}");
        assert_eq!(world.members(&key).await, ["u0", "u1"]);
        let edit = |version: i64, definition: Json| {
            let about = json!({"segmentValue": value, "version": version, "name": "Off"});
            call(&api, "updateCustomSegment", merged(definition, about))
        };
        let mut positive = not_on_streak(9);
        positive["not"] = false.into();
        edit(1, not_on_streak(3)).await;
        edit(2, positive.clone()).await;
        assert_eq!(world.members(&key).await, ["u9"]);
        call(&api, "rollBackCustomSegment", json!({"segmentValue": value, "version": 3, "toVersion": 2})).await;
        assert_eq!(world.members(&key).await, ["u0", "u1", "u2"]);

        let shown = call(&api, "getSegment", json!({"segmentType": "custom", "segmentValue": value})).await;
        assert_eq!(shown["definition"], not_on_streak(3));
        assert_eq!(shown["criteriaInWords"], "not (current streak is at least 3)");
        let history = call(&api, "getSegmentDefinitionHistory", json!({"segmentValue": value})).await;
        positive.as_object_mut().expect("an object").remove("not");
        let definitions: Vec<_> =
            history["versions"].as_array().expect("versions").iter().map(|one| one["definition"].clone()).collect();
        assert_eq!(definitions, [not_on_streak(3), positive, not_on_streak(3), not_on_streak(2)]);
        let copy = call(&api, "duplicateSegment", json!({"segmentType": "custom", "segmentValue": value})).await;
        assert_eq!(copy["segment"]["userCount"], 3);
        let report = world.run(integration_tests::now()).await;
        assert!(report.by_segment.keys().all(|segment| segment.kind.name() != "custom"), "a run agrees");
    }

    async fn negated_set_is_previewed_described_and_explained(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let preview = call(&api, "previewSegment", not_on_streak(2)).await;
        assert_eq!((&preview["matchCount"], &preview["conditions"][0]["count"]), (&json!(2), &json!(8)));
        let words = call(&api, "describeCriteria", not_on_streak(2)).await;
        assert_eq!(words["sentence"], "not (current streak is at least 2)");
        let always = json!({"combineWith": "AND", "not": true, "criteria": [{"field": "level", "operator": "<", "value": 0}]});
        let warnings = call(&api, "describeCriteria", always).await["warnings"].take();
        assert_eq!((&warnings[0]["path"], &warnings[0]["always"]), (&json!(""), &json!(true)));
        for (user, matches) in [("u1", true), ("u2", false)] {
            let answer = call(&api, "explainUser", merged(not_on_streak(2), json!({"userId": user}))).await;
            let explained = (&answer["matches"], &answer["explanation"]["not"], &answer["explanation"]["items"][0]["holds"]);
            assert_eq!(explained, (&json!(matches), &json!(true), &json!(!matches)));
        }
        let value = make(&api, merged(not_on_streak(2), json!({"name": "Off"}))).await;
        let change = merged(not_on_streak(4), json!({"segmentValue": value}));
        let change = call(&api, "previewSegmentChange", change).await;
        assert_eq!((&change["enter"]["count"], &change["leave"]["count"]), (&json!(2), &json!(0)));
    }

    /// The outermost set is the first of eight levels, negated or not.
    async fn negated_set_does_not_add_depth(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let mut definition = not_on_streak(5);
        for _ in 0..7 {
            definition = json!({"combineWith": "AND", "not": true, "criteria": [definition]});
        }
        let value = make(&api, merged(definition.clone(), json!({"name": "Deep"}))).await;
        assert_eq!(world.members(&format!("custom:{value}")).await, ["u5", "u6", "u7", "u8", "u9"]);
        let shown = call(&api, "getSegment", json!({"segmentType": "custom", "segmentValue": value})).await;
        assert_eq!(shown["definition"], definition);
        assert_ne!(shown["criteriaInWords"], Json::Null);
    }

    /// Earlier versions stored it inside a set that is not negated.
    async fn negated_sets_stored_by_earlier_versions_keep_their_meaning(world: World) {
        world_of_streaks(&world).await;
        world.custom_segment("off", "Off", json!({"combineWith": "AND", "criteria": [not_on_streak(2)]})).await;
        world.run(integration_tests::now()).await;
        assert_eq!(world.members("custom:off").await, ["u0", "u1"]);
    }

    async fn negated_must_be_true_or_false(world: World) {
        let api = Api::new(&world).await;
        for not in [json!("true"), json!(1), Json::Null] {
            let params = merged(not_on_streak(2), json!({"not": not}));
            let refused = api.call("adminAudience.previewSegment", params).await.expect_err("neither");
            assert_eq!((refused.code, &refused.data["faults"][0]["path"]), (-32602, &json!("not")), "{not}");
        }
    }
}
