//! Validates params against the published schema, reports every fault with its path, and decodes valid params into the
//! method's type.

mod bounded;
mod words;

use std::{collections::BTreeMap, marker::PhantomData, sync::Arc};

use domain::{calendar::CalendarUnit, criteria::Limits};
use jsonschema::{
    JsonType, ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind},
};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, value::RawValue};

use crate::errors::Fault;

/// What the schema cannot express.
const UNREADABLE: &str = "expected numbers within 64 bits and strings in valid Unicode";
/// The name of the criteria param in every method that has one.
const DEFINITION: &str = "criteria";
/// How much of an unknown name is repeated, in characters.
const LONGEST_NAME: usize = 40;
/// Longer JSON cannot be a valid definition, even if all its characters are escaped.
const LONGEST_DEFINITION: usize = 2 * Limits::JSON_BYTES;
const MAX_FAULTS: usize = 100;

/// For `#[serde(default = "…")]`.
pub(crate) fn default_of<const VALUE: u32>() -> u32 {
    VALUE
}

/// For `#[serde(default = "…")]`.
pub(crate) fn day() -> CalendarUnit {
    CalendarUnit::Day
}

/// Marks a schema that is there for clients only. The method reads the value itself, because it reports better faults
/// or answers each item separately.
pub(crate) const READ_BY_METHOD: &str = "Read by the method itself";

#[derive(Debug)]
pub(crate) struct Unfit {
    pub(crate) faults: Vec<Fault>,
    /// As received, for [`Method::faults`](crate::method::Method::faults). Null if they are not an object.
    pub(crate) params: Json,
}

impl Unfit {
    fn unreadable(message: &str) -> Self {
        Self { faults: vec![Fault::new("", message)], params: Json::Null }
    }
}

pub(crate) struct ParamsReader<P> {
    validator: Option<Arc<Validator>>,
    params: PhantomData<fn() -> P>,
}

impl<P> Clone for ParamsReader<P> {
    fn clone(&self) -> Self {
        Self { validator: self.validator.clone(), params: PhantomData }
    }
}

impl<P: DeserializeOwned + JsonSchema> ParamsReader<P> {
    pub(crate) fn new() -> Self {
        let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<P>().to_value();
        leave_to_method(&mut schema);
        let validator = jsonschema::draft7::new(&schema);
        debug_assert!(validator.is_ok(), "the schema cannot be compiled");
        Self { validator: validator.ok().map(Arc::new), params: PhantomData }
    }

    /// Decodes named params. Absent params are an empty object.
    pub(crate) fn read(&self, text: Option<&str>) -> Result<P, Unfit> {
        let (params, mut faults) = read(text.unwrap_or("{}"))?;
        // The schema reports unreadable params as missing.
        let is_unread = |fault: &Fault| faults.iter().any(|unread| unread.path == fault.path);
        let by_schema: Vec<_> = self.faults(&params).into_iter().filter(|fault| !is_unread(fault)).collect();
        faults.extend(by_schema);
        if faults.is_empty() {
            faults.extend(fractions(&params));
        }
        if !faults.is_empty() {
            return Err(Unfit { faults, params });
        }
        // The message of serde_json can contain values.
        serde_json::from_value(params).map_err(|_| Unfit::unreadable(UNREADABLE))
    }

    fn faults(&self, value: &Json) -> Vec<Fault> {
        let Some(validator) = &self.validator else { return Vec::new() };
        let errors: Vec<_> = validator.iter_errors(value).take(MAX_FAULTS).collect();
        if errors.iter().any(takes_none) {
            let names = value.as_object().into_iter().flat_map(Map::keys).take(MAX_FAULTS);
            return names.map(|name| unknown_key("", name)).collect();
        }
        errors.iter().flat_map(faults_of).collect()
    }
}

/// Reads each param separately, so that an unreadable one does not hide the faults of the others. A definition that is
/// too long is not read.
fn read(text: &str) -> Result<(Json, Vec<Fault>), Unfit> {
    let raw: BTreeMap<String, &RawValue> =
        serde_json::from_str(text).map_err(|_| Unfit::unreadable("expected an object: params are named"))?;
    let (mut params, mut faults) = (Map::new(), Vec::new());
    for (name, raw) in raw {
        let length = bounded::length(raw.get());
        if name == DEFINITION && length > LONGEST_DEFINITION {
            let message = format!("expected at most {} bytes of JSON, found {length} bytes", Limits::JSON_BYTES);
            faults.push(Fault::new(name, message));
            continue;
        }
        match bounded::value(raw.get()) {
            Ok(value) => drop(params.insert(name, value)),
            // None of our names is that long, and an unknown one is not repeated in full.
            Err(_) if name.len() > LONGEST_NAME => faults.push(Fault::new("", UNREADABLE)),
            Err(_) => faults.push(Fault::new(name, UNREADABLE)),
        }
    }
    Ok((params.into(), faults))
}

/// JSON Schema accepts 7.0 as an integer; we do not. All numeric params are integers.
fn fractions(params: &Json) -> Vec<Fault> {
    let fractions = params.as_object().into_iter().flatten().filter(|(_, value)| value.is_f64());
    let message = "expected an integer, written without a decimal point or exponent";
    fractions.map(|(name, _)| Fault::new(name, message)).collect()
}

/// Accepts any value where the method reads it itself.
fn leave_to_method(schema: &mut Json) {
    match schema {
        Json::Object(object) if object.get("$comment").is_some_and(|comment| comment == READ_BY_METHOD) => {
            *schema = Json::Bool(true);
        }
        Json::Object(object) => object.values_mut().for_each(leave_to_method),
        Json::Array(items) => items.iter_mut().for_each(leave_to_method),
        _ => {}
    }
}

/// The schema of a method without params reports nothing more specific.
fn takes_none(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), ValidationErrorKind::FalseSchema) && error.instance_path().as_str().is_empty()
}

fn unknown_key(path: &str, name: &str) -> Fault {
    Fault::new(path, format!("unknown key {}", cut(name)))
}

fn faults_of(error: &ValidationError<'_>) -> Vec<Fault> {
    let path = path(error.instance_path().as_str());
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            unexpected.iter().map(|name| unknown_key(&path, name)).collect()
        }
        ValidationErrorKind::Required { property } => {
            vec![Fault::new(below(property.as_str().unwrap_or_default()), "is missing")]
        }
        ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } => {
            alternatives(error, &path, context)
        }
        kind => vec![Fault::new(path, words::expected(kind).unwrap_or_else(|| masked(error)))],
    }
}

/// For alternatives: the allowed values, or the faults of the only alternative other than null.
fn alternatives(error: &ValidationError<'_>, path: &str, context: &[Vec<ValidationError<'static>>]) -> Vec<Fault> {
    let branches: Vec<_> = context.iter().filter(|errors| !is_null_only(errors)).collect();
    if let [only] = branches[..] {
        return only.iter().flat_map(faults_of).collect();
    }
    // Of alternatives with a key each, the one whose key is there is meant.
    let keys: Vec<_> = branches.iter().map(|errors| missing_key(errors)).collect();
    let keyed = keys.iter().any(Option::is_some);
    let mut meant = branches.iter().zip(&keys).filter(|(_, key)| key.is_none());
    if let (Some((errors, _)), None) = (meant.next(), meant.next()) {
        return errors.iter().flat_map(faults_of).collect();
    }
    if let Some(keys) = keys.into_iter().collect::<Option<Vec<_>>>() {
        return vec![Fault::new(path, format!("expected exactly one of {}", keys.join(", ")))];
    }
    let constants: Option<Vec<_>> = branches.iter().map(|errors| constant(errors)).collect();
    match constants {
        Some(allowed) => vec![Fault::new(path, format!("expected one of {}", allowed.join(", ")))],
        None if keyed => vec![Fault::new(path, "expected exactly one of its keys")],
        None => vec![Fault::new(path, masked(error))],
    }
}

/// Values can be names and addresses.
fn masked(error: &ValidationError<'_>) -> String {
    error.masked_with("the value").to_string()
}

fn is_null_only(errors: &[ValidationError<'_>]) -> bool {
    let is_null = |error: &ValidationError<'_>| {
        matches!(error.kind(), ValidationErrorKind::Type { kind: TypeKind::Single(JsonType::Null) })
    };
    matches!(errors, [error] if is_null(error))
}

/// The key that an alternative needs and that is missing.
fn missing_key(errors: &[ValidationError<'_>]) -> Option<String> {
    errors.iter().find_map(|error| match error.kind() {
        ValidationErrorKind::Required { property } => property.as_str().map(str::to_owned),
        _ => None,
    })
}

/// The only value that an alternative allows.
fn constant(errors: &[ValidationError<'_>]) -> Option<String> {
    errors.iter().find_map(|error| match error.kind() {
        ValidationErrorKind::Constant { expected_value } => Some(expected_value.to_string()),
        _ => None,
    })
}

/// `/criteria/2/value` as `criteria[2].value`.
fn path(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        if part.bytes().all(|byte| byte.is_ascii_digit()) {
            path += &format!("[{part}]");
        } else {
            if !path.is_empty() {
                path.push('.');
            }
            path += &part;
        }
    }
    path
}

fn cut(name: &str) -> String {
    let name: String = name.chars().take(LONGEST_NAME).flat_map(char::escape_debug).collect();
    format!("\"{name}\"")
}
