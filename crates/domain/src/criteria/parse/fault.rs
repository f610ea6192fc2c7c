//! Faults: where, what was expected, what was found. A fault never repeats a text value, which may be personal.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Limits;

/// One thing wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Where: `criteria[2].value`; empty for the definition as a whole.
    pub path: String,
    /// What would be right there.
    pub expected: String,
    /// What is there, in words. Names are quoted, texts are not.
    pub found: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "definition" } else { &self.path };
        write!(f, "{path}: expected {}, found {}", self.expected, self.found)
    }
}

/// All that is wrong with a definition: at least one fault, and at most [`Limits::FAULTS`] with a last one that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(pub(super) Vec<Fault>);

impl Faults {
    /// In the order of the definition.
    pub fn iter(&self) -> std::slice::Iter<'_, Fault> {
        self.0.iter()
    }

    /// In the order of the definition.
    pub fn as_slice(&self) -> &[Fault] {
        &self.0
    }

    /// Those of what is found wrong after reading; at least one.
    pub(in crate::criteria) fn of(faults: Vec<Fault>) -> Self {
        Self(faults)
    }

    /// A single fault of the definition as a whole.
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

/// The way from the outermost set to a value. It is put into words only where there is a fault.
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

/// A value, or where it is missing, together with its path.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) path: Path<'a>,
    pub(super) value: Option<&'a Value>,
}

impl Place<'_> {
    /// What is here, without its text.
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

    /// What is here, with its text if there is one: for places where a name of ours belongs.
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

/// A name that was not known, short and without control characters. `None` for what looks like an e-mail address, which
/// may have come to the wrong place.
pub(super) fn quoted(name: &str) -> Option<String> {
    (!name.contains('@')).then(|| format!("\"{}\"", cut(name)))
}

fn cut(text: &str) -> String {
    // As long as the longest name of ours, a segment's.
    const LONGEST: usize = 80;
    let mut short: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}
