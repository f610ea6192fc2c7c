//! `adminAudience.getSegment`.

use domain::criteria::SegmentNames;
use integration_tests::{Api, World, now, on_both_databases, user};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getSegment";
const ID: &str = "0b5c9a3e-6f0d-4c8e-9a51-3b1f5f7f2a10";

async fn define(world: &World, definition: &str) {
    world.custom_segment(ID, "Busy", definition.parse().expect("JSON")).await;
}

on_both_databases! {
    async fn a_system_segment_is_shown_with_its_rule(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        let shown = api.call(METHOD, json!({"segmentType": "plan", "segmentValue": "free"})).await.expect("a segment");
        for (name, value) in [
            ("id", json!("plan:free")),
            ("name", json!("Free Users")),
            ("type", json!("system")),
            ("userCount", json!(1)),
            ("isActive", json!(true)),
            ("criteriaInWords", json!("plan is FREE")),
            ("definition", json!({
                "combineWith": "AND", "criteria": [{"field": "plan", "operator": "equals", "value": "FREE"}],
            })),
        ] {
            assert_eq!(shown[name], value, "{name}");
        }
        assert_eq!((&shown["version"], shown.get("createdBy")), (&Json::Null, None));
    }

    async fn every_system_segment_has_words_and_a_definition(world: World) {
        let api = Api::new(&world).await;
        for system in domain::system_segments::catalogue() {
            let (kind, value) = (system.key.kind.name(), &system.key.value);
            let shown = api.call(METHOD, json!({"segmentType": kind, "segmentValue": value})).await.expect("a segment");
            assert_eq!(shown["criteriaInWords"], system.criteria.describe(&SegmentNames::new()));
            assert_eq!(shown["definition"], system.criteria.to_json());
        }
    }

    async fn a_custom_segment_is_shown_with_author_and_version(world: World) {
        let definition = r#"{"combineWith": "OR", "criteria": [{"field": "level", "operator": ">", "value": 3},
            {"field": "segment", "operator": "in", "value": ["custom:gone"]}]}"#;
        define(&world, definition).await;
        let api = Api::new(&world).await;
        let shown = api.call(METHOD, json!({"segmentType": "custom", "segmentValue": ID})).await.expect("a segment");
        assert_eq!((&shown["type"], &shown["name"], &shown["description"]), (&json!("custom"), &json!("Busy"), &json!("")));
        assert_eq!((&shown["version"], &shown["createdBy"]), (&json!(1), &json!("token:ops")));
        assert_eq!(shown["definition"], serde_json::from_str::<Json>(definition).expect("JSON"));
        let words = shown["criteriaInWords"].as_str().expect("words");
        assert!(words.contains("level is more than 3"), "{words}");

        world.execute("UPDATE custom_segment SET criteria = '[{\"field\": \"color\"}]'").await;
        let shown = api.call(METHOD, json!({"segmentType": "custom", "segmentValue": ID})).await.expect("a segment");
        assert_eq!(shown["criteriaInWords"], Json::Null, "it cannot be read any more");
        assert_eq!(shown["definition"], json!({"combineWith": "OR", "criteria": [{"field": "color"}]}));
    }

    async fn an_unknown_segment_is_not_found(world: World) {
        let api = Api::new(&world).await;
        let error = api.call(METHOD, json!({"segmentType": "plan", "segmentValue": "gold"})).await.expect_err("none");
        assert_eq!((error.code, error.message.as_str()), (-32044, "Not found: segment plan:gold"));
        let error = api.call(METHOD, json!({"segmentType": "color", "segmentValue": "red"})).await.expect_err("none");
        assert_eq!(error.code, -32602);
        assert!(error.faults()[0].starts_with("segmentType: "), "{:?}", error.faults());
    }
}
