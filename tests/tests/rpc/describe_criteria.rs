//! `adminAudience.describeCriteria`.

use integration_tests::{Api, on_both_databases};
use serde_json::json;

const METHOD: &str = "adminAudience.describeCriteria";

on_both_databases! {
    async fn a_definition_is_put_into_words(world: World) {
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

    async fn parts_that_can_never_or_always_hold_are_warned_of(world: World) {
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

    async fn every_fault_is_named_with_its_path(world: World) {
        let api = Api::new(&world).await;
        let params = json!({"combineWith": "AND", "criteria": [
            {"field": "segment", "operator": "in", "value": ["custom:gone"]},
            {"field": "plan", "operator": "contains", "value": "PRO"},
        ]});
        let error = api.call(METHOD, params).await.expect_err("a refusal");
        assert_eq!(error.code, -32602);
        let paths: Vec<_> = error.data["faults"].as_array().expect("faults").iter().map(|fault| &fault["path"]).collect();
        assert_eq!(paths, ["criteria[0].value[0]", "criteria[1].operator"]);
    }
}
