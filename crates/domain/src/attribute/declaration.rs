//! Reads declarations of attributes, from callers of the API and from files. A refusal has every fault, with its path.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::{Attribute, AttributeKey, AttributeLimits, AttributeType, Attributes};
use crate::{criteria::Fault, segment_name::SegmentName, text::fold};

const SEEN: &str = "without line breaks, tabs, or invisible characters";
const KEYS: [&str; 5] = ["key", "label", "type", "options", "personal"];

/// Reads one declaration. Paths begin with `at`, which may be empty.
pub fn read_one(json: &Json, at: &str) -> Result<Attribute, Vec<Fault>> {
    let mut reader = Reader { at, faults: Vec::new() };
    match json.as_object() {
        Some(object) => {
            let attribute = reader.attribute(object);
            attribute.filter(|_| reader.faults.is_empty()).ok_or(reader.faults)
        }
        None => {
            let _: Option<()> = reader.fault("", "an object with key, label and type", in_words(Some(json)));
            Err(reader.faults)
        }
    }
}

/// Reads a list of declarations: that of a file, at the path `attributes`.
pub fn read_all(list: &[Json]) -> Result<Attributes, Vec<Fault>> {
    let (mut attributes, mut faults, mut keys) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (place, json) in list.iter().enumerate() {
        let at = format!("attributes[{place}]");
        match read_one(json, &at) {
            Ok(attribute) => attributes.push(attribute),
            Err(found) => faults.extend(found),
        }
        if let Some(key) = json.get("key").and_then(Json::as_str)
            && !keys.insert(key)
        {
            faults.push(fault(format!("{at}.key"), "a key that no other attribute has", format!("{key:?} again")));
        }
    }
    if attributes.len() > AttributeLimits::ATTRIBUTES {
        faults.push(too_many("attributes".into(), attributes.len()));
    }
    if faults.is_empty() { Ok(attributes.into_iter().collect()) } else { Err(faults) }
}

/// Whether an attribute may be declared beside the present ones. `former` is what the key stood for before, even if it is archived
/// now.
pub fn check_change(attribute: &Attribute, former: Option<AttributeType>, declared: &Attributes) -> Result<(), Fault> {
    if let Some(former) = former.filter(|former| *former != attribute.kind) {
        let expected = format!("{former}, since the type of {} cannot be changed", attribute.key);
        return Err(fault("type".into(), expected, attribute.kind.to_string()));
    }
    let count = declared.clone().with(attribute.clone()).iter().len();
    if count > AttributeLimits::ATTRIBUTES { Err(too_many("key".into(), count)) } else { Ok(()) }
}

fn too_many(path: String, count: usize) -> Fault {
    fault(path, format!("at most {} attributes", AttributeLimits::ATTRIBUTES), count.to_string())
}

fn fault(path: String, expected: impl Into<String>, found: impl Into<String>) -> Fault {
    Fault { path, expected: expected.into(), found: found.into() }
}

struct Reader<'a> {
    at: &'a str,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn attribute(&mut self, object: &Map<String, Json>) -> Option<Attribute> {
        for key in object.keys().filter(|key| !KEYS.contains(&key.as_str())) {
            let found = format!("the key {:?}", shortened(key));
            let _: Option<()> = self.fault("", format!("only the keys {}", KEYS.join(", ")), found);
        }
        let key = self.key(object.get("key"));
        let label = self.label(object.get("label"));
        let kind = self.kind(object.get("type"));
        let options = self.options(object.get("options"), kind);
        let personal = match object.get("personal") {
            None | Some(Json::Null) => Some(false),
            Some(Json::Bool(personal)) => Some(*personal),
            other => self.fault("personal", "true or false", in_words(other)),
        };
        Some(Attribute::stored(key?, label?, kind?, &options?, personal?))
    }

    fn key(&mut self, json: Option<&Json>) -> Option<AttributeKey> {
        let key = json.and_then(Json::as_str).and_then(AttributeKey::parse);
        let expected = || format!("1 to {} of the characters a to z, 0 to 9, and _", AttributeLimits::KEY);
        key.or_else(|| self.fault("key", expected(), in_words(json)))
    }

    fn label(&mut self, json: Option<&Json>) -> Option<String> {
        let label = json.and_then(Json::as_str).filter(|text| text.chars().count() <= AttributeLimits::TEXT);
        let label = label.and_then(|text| SegmentName::parse(text).ok()).map(String::from);
        let expected = || format!("a string of 1 to {} characters, {SEEN}", AttributeLimits::TEXT);
        label.or_else(|| self.fault("label", expected(), in_words(json)))
    }

    fn kind(&mut self, json: Option<&Json>) -> Option<AttributeType> {
        let kind = json.and_then(Json::as_str).and_then(|text| text.parse().ok());
        let names: Vec<_> = AttributeType::ALL.iter().map(ToString::to_string).collect();
        kind.or_else(|| self.fault("type", format!("one of {}", names.join(", ")), in_words(json)))
    }

    fn options(&mut self, json: Option<&Json>, kind: Option<AttributeType>) -> Option<Vec<String>> {
        let list = match json {
            None | Some(Json::Null) => return Some(Vec::new()),
            Some(Json::Array(list)) if list.len() <= AttributeLimits::OPTIONS => list,
            other => {
                let expected = format!("a list of at most {} strings", AttributeLimits::OPTIONS);
                return self.fault("options", expected, in_words(other));
            }
        };
        let takes_options = kind.is_none_or(|kind| matches!(kind, AttributeType::Text | AttributeType::List));
        if !takes_options && !list.is_empty() {
            return self.fault("options", "no options: only text and list have them", in_words(json));
        }
        let mut seen = BTreeSet::new();
        let options = list.iter().enumerate().map(|(place, option)| {
            let path = format!("options[{place}]");
            let text = option
                .as_str()
                .map(str::trim)
                .filter(|text| text.chars().count() <= AttributeLimits::TEXT && SegmentName::parse(text).is_ok());
            let Some(text) = text else {
                let expected = format!("a string of 1 to {} characters, {SEEN}", AttributeLimits::TEXT);
                return self.fault(&path, expected, in_words(Some(option)));
            };
            if !seen.insert(fold(text)) {
                return self.fault(&path, "another option than those before it", "the same, but perhaps for its case");
            }
            Some(text.to_owned())
        });
        // All of them, for their faults.
        let options: Vec<_> = options.collect();
        options.into_iter().collect()
    }

    fn fault<T>(&mut self, path: &str, expected: impl Into<String>, found: impl Into<String>) -> Option<T> {
        let dot = if self.at.is_empty() || path.is_empty() { "" } else { "." };
        self.faults.push(fault(format!("{}{dot}{path}", self.at), expected, found));
        None
    }
}

fn shortened(key: &str) -> String {
    key.chars().take(AttributeLimits::KEY).collect()
}

/// Without the content of a text, which may have been meant for another key.
fn in_words(json: Option<&Json>) -> String {
    match json {
        None => "nothing".into(),
        Some(Json::Null) => "null".into(),
        Some(Json::Bool(value)) => value.to_string(),
        Some(Json::Number(_)) => "a number".into(),
        Some(Json::String(text)) if text.is_empty() => "an empty string".into(),
        Some(Json::String(text)) if text.chars().count() > AttributeLimits::TEXT => {
            format!("a string of {} characters", text.chars().count())
        }
        Some(Json::String(_)) => "a string".into(),
        Some(Json::Array(list)) => format!("a list of {}", list.len()),
        Some(Json::Object(_)) => "an object".into(),
    }
}
