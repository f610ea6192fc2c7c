//! Parses JSON to [`Criteria`]. Definitions that people write have no other way in.
//!
//! Collects every fault with its path. The input may be hostile: length, depth, and number of conditions are limited, and
//! so is the work on input beyond the limits.

mod condition;
mod fault;
mod limits;
#[cfg(test)]
mod tests;
mod value;

use chrono_tz::Tz;
use serde_json::{Map, Value};

use self::fault::{Path, ValueAt, quoted};
use super::{Combine, Criteria, Item, ItemSet};
use crate::{attribute::Attributes, segment::SegmentKey};

pub use self::{
    fault::{Fault, Faults},
    limits::Limits,
};

#[derive(Clone, Copy)]
pub struct ParseContext<'a> {
    /// Where a date without a time starts.
    pub zone: Tz,
    pub segment_exists: &'a (dyn Fn(&SegmentKey) -> bool + Sync),
    /// Those that are declared.
    pub attributes: &'a Attributes,
}

/// Returns every fault, not only the first.
pub fn parse(json: &str, context: &ParseContext<'_>) -> Result<Criteria, Faults> {
    check_size(json.len())?;
    let value = serde_json::from_str(json).map_err(|error| not_json(&error))?;
    parse_value(&value, context)
}

/// Like [`parse()`], for JSON that is already parsed.
pub fn parse_value(value: &Value, context: &ParseContext<'_>) -> Result<Criteria, Faults> {
    let mut reader = Reader { context, faults: Vec::new(), leaves: 0 };
    let root = reader.whole(value);
    match root {
        Some(root) if reader.faults.is_empty() => check_size(json_bytes(value)).map(|()| Criteria { root }),
        _ => Err(Faults(reader.faults)),
    }
}

fn check_size(bytes: usize) -> Result<(), Faults> {
    if bytes <= Limits::JSON_BYTES {
        return Ok(());
    }
    Err(Faults::of_whole(format!("at most {} bytes of JSON", Limits::JSON_BYTES), format!("{bytes} bytes")))
}

/// Check the depth of the value first: writing it recurses.
fn json_bytes(value: &Value) -> usize {
    serde_json::to_string(value).map_or(usize::MAX, |json| json.len())
}

/// Leaves out the library's own message, since it may repeat the input.
fn not_json(error: &serde_json::Error) -> Faults {
    if error.to_string().starts_with("recursion limit exceeded") {
        return Faults::of_whole(too_deep(), "JSON nested much deeper");
    }
    let found = format!("a syntax error at line {}, column {}", error.line(), error.column());
    Faults::of_whole("valid JSON", found)
}

fn too_deep() -> String {
    format!("sets nested at most {} deep", Limits::DEPTH)
}

/// Walks through a definition and collects faults. A method that returns `None` has recorded one.
struct Reader<'a> {
    context: &'a ParseContext<'a>,
    faults: Vec<Fault>,
    /// Conditions so far, and whatever is in place of one: empty sets, sets that are too deep, other values.
    leaves: usize,
}

impl Reader<'_> {
    fn whole(&mut self, value: &Value) -> Option<ItemSet> {
        let path = Path::Whole;
        let Some(object) = value.as_object() else {
            let found = ValueAt { path, value: Some(value) };
            return self.fault(path, "an object with criteria and combineWith", found.in_words());
        };
        let root = self.set(object, path, 1);
        if self.leaves > Limits::CONDITIONS {
            let found = format!("{} conditions", self.leaves);
            self.leaves = 0;
            return self.fault(path, format!("at most {} conditions", Limits::CONDITIONS), found);
        }
        root
    }

    fn set(&mut self, object: &Map<String, Value>, path: Path<'_>, depth: usize) -> Option<ItemSet> {
        self.refuse_other_keys(object, path, &["combineWith", "criteria", "not"]);
        let combine = self.combine(value_at(object, &path, "combineWith"));
        let negated = self.negated(value_at(object, &path, "not"));
        let items = self.items(value_at(object, &path, "criteria"), depth);
        Some(ItemSet { combine: combine?, negated: negated?, items: items? })
    }

    fn combine(&mut self, at: ValueAt<'_>) -> Option<Combine> {
        self.name(at, &["AND", "OR"], |name| [Combine::And, Combine::Or].into_iter().find(|one| one.name() == name))
    }

    fn negated(&mut self, at: ValueAt<'_>) -> Option<bool> {
        match at.value {
            None => Some(false),
            Some(Value::Bool(negated)) => Some(*negated),
            Some(_) => self.fault(at.path, "true or false", at.in_words()),
        }
    }

    fn items(&mut self, at: ValueAt<'_>, depth: usize) -> Option<Vec<Item>> {
        match at.value.and_then(Value::as_array) {
            Some(list) if !list.is_empty() => {
                let items: Vec<_> =
                    (0..).zip(list).map(|(n, value)| self.item(value, Path::Index(&at.path, n), depth)).collect();
                items.into_iter().collect()
            }
            _ => {
                self.leaves += 1;
                self.fault(at.path, "a list of at least one condition or set", at.in_words())
            }
        }
    }

    fn item(&mut self, value: &Value, path: Path<'_>, depth: usize) -> Option<Item> {
        if let Some(object) = value.as_object().filter(|object| is_set(object) && depth < Limits::DEPTH) {
            return self.set(object, path, depth + 1).map(Item::Set);
        }
        self.leaves += 1;
        if self.leaves > Limits::CONDITIONS {
            return None;
        }
        match value.as_object() {
            Some(object) if is_set(object) => self.fault(path, too_deep(), format!("a set at depth {}", depth + 1)),
            Some(object) => self.condition(object, path).map(Item::Condition),
            None => self.fault(path, "a condition or a set", ValueAt { path, value: Some(value) }.in_words()),
        }
    }

    fn refuse_other_keys(&mut self, object: &Map<String, Value>, path: Path<'_>, known: &[&str]) {
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            let found = quoted(key).map_or_else(|| "another key".into(), |key| format!("the key {key}"));
            let _: Option<()> = self.fault(path, format!("only the keys {}", known.join(", ")), found);
        }
    }

    /// Records a fault, unless there are enough, or it is past the last condition that is read.
    fn fault<T>(&mut self, path: Path<'_>, expected: impl Into<String>, found: impl Into<String>) -> Option<T> {
        let fault = |path: Path<'_>, expected, found| Fault { path: path.to_string(), expected, found };
        if self.leaves > Limits::CONDITIONS {
            return None;
        }
        match self.faults.len() {
            count if count < Limits::FAULTS => self.faults.push(fault(path, expected.into(), found.into())),
            Limits::FAULTS => {
                let expected = format!("at most {} faults", Limits::FAULTS);
                self.faults.push(fault(Path::Whole, expected, "more (not listed)".into()));
            }
            _ => {}
        }
        None
    }
}

/// Whether the keys suggest a set.
fn is_set(object: &Map<String, Value>) -> bool {
    let has = |key| object.contains_key(key);
    has("criteria") || has("combineWith") || (has("not") && !has("field"))
}

fn value_at<'a>(object: &'a Map<String, Value>, path: &'a Path<'a>, key: &'static str) -> ValueAt<'a> {
    ValueAt { path: Path::Key(path, key), value: object.get(key) }
}
