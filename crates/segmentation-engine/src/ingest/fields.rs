//! The valid values of fields, for cells of files, items of calls and rows of a host database.
//!
//! A reader collects all faults, so that a refused record reports them at once.

use std::{borrow::Cow, ops::RangeInclusive};

use domain::{
    attribute::{Attribute, AttributeChanges, AttributeValue, PREFIX},
    instant::{Instant, parse_instant},
    segment_name::{HIDDEN, is_hidden},
};
use serde_json::Value as Json;

use super::report::FieldFault;

/// In bytes.
pub(crate) const LONGEST_TEXT: usize = 64 * 1024;
/// In bytes. Ids are keys, and an index of PostgreSQL takes keys of at most about 2,700 bytes.
pub(crate) const LONGEST_ID: usize = 1024;

/// A record as in its source.
pub(crate) trait RawRecord {
    /// The fault of an invalid time.
    const TIME: &'static str = "an RFC 3339 time";

    /// Whether the source has a record of everyone who exists: a user with a record that says nothing about it is not
    /// deleted.
    const LISTS_USERS: bool = true;

    fn value(&self, field: &str) -> Value<'_>;

    /// What a fault has before the key of an attribute.
    const ATTRIBUTE: &'static str = PREFIX;

    /// What the source says of declared attributes.
    fn attributes(&self) -> Vec<(&Attribute, Value<'_>)> {
        Vec::new()
    }

    fn time(text: &str) -> Option<Instant> {
        parse_instant(text)
    }
}

#[derive(Debug)]
pub(crate) enum Value<'a> {
    /// The source lacks the field.
    Absent,
    Empty,
    Null,
    /// A cell. Numbers and times are text. Spaces around it do not count.
    Text(Cow<'a, str>),
    /// A cell that is not valid text.
    NotUtf8,
    Json(&'a Json),
}

#[derive(Debug)]
enum Given<T> {
    Absent,
    Empty,
    Null,
    Value(T),
    /// Invalid; the fault is stored.
    Unusable,
}

impl<T> Given<T> {
    fn and_then<U>(self, next: impl FnOnce(T) -> Given<U>) -> Given<U> {
        match self {
            Self::Value(value) => next(value),
            Self::Absent => Given::Absent,
            Self::Empty => Given::Empty,
            Self::Null => Given::Null,
            Self::Unusable => Given::Unusable,
        }
    }
}

/// Reads a record field by field. The value of an invalid field does not matter, since a record with faults is refused.
pub(crate) struct FieldReader<'a, R> {
    record: &'a R,
    faults: Vec<FieldFault>,
    /// Those of single values, without which the record is written.
    forgiven: Vec<FieldFault>,
}

impl<'a, R: RawRecord> FieldReader<'a, R> {
    pub(crate) fn new(record: &'a R) -> Self {
        Self { record, faults: Vec::new(), forgiven: Vec::new() }
    }

    pub(crate) fn lists_users(&self) -> bool {
        R::LISTS_USERS
    }

    /// Drops the faults of other fields than these. Returns the names of the fields that had them.
    pub(crate) fn forgive_except(&mut self, fields: &[&str]) -> Vec<String> {
        self.faults.extract_if(.., |fault| !fields.contains(&fault.field.as_str())).map(|fault| fault.field).collect()
    }

    /// Whether the record has something in a field.
    pub(crate) fn has_content(&self, field: &str) -> bool {
        match self.record.value(field) {
            Value::Absent | Value::Empty | Value::Null => false,
            Value::Text(text) => !text.trim().is_empty(),
            Value::Json(Json::String(text)) => !text.trim().is_empty(),
            Value::NotUtf8 | Value::Json(_) => true,
        }
    }

    /// The faults for which the record is refused, and those of single values.
    pub(crate) fn into_faults(self) -> (Vec<FieldFault>, Vec<FieldFault>) {
        (self.faults, self.forgiven)
    }

    /// The values of attributes. One that does not fit is left out, and is no fault of the record.
    pub(crate) fn attributes(&mut self) -> AttributeChanges {
        let mut changes = AttributeChanges::new();
        for (attribute, value) in self.record.attributes() {
            match attribute_value::<R>(attribute, value) {
                Ok(None) => {}
                Ok(Some(value)) => drop(changes.insert(attribute.key().clone(), value)),
                Err(problem) => {
                    let field = format!("{}{}", R::ATTRIBUTE, attribute.key());
                    self.forgiven.push(FieldFault::new(&field, problem));
                }
            }
        }
        changes
    }

    /// Drops the faults of single values.
    pub(crate) fn forgive_values(&mut self) {
        self.forgiven.clear();
    }

    /// An id of which nobody can have one that looks the same.
    pub(crate) fn required_id(&mut self, field: &str) -> Option<String> {
        let id = self.text(field, LONGEST_ID);
        let id = self.visible(field, id);
        self.required(field, id).map(Cow::into_owned)
    }

    /// The same for a field that may be left out or empty.
    pub(crate) fn id_if_given(&mut self, field: &str) -> Option<String> {
        let id = self.text(field, LONGEST_ID);
        nullable(self.visible(field, id)).flatten().map(Cow::into_owned)
    }

    /// A text that is read into another type.
    pub(crate) fn required_as<T>(
        &mut self,
        field: &str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.parsed(field, expected, &read, |json| read(json.as_str()?.trim()));
        self.required(field, value)
    }

    /// The same for a field that may be left out or empty, and for JSON that need not be a string.
    pub(crate) fn given_as<T>(
        &mut self,
        field: &str,
        expected: &str,
        of_text: impl Fn(&str) -> Option<T>,
        of_json: impl Fn(&Json) -> Option<T>,
    ) -> Option<T> {
        nullable(self.parsed(field, expected, of_text, of_json)).flatten()
    }

    /// A text that is neither empty nor blank.
    pub(crate) fn required_text(&mut self, field: &str) -> Option<String> {
        let text = self.text(field, LONGEST_TEXT);
        self.required(field, text).map(Cow::into_owned)
    }

    /// The same for a field that the source may lack.
    pub(crate) fn text_if_present(&mut self, field: &str) -> Option<String> {
        let text = self.text(field, LONGEST_TEXT);
        self.if_present(field, text).map(Cow::into_owned)
    }

    /// A text that may be unset.
    pub(crate) fn nullable_text(&mut self, field: &str) -> Option<Option<String>> {
        nullable(self.text(field, LONGEST_TEXT)).map(|text| text.map(Cow::into_owned))
    }

    /// In upper case.
    pub(crate) fn word(&mut self, field: &str, default: &str) -> Option<String> {
        let word = self.text(field, LONGEST_TEXT).and_then(|word| Given::Value(word.to_ascii_uppercase()));
        self.or_default(field, word, default.to_owned())
    }

    pub(crate) fn integer(&mut self, field: &str, allowed: RangeInclusive<i64>, default: i64) -> Option<i64> {
        let integer = self.parsed(field, "an integer", |text| text.parse().ok(), Json::as_i64);
        let integer = self.or_default(field, integer, default);
        if integer.is_some_and(|integer| !allowed.contains(&integer)) {
            match (*allowed.start(), *allowed.end()) {
                (0, i64::MAX) => self.fault(field, "must not be negative"),
                (least, greatest) => self.fault(field, format!("must be from {least} to {greatest}")),
            }
        }
        integer
    }

    pub(crate) fn nullable_number(&mut self, field: &str) -> Option<Option<f64>> {
        let finite = |text: &str| text.parse().ok().filter(|number: &f64| number.is_finite());
        nullable(self.parsed(field, "a number", finite, Json::as_f64))
    }

    pub(crate) fn required_time(&mut self, field: &str) -> Option<Instant> {
        let time = self.time(field);
        self.required(field, time)
    }

    pub(crate) fn time_if_present(&mut self, field: &str) -> Option<Instant> {
        let time = self.time(field);
        self.if_present(field, time)
    }

    pub(crate) fn nullable_time(&mut self, field: &str) -> Option<Option<Instant>> {
        nullable(self.time(field))
    }

    fn time(&mut self, field: &str) -> Given<Instant> {
        self.parsed(field, R::TIME, R::time, |value| value.as_str().and_then(R::time))
    }

    fn text(&mut self, field: &str, longest: usize) -> Given<Cow<'a, str>> {
        self.text_of(field, self.record.value(field), longest)
    }

    /// A text without the spaces around it: people do not see them, and a comparison would. Both databases can store it:
    /// PostgreSQL cannot store NUL.
    fn text_of(&mut self, field: &str, value: Value<'a>, longest: usize) -> Given<Cow<'a, str>> {
        let text = match value {
            Value::Absent => return Given::Absent,
            Value::Empty => return Given::Empty,
            Value::Null => return Given::Null,
            Value::NotUtf8 => return self.unusable(field, "must be UTF-8"),
            Value::Json(Json::String(text)) => Cow::Borrowed(text.as_str()),
            Value::Json(_) => return self.unusable(field, "must be a string"),
            Value::Text(text) => text,
        };
        let text = trimmed(text);
        if text.len() > longest {
            return self.unusable(field, format!("must not be longer than {longest} bytes"));
        }
        if text.contains('\0') {
            return self.unusable(field, "must not contain a NUL character");
        }
        if text.is_empty() { Given::Empty } else { Given::Value(text) }
    }

    fn visible(&mut self, field: &str, text: Given<Cow<'a, str>>) -> Given<Cow<'a, str>> {
        match text {
            Given::Value(text) if text.chars().any(is_hidden) => self.unusable(field, HIDDEN),
            text => text,
        }
    }

    fn parsed<T>(
        &mut self,
        field: &str,
        expected: &str,
        of_text: impl Fn(&str) -> Option<T>,
        of_json: impl Fn(&Json) -> Option<T>,
    ) -> Given<T> {
        let value = match self.record.value(field) {
            Value::Json(json) => of_json(json),
            value => match self.text_of(field, value, LONGEST_TEXT) {
                Given::Value(text) => of_text(&text),
                other => return other.and_then(|_| Given::Empty),
            },
        };
        match value {
            Some(value) => Given::Value(value),
            None => self.unusable(field, format!("must be {expected}")),
        }
    }

    fn required<T>(&mut self, field: &str, given: Given<T>) -> Option<T> {
        if matches!(given, Given::Absent) {
            self.fault(field, "is required");
        }
        self.if_present(field, given)
    }

    fn if_present<T>(&mut self, field: &str, given: Given<T>) -> Option<T> {
        match given {
            Given::Value(value) => return Some(value),
            Given::Empty => self.fault(field, "is required"),
            Given::Null => self.fault(field, "must not be null"),
            Given::Absent | Given::Unusable => {}
        }
        None
    }

    fn or_default<T>(&mut self, field: &str, given: Given<T>, default: T) -> Option<T> {
        if matches!(given, Given::Empty) { Some(default) } else { self.if_present(field, given) }
    }

    fn unusable<T>(&mut self, field: &str, problem: impl Into<String>) -> Given<T> {
        self.fault(field, problem);
        Given::Unusable
    }

    pub(crate) fn fault(&mut self, field: &str, problem: impl Into<String>) {
        self.faults.push(FieldFault::new(field, problem));
    }
}

/// The outer `None` says nothing about it, the inner one unsets it.
fn attribute_value<R: RawRecord>(
    attribute: &Attribute,
    value: Value<'_>,
) -> Result<Option<Option<AttributeValue>>, String> {
    let read = match value {
        Value::Absent => return Ok(None),
        Value::Empty | Value::Null => return Ok(Some(None)),
        Value::NotUtf8 => return Err("must be UTF-8".into()),
        Value::Text(text) if text.len() > LONGEST_TEXT => return Err(too_long()),
        Value::Json(Json::String(text)) if text.len() > LONGEST_TEXT => return Err(too_long()),
        Value::Json(json) => AttributeValue::of_json(attribute, json),
        Value::Text(cell) => AttributeValue::of_cell(attribute, &cell, R::time),
    };
    read.map(Some).map_err(|misfit| misfit.to_string())
}

fn too_long() -> String {
    format!("must not be longer than {LONGEST_TEXT} bytes")
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

fn nullable<T>(given: Given<T>) -> Option<Option<T>> {
    match given {
        Given::Value(value) => Some(Some(value)),
        Given::Empty | Given::Null => Some(None),
        Given::Absent | Given::Unusable => None,
    }
}
