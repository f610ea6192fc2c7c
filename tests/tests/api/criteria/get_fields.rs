//! `adminAudience.getFields`. The domain tests that the catalogue matches parser and interpreter.

use domain::criteria::FIELDS;
use integration_tests::{Api, event, on_both_databases, user};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getFields";

fn named<'a>(list: &'a Json, name: &str) -> &'a Json {
    let list = list.as_array().expect("a list");
    list.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("{name} is missing"))
}

on_both_databases! {
    async fn get_fields_lists_every_field_in_order(world: World) {
        let catalogue = Api::new(&world).await.call(METHOD, json!({})).await.expect("a catalogue");
        let fields = catalogue["fields"].as_array().expect("fields");
        let names: Vec<_> = fields.iter().map(|field| field["name"].as_str().expect("a name")).collect();
        assert_eq!(names, FIELDS.iter().map(|spec| spec.name).collect::<Vec<_>>());
        assert_eq!(catalogue["limits"], json!({
            "depth": 8, "conditions": 100, "listValues": 1000, "textCharacters": 256, "jsonBytes": 65536,
        }));
    }

    async fn get_fields_has_what_a_query_builder_draws(world: World) {
        let catalogue = Api::new(&world).await.call(METHOD, json!({})).await.expect("a catalogue");
        let field = |name: &str| named(&catalogue["fields"], name).clone();
        let plan = field("plan");
        assert_eq!((&plan["type"], &plan["label"], &plan["nullable"]), (&json!("select"), &json!("Plan"), &json!(false)));
        assert_eq!(named(&plan["operators"], "not_in"), &json!({
            "name": "not_in", "label": "is none of", "value": "optionList", "options": ["FREE", "PRO", "PREMIUM"],
            "matchesUnset": true,
        }));
        let active = field("lastActivityAt");
        assert_eq!((&active["nullable"], &active["unset"]), (&json!(true), &json!("was never active")));
        assert_eq!(named(&active["operators"], ">")["label"], "is after");
        assert_eq!(named(&active["operators"], "within_last")["value"], "duration");
        assert_eq!(named(&active["operators"], "is_not_set")["value"], "none");
        let periods = json!(["today", "this_week", "this_month", "last_month"]);
        assert_eq!(named(&active["operators"], "in_period")["options"], periods);
        assert_eq!(named(&field("segment")["operators"], "in")["value"], "segmentList");
        for (name, min, max) in [
            ("level", None, None), ("awsShare", Some(0), Some(100)), ("randomBucket", Some(0), Some(99)),
            ("quizAttempts", Some(0), None), ("email", None, None),
        ] {
            assert_eq!((&field(name)["min"], &field(name)["max"]), (&json!(min), &json!(max)), "{name}");
        }
    }

    async fn get_fields_shows_how_counted_events_are_narrowed(world: World) {
        let catalogue = Api::new(&world).await.call(METHOD, json!({})).await.expect("a catalogue");
        let keys = |field: &Json| {
            let keys = field["keys"].as_array().expect("keys").iter();
            let key = |key: &Json| {
                let (name, form) = (key["name"].as_str().expect("a name"), key["value"].as_str().expect("a form"));
                format!("{name} {form}{}", if key["required"] == true { " required" } else { "" })
            };
            keys.map(key).collect::<Vec<_>>().join(", ")
        };
        for field in catalogue["fields"].as_array().expect("fields") {
            let expected = match field["name"].as_str().expect("a name") {
                "quizAttempts" => "within duration, provider option, certification text",
                "events" => "name eventName required, within duration",
                "purchases" => "within duration, name eventName, currency option, minAmount amount",
                "totalSpent" => "currency option required, within duration, basis option",
                _ => "",
            };
            assert_eq!(keys(field), expected);
        }
        let provider = &named(&catalogue["fields"], "quizAttempts")["keys"][1];
        assert_eq!(provider["options"], json!(["AWS", "Azure", "GCP", "Other"]));
    }

    async fn get_fields_suggests_names_of_events_and_lists_currencies(world: World) {
        world.users(&[user("ann")]).await;
        world.record_events(&[event("ann", "1", "order", 1, Some((1, "EUR"))), event("ann", "2", "login", 1, None)]).await;
        let catalogue = Api::new(&world).await.call(METHOD, json!({})).await.expect("a catalogue");
        let expected = json!([{"name": "login", "kind": "event"}, {"name": "order", "kind": "purchase"}]);
        assert_eq!(catalogue["eventNames"], expected);
        let currencies = catalogue["currencies"].as_array().expect("currencies");
        assert!(currencies.contains(&json!({"code": "JPY", "exponent": 0})) && currencies.len() > 150);
    }
}
