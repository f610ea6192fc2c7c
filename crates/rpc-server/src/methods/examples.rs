//! Examples match their schemas.

use schemars::{
    Schema, SchemaGenerator,
    generate::{Contract, SchemaSettings},
};
use serde_json::{Value as Json, json};

use super::all;
use crate::method::Example;

fn faults(schema: fn(&mut SchemaGenerator) -> Schema, contract: Contract, example: &Json) -> Vec<String> {
    let mut settings = SchemaSettings::draft07();
    settings.contract = contract;
    let mut generator = settings.into_generator();
    let schema = schema(&mut generator);
    let root = json!({"allOf": [schema], "definitions": generator.take_definitions(true)});
    let validator = jsonschema::draft7::new(&root).expect("a schema");
    validator.iter_errors(example).map(|error| error.to_string()).collect()
}

#[test]
fn examples_fit_their_schemas() {
    let nothing = Vec::<String>::new();
    for entry in all() {
        let Example { params, result } = entry.example();
        assert_eq!(faults(entry.params, Contract::Deserialize, &params), nothing, "params of {}", entry.name);
        assert_eq!(faults(entry.result, Contract::Serialize, &result), nothing, "result of {}", entry.name);
    }
}

/// Schemas of results allow unknown keys, so this checks them.
#[test]
fn examples_of_results_have_no_keys_of_their_own() {
    for entry in all() {
        let mut settings = SchemaSettings::draft07();
        settings.contract = Contract::Serialize;
        settings.inline_subschemas = true;
        let schema = (entry.result)(&mut settings.into_generator()).to_value();
        let Example { result, .. } = entry.example();
        let (Some(known), Some(given)) = (schema["properties"].as_object(), result.as_object()) else { continue };
        for name in given.keys() {
            assert!(known.contains_key(name), "{name} of {}", entry.name);
        }
    }
}
