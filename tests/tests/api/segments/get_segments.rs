//! `adminAudience.getSegments`.

use domain::system_segments::catalogue;
use integration_tests::{Api, World, now, on_both_databases, user};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getSegments";

/// Two custom segments; the second is off.
async fn define(world: &World) {
    let all = json!({"combineWith": "AND", "criteria": [{"field": "level", "operator": ">=", "value": 0}]});
    world.custom_segment("straße", "Straße", all.clone()).await;
    world.custom_segment("off", "Switched off", all).await;
    world.execute("UPDATE segment SET is_active = false WHERE segment_value = 'off'").await;
}

fn ids(listed: &Json) -> Vec<&str> {
    let segments = listed["segments"].as_array().expect("a list");
    segments.iter().map(|segment| segment["id"].as_str().expect("an id")).collect()
}

on_both_databases! {
    async fn built_in_segments_come_first_also_without_members(world: World) {
        define(&world).await;
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        let listed = Api::new(&world).await.call(METHOD, json!({})).await.expect("a list");
        let mut expected: Vec<_> = catalogue().iter().map(|segment| segment.key.to_string()).collect();
        expected.push("custom:straße".into());
        assert_eq!(ids(&listed), expected);
        let system = catalogue().len();
        let counts = (&listed["total"], &listed["systemCount"], &listed["customCount"]);
        assert_eq!(counts, (&json!(system + 1), &json!(system), &json!(1)));
        let count_of = |id: &str| {
            let segments = listed["segments"].as_array().expect("a list");
            segments.iter().find(|segment| segment["id"] == id).expect("it is listed")["userCount"].clone()
        };
        assert_eq!((count_of("plan:free"), count_of("plan:pro"), count_of("custom:straße")), (json!(1), json!(0), json!(1)));
    }

    async fn inactive_segments_are_listed_on_request(world: World) {
        define(&world).await;
        let api = Api::new(&world).await;
        let listed = api.call(METHOD, json!({"includeInactive": true})).await.expect("a list");
        assert_eq!(ids(&listed)[catalogue().len()..], ["custom:straße", "custom:off"]);
        assert_eq!(listed["customCount"], 2);
    }

    async fn names_and_descriptions_are_searched_ignoring_case(world: World) {
        define(&world).await;
        let api = Api::new(&world).await;
        for (text, expected) in [
            ("STRASSE", &["custom:straße"][..]),
            ("premium", &["plan:premium"]),
            ("on the pro plan", &["plan:pro"]),
            ("switched", &[]),
            ("%", &["certification:aws_focus", "certification:azure_focus", "certification:gcp_focus"]),
        ] {
            let listed = api.call(METHOD, json!({"searchQuery": text})).await.expect("a list");
            assert_eq!(ids(&listed), expected, "{text}");
            assert_eq!(listed["total"], expected.len(), "{text}");
        }
    }
}
