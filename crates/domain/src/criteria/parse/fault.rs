//! Faults: path, what was expected, what was found. A fault never repeats a text value, which may be personal.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Limits;

/// One problem with a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema), schemars(rename = "DefinitionFault"))]
pub struct Fault {
    /// The path of the faulty part, such as `criteria[2].value`. Empty for the definition as a whole.
    pub path: String,
    /// What this part may be, in words.
    pub expected: String,
    /// What it is, in words. Quotes names but never texts, which may be personal.
    pub found: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "definition" } else { &self.path };
        write!(f, "{path}: expected {}, found {}", self.expected, self.found)
    }
}

/// At least one fault, in the order of the definition. After [`Limits::FAULTS`], one more says that the rest is
/// missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(pub(super) Vec<Fault>);

impl Faults {
    pub fn iter(&self) -> std::slice::Iter<'_, Fault> {
        self.0.iter()
    }

    pub fn as_slice(&self) -> &[Fault] {
        &self.0
    }

    /// Pass at least one.
    pub(in crate::criteria) fn of(faults: Vec<Fault>) -> Self {
        Self(faults)
    }

    /// One fault of the whole definition.
    pub(super) fn of_whole(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self(vec![Fault { path: String::new(), expected: expected.into(), found: found.into() }])
    }
}

impl<'a> IntoIterator for &'a Faults {
    type Item = &'a Fault;
    type IntoIter = std::slice::Iter<'a, Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.iter().enumerate() {
            let separator = if n == 0 { "" } else { "; " };
            write!(f, "{separator}{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// A linked path, so that only a fault pays for its text.
#[derive(Clone, Copy)]
pub(super) enum Path<'a> {
    Whole,
    Key(&'a Path<'a>, &'static str),
    Index(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Key(Path::Whole, key) => f.write_str(key),
            Self::Key(parent, key) => write!(f, "{parent}.{key}"),
            Self::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// A value with its path. `None` if it is missing.
#[derive(Clone, Copy)]
pub(super) struct ValueAt<'a> {
    pub(super) path: Path<'a>,
    pub(super) value: Option<&'a Value>,
}

impl ValueAt<'_> {
    /// Without the content of a text.
    pub(super) fn in_words(&self) -> String {
        match self.value {
            None => "nothing".into(),
            Some(Value::Null) => "null".into(),
            Some(Value::Bool(value)) => value.to_string(),
            Some(Value::Number(number)) => format!("the number {}", cut(&number.to_string())),
            Some(Value::String(text)) => text_in_words(text),
            Some(Value::Array(list)) if list.is_empty() => "an empty list".into(),
            Some(Value::Array(_)) => "a list".into(),
            Some(Value::Object(_)) => "an object".into(),
        }
    }

    /// With the content of a text. Use it only where one of our own names is expected.
    pub(super) fn by_name(&self) -> String {
        match self.value {
            Some(Value::String(name)) if !name.is_empty() => quoted(name).unwrap_or_else(|| self.in_words()),
            _ => self.in_words(),
        }
    }
}

fn text_in_words(text: &str) -> String {
    match text.chars().count() {
        0 => "an empty string".into(),
        count if count > Limits::STRING => format!("a string of {count} characters"),
        _ if text.contains('\0') => "a string with a NUL character".into(),
        _ => "a string".into(),
    }
}

/// An unknown name, shortened and without control characters. `None` if it looks like an email address that ended up
/// here by mistake.
pub(super) fn quoted(name: &str) -> Option<String> {
    (!name.contains('@')).then(|| format!("\"{}\"", cut(name)))
}

fn cut(text: &str) -> String {
    // The length of the longest key of a segment.
    const LONGEST: usize = 80;
    let mut short: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}
