//! `adminAudience.saveAttribute`.

use integration_tests::{Api, on_both_databases, user};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.saveAttribute";

fn country(more: &Json) -> Json {
    let mut params = json!({"key": "country", "label": "Country", "type": "text"});
    for (key, value) in more.as_object().expect("an object") {
        params[key] = value.clone();
    }
    params
}

on_both_databases! {
    async fn save_attribute_declares_it_and_changes_all_but_its_type(world: World) {
        let api = Api::new(&world).await;
        let saved = api.call(METHOD, country(&json!({}))).await.expect("it is declared");
        let attribute = json!({"key": "country", "label": "Country", "type": "text", "options": [], "personal": false});
        assert_eq!(saved, json!({"success": true, "attribute": attribute}));
        let changed = country(&json!({"label": "Land", "options": ["DE", "AT"], "personal": true}));
        let saved = api.call(METHOD, changed).await.expect("it is changed");
        assert_eq!(saved["attribute"]["label"], "Land");
        assert_eq!(saved["attribute"]["options"], json!(["DE", "AT"]));
        let renamed = api.call(METHOD, country(&json!({"label": "State"}))).await.expect("it is changed");
        let stays = json!({"key": "country", "label": "State", "type": "text", "options": ["DE", "AT"], "personal": true});
        assert_eq!(renamed["attribute"], stays, "what is left out stays");
        let without = api.call(METHOD, country(&json!({"options": [], "personal": false}))).await.expect("it is changed");
        assert_eq!(without["attribute"], attribute);
        let refused = api.call(METHOD, country(&json!({"type": "number"}))).await.expect_err("a fault");
        let message = "expected text, since the type of country cannot be changed, found number";
        assert_eq!(refused.data["faults"], json!([{"path": "type", "message": message}]));
        // Also after it was archived.
        api.call("adminAudience.archiveAttribute", json!({"key": "country"})).await.expect("it is archived");
        let refused = api.call(METHOD, country(&json!({"type": "number"}))).await.expect_err("a fault");
        assert_eq!(refused.code, -32602);
        api.call(METHOD, country(&json!({}))).await.expect("it is declared again");
    }

    async fn save_attribute_names_every_fault(world: World) {
        let api = Api::new(&world).await;
        let params = json!({"key": "Country", "type": "enum", "options": ["a", "a"], "unit": "kg"});
        let refused = api.call(METHOD, params).await.expect_err("faults");
        let faults = refused.data["faults"].as_array().expect("a list").iter();
        let paths: Vec<_> = faults.map(|fault| fault["path"].as_str().expect("a path")).collect();
        for path in ["", "label", "key", "type", "options[1]"] {
            assert_eq!(paths.iter().filter(|one| **one == path).count(), 1, "{path:?} in {paths:?}");
        }
        assert_eq!(paths.len(), 5, "{paths:?}");
    }

    async fn save_attribute_refuses_to_leave_out_an_option_that_a_segment_names(world: World) {
        let api = Api::new(&world).await;
        api.call(METHOD, country(&json!({"options": ["DE", "AT"]}))).await.expect("it is declared");
        let condition = json!({"field": "attr.country", "operator": "in", "value": ["AT", "DE"]});
        world.custom_segment("german", "German", json!({"combineWith": "AND", "criteria": [condition]})).await;
        let refused = api.call(METHOD, country(&json!({"options": ["DE"]}))).await.expect_err("a conflict");
        assert_eq!(refused.code, -32049);
        assert_eq!(refused.data["usedBy"], json!([{"id": "custom:german", "name": "German"}]));
        api.call(METHOD, country(&json!({"options": ["de", "at", "ch"]}))).await.expect("none is left out");
    }

    async fn save_attribute_makes_it_a_field(world: World) {
        let api = Api::new(&world).await;
        world.users(&[user("ann"), user("bob")]).await;
        api.call(METHOD, country(&json!({"options": ["DE", "AT"]}))).await.expect("it is declared");
        api.call(METHOD, json!({"key": "trial_ends", "label": "Trial ends", "type": "date"})).await.expect("it is declared");
        let fields = api.call("adminAudience.getFields", json!({})).await.expect("fields");
        let field = |name: &str| {
            let fields = fields["fields"].as_array().expect("a list");
            fields.iter().find(|field| field["name"] == name).expect("the field").clone()
        };
        assert_eq!(field("attr.country")["type"], "select");
        assert_eq!(field("attr.country")["operators"][0]["options"], json!(["DE", "AT"]));
        assert_eq!(field("attr.trial_ends")["type"], "date");
        let users = json!([
            {"id": "ann", "attributes": {"country": "de", "trial_ends": "2026-03-01"}},
            {"id": "bob", "attributes": {"country": "AT"}},
        ]);
        api.call("adminAudience.upsertUsers", json!({"users": users})).await.expect("users");
        let definition = json!({"combineWith": "AND", "criteria": [
            {"field": "attr.country", "operator": "equals", "value": "DE"},
            {"field": "attr.trial_ends", "operator": "between", "value": ["2026-03-01", "2026-03-01"]},
        ]});
        let preview = api.call("adminAudience.previewSegment", definition.clone()).await.expect("a preview");
        assert_eq!((&preview["matchCount"], &preview["sampleUsers"][0]["id"]), (&json!(1), &json!("ann")));
        let words = api.call("adminAudience.describeCriteria", definition.clone()).await.expect("words");
        assert_eq!(words["sentence"], "“Country” is “DE” and “Trial ends” from Mar 1, 2026 to Mar 1, 2026");
        let mut explain = definition;
        explain["userId"] = json!("ann");
        let explained = api.call("adminAudience.explainUser", explain).await.expect("an explanation");
        let observed = |place: usize| explained["explanation"]["items"][place]["observed"].clone();
        assert_eq!((observed(0), observed(1)), (json!("DE"), json!("2026-03-01")));
    }
}
