//! The OpenRPC document, built from the entries of methods.

use std::collections::BTreeSet;

use schemars::{
    SchemaGenerator,
    generate::{Contract, SchemaSettings},
};
use serde_json::{Map, Value as Json, json};

use crate::{
    errors::{ErrorKind, Fault},
    method::{Entry, Example},
};

/// Errors that every method can return.
const EVERYWHERE: [ErrorKind; 6] = [
    ErrorKind::InvalidParams,
    ErrorKind::NotAuthenticated,
    ErrorKind::NotAllowed,
    ErrorKind::TooManyRequests,
    ErrorKind::TryAgain,
    ErrorKind::Internal,
];

/// The OpenRPC 1.3.2 document of all methods.
pub(crate) fn document(entries: &[Entry]) -> Json {
    let (mut params, mut results) = (generator(Contract::Deserialize), generator(Contract::Serialize));
    let methods: Vec<_> = entries.iter().map(|entry| method(entry, &mut params, &mut results)).collect();
    let kinds: BTreeSet<_> = entries.iter().flat_map(kinds).collect();
    let mut schemas: Map<_, _> = kinds.iter().filter_map(|kind| error_data(*kind, &mut results)).collect();
    // Params are spread out in each method, so nothing refers to their types.
    let spread: BTreeSet<_> =
        entries.iter().filter_map(|entry| name_of(&(entry.params)(&mut params).to_value())).collect();
    schemas.extend(params.take_definitions(true).into_iter().filter(|(name, _)| !spread.contains(name)));
    schemas.extend(results.take_definitions(true));
    let mut document = json!({
        "openrpc": "1.3.2",
        "info": {
            "title": "Audience segmentation",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "JSON-RPC 2.0 over HTTP POST /rpc, or over a WebSocket at the same path. Params are named. \
                            Every call requires `Authorization: Bearer TOKEN` of an admin.",
            "license": {"name": "MIT"},
        },
        "methods": methods,
        "components": {
            "schemas": schemas,
            "errors": kinds.iter().map(|kind| (format!("{kind:?}"), error(*kind))).collect::<Map<_, _>>(),
        },
    });
    strip_formats(&mut document);
    document
}

/// JSON Schema draft 7. Named types stay references, so recursive types are possible.
fn generator(contract: Contract) -> SchemaGenerator {
    let mut settings = SchemaSettings::draft07();
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
    settings.contract = contract;
    settings.into_generator()
}

fn method(entry: &Entry, params: &mut SchemaGenerator, results: &mut SchemaGenerator) -> Json {
    let Example { params: given, result: answered } = entry.example();
    let params = descriptors(&resolved((entry.params)(params).to_value(), params));
    let examples: Vec<_> = params
        .iter()
        .filter_map(|param| param["name"].as_str())
        .filter_map(|name| Some(json!({"name": name, "value": given.get(name)?})))
        .collect();
    json!({
        "name": entry.name,
        "summary": entry.summary,
        "description": format!("{}. Requires the role {}.", entry.summary, entry.role),
        "paramStructure": "by-name",
        "params": params,
        "result": {"name": "result", "schema": (entry.result)(results)},
        "errors": kinds(entry).into_iter().map(error).collect::<Vec<_>>(),
        "examples": [{"name": "example", "params": examples, "result": {"name": "result", "value": answered}}],
    })
}

fn kinds(entry: &Entry) -> BTreeSet<ErrorKind> {
    EVERYWHERE.iter().chain(entry.errors).copied().collect()
}

fn error(kind: ErrorKind) -> Json {
    json!({"code": kind.code(), "message": kind.message()})
}

/// The schema of an error's `data`, named `KINDData`: OpenRPC has no place for it in the error itself.
fn error_data(kind: ErrorKind, generator: &mut SchemaGenerator) -> Option<(String, Json)> {
    let (description, key, schema) = match kind {
        ErrorKind::InvalidParams => {
            let faults = json!({"description": "All faults of the params.", "type": "array", "items": generator.subschema_for::<Fault>()});
            ("What is wrong with the params.", "faults", faults)
        }
        ErrorKind::NotFound => {
            let what = json!({"description": "Such as `segment plan:gold`.", "type": "string"});
            ("What does not exist.", "what", what)
        }
        ErrorKind::TooManyRequests => {
            let seconds = json!({"description": "Number of seconds to wait before trying again.", "type": "integer", "minimum": 1});
            ("When to try again.", "retryAfter", seconds)
        }
        ErrorKind::Conflict => {
            let data = json!({"description": "What is in the way. The keys depend on the method.", "type": "object", "additionalProperties": true});
            return Some(("ConflictData".into(), data));
        }
        ErrorKind::Internal
        | ErrorKind::NotAuthenticated
        | ErrorKind::NotAllowed
        | ErrorKind::TryAgain
        | ErrorKind::TooLong => return None,
    };
    let data = json!({"description": description, "type": "object", "properties": {key: schema}, "required": [key]});
    Some((format!("{kind:?}Data"), data))
}

fn resolved(schema: Json, generator: &SchemaGenerator) -> Json {
    name_of(&schema).and_then(|name| generator.definitions().get(&name)).cloned().unwrap_or(schema)
}

fn name_of(schema: &Json) -> Option<String> {
    Some(schema.get("$ref")?.as_str()?.rsplit('/').next()?.to_owned())
}

/// One content descriptor per property of the params, required ones first.
fn descriptors(params: &Json) -> Vec<Json> {
    let none = Map::new();
    let properties = params["properties"].as_object().unwrap_or(&none);
    let required: BTreeSet<_> = params["required"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let mut descriptors: Vec<_> = properties
        .iter()
        .map(|(name, schema)| {
            let mut descriptor = json!({"name": name, "required": required.contains(name.as_str()), "schema": schema});
            if let Some(description) = schema.get("description") {
                descriptor["description"] = description.clone();
            }
            descriptor
        })
        .collect();
    descriptors.sort_by_key(|descriptor| descriptor["required"] != true);
    descriptors
}

/// Number formats such as `int64` are specific to schemars, and OpenRPC tools refuse them.
fn strip_formats(value: &mut Json) {
    match value {
        Json::Object(object) => {
            let is_ours = |format: &Json| format.as_str().is_some_and(|name| name.contains("int") || name == "double");
            if object.get("format").is_some_and(is_ours) {
                object.remove("format");
            }
            object.values_mut().for_each(strip_formats);
        }
        Json::Array(items) => items.iter_mut().for_each(strip_formats),
        _ => {}
    }
}
