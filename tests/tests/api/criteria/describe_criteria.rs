//! `adminAudience.describeCriteria`.

use integration_tests::{
    Api, on_both_databases,
    streaks::{make_on_streak, merged, world_of_streaks},
};
use serde_json::json;

const METHOD: &str = "adminAudience.describeCriteria";

on_both_databases! {
    async fn describe_criteria_puts_a_definition_into_words(world: World) {
        let api = Api::new(&world).await;
        let params = json!({"combineWith": "OR", "criteria": [
            {"combineWith": "AND", "criteria": [
                {"field": "plan", "operator": "equals", "value": "PRO"},
                {"field": "currentStreak", "operator": ">", "value": 7},
            ]},
            {"field": "totalPoints", "operator": ">", "value": 5000},
        ]});
        assert_eq!(api.call(METHOD, params).await, Ok(json!({
            "sentence": "plan is PRO and current streak is more than 7; or total points are more than 5000",
            "warnings": [],
        })));
    }

    async fn describe_criteria_warns_of_parts_that_always_or_never_hold(world: World) {
        let api = Api::new(&world).await;
        let params = json!({"combineWith": "OR", "criteria": [
            {"field": "plan", "operator": "equals", "value": "PRO"},
            {"combineWith": "AND", "criteria": [
                {"field": "level", "operator": ">", "value": 9},
                {"field": "level", "operator": "<", "value": 3},
            ]},
        ]});
        let answer = api.call(METHOD, params).await.expect("a description");
        assert_eq!(answer["warnings"], json!([{
            "path": "criteria[1]", "always": false,
            "message": "Nobody matches: “level is more than 9” and “level is less than 3” cannot both hold",
        }]));
        let params = json!({"combineWith": "OR", "criteria": [{"field": "level", "operator": ">=", "value": 0}]});
        let answer = api.call(METHOD, params).await.expect("a description");
        assert_eq!((&answer["warnings"][0]["path"], &answer["warnings"][0]["always"]), (&json!(""), &json!(true)));
    }

    /// In all descriptions of definitions.
    async fn describe_criteria_shows_segments_by_name(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "On a \"streak\"", 7).await;
        let key = format!("custom:{value}");
        let of = |operator: &str| json!({"field": "segment", "operator": operator, "value": [key, "plan:pro"]});
        let definition = json!({"combineWith": "AND", "criteria": [of("not_in")]});
        let words = r#"in none of the segments “On a "streak"”, Pro Users"#;
        let described = api.call(METHOD, definition.clone()).await.expect("a description");
        assert_eq!(described["sentence"], words);
        let both = json!({"combineWith": "AND", "criteria": [of("in"), of("not_in")]});
        let warned = api.call(METHOD, both).await.expect("a description")["warnings"][0]["message"].take();
        let message = warned.as_str().expect("a message");
        // Quotes within quotes are single.
        let quoted = words.replace('“', "‘").replace('”', "’");
        assert!(message.contains(&quoted) && !message.contains(&key), "{message}");

        let made = merged(definition.clone(), json!({"name": "Off"}));
        let made = api.call("adminAudience.createCustomSegment", made).await.expect("it is made")["segment"].take();
        assert_eq!(made["criteriaInWords"], words);
        let of_made = json!({"segmentType": "custom", "segmentValue": made["segmentValue"]});
        let shown = api.call("adminAudience.getSegment", of_made.clone()).await.expect("a segment");
        assert_eq!(shown["criteriaInWords"], words);
        let listed = api.call("adminAudience.getSegments", json!({"searchQuery": "off"})).await.expect("a list");
        assert_eq!(listed["segments"][0]["criteriaInWords"], words);
        let versions = json!({"segmentValue": made["segmentValue"]});
        let versions = api.call("adminAudience.getSegmentDefinitionHistory", versions).await.expect("versions");
        assert_eq!(versions["versions"][0]["criteriaInWords"], words);
        let explained = api.call("adminAudience.explainUser", merged(of_made, json!({"userId": "u1"}))).await;
        assert_eq!(explained.expect("an explanation")["explanation"]["items"][0]["sentence"], words);
    }

    async fn describe_criteria_refuses_faults_with_their_paths(world: World) {
        let api = Api::new(&world).await;
        let params = json!({"combineWith": "AND", "criteria": [
            {"field": "segment", "operator": "in", "value": ["custom:gone"]},
            {"field": "plan", "operator": "contains", "value": "PRO"},
        ]});
        let error = api.call(METHOD, params).await.expect_err("a refusal");
        assert_eq!(error.code, -32602);
        let paths: Vec<_> = error.data["faults"].as_array().expect("faults").iter().map(|fault| &fault["path"]).collect();
        assert_eq!(paths, ["criteria[0].value[0]", "criteria[1].operator"]);
        let params = json!({"combineWith": "XOR", "criteria": [{"field": "plan"}]});
        let faults = api.call(METHOD, params).await.expect_err("a refusal").faults();
        assert_eq!(faults.len(), 2, "how they combine, and what is missing: {faults:?}");
    }
}
