//! Values of attributes, checked once on the way in.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Attribute, AttributeKey, AttributeLimits, AttributeType, Decimal, postgres_array::postgres_array};
use crate::{criteria::Date, instant::parse_instant, text::fold};

/// Of each type one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeValue {
    Text(String),
    Number(i64),
    Decimal(Decimal),
    Boolean(bool),
    Date(Date),
    /// Not empty; no two of them compare as equal.
    List(Vec<String>),
}

/// What a source says about the attributes of a user: a new value, or that there is none. Others stay as they are.
pub type AttributeChanges = BTreeMap<AttributeKey, Option<AttributeValue>>;

/// The attributes of a user that have a value.
pub type AttributeValues = BTreeMap<AttributeKey, AttributeValue>;

/// Why a value is not of an attribute, as the end of a sentence that begins with its name. It does not repeat the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Misfit(String);

impl AttributeValue {
    /// `None` if a text or a list is empty: the user has no value then.
    pub fn of_json(attribute: &Attribute, json: &Json) -> Result<Option<Self>, Misfit> {
        let text = || json.as_str().map(str::trim);
        let expected = |value: Option<Self>| value.map(Some).ok_or_else(|| misfit(attribute));
        match (attribute.kind, text()) {
            (AttributeType::Text, Some(text)) => Self::text(attribute, text),
            (_, Some("")) => Ok(None),
            (AttributeType::Text, None) => Err(misfit(attribute)),
            (AttributeType::Number, _) => expected(json.as_i64().map(Self::Number)),
            (AttributeType::Decimal, _) => expected(Decimal::of_json(json).map(Self::Decimal)),
            (AttributeType::Boolean, _) => expected(json.as_bool().map(Self::Boolean)),
            (AttributeType::Date, text) => expected(text.and_then(date).map(Self::Date)),
            (AttributeType::List, _) => {
                let texts = json.as_array().ok_or_else(|| misfit(attribute))?;
                let texts: Option<Vec<_>> = texts.iter().map(Json::as_str).collect();
                Self::list(attribute, texts.ok_or_else(|| misfit(attribute))?.into_iter())
            }
        }
    }

    /// A cell of a file or a query. A list is a JSON array, an array as PostgreSQL writes it, or texts between semicolons.
    pub fn of_cell(
        attribute: &Attribute,
        cell: &str,
        instant: impl Fn(&str) -> Option<crate::instant::Instant>,
    ) -> Result<Option<Self>, Misfit> {
        let cell = cell.trim();
        let expected = |value: Option<Self>| value.map(Some).ok_or_else(|| misfit(attribute));
        if cell.is_empty() {
            return Ok(None);
        }
        match attribute.kind {
            AttributeType::Text => Self::text(attribute, cell),
            AttributeType::Number => expected(cell.parse().ok().map(Self::Number)),
            AttributeType::Decimal => expected(Decimal::parse(cell).map(Self::Decimal)),
            AttributeType::Boolean => expected(boolean(cell).map(Self::Boolean)),
            AttributeType::Date => expected(date(cell).or_else(|| instant(cell).map(Date::At)).map(Self::Date)),
            AttributeType::List => {
                let texts = texts_of_cell(cell).ok_or_else(|| misfit(attribute))?;
                Self::list(attribute, texts.iter().map(String::as_str))
            }
        }
    }

    /// Without the spaces around it; an option as it was declared.
    fn text(attribute: &Attribute, text: &str) -> Result<Option<Self>, Misfit> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        checked(attribute, text, None).map(|text| Some(Self::Text(text)))
    }

    pub(crate) fn list<'a>(
        attribute: &Attribute,
        texts: impl Iterator<Item = &'a str>,
    ) -> Result<Option<Self>, Misfit> {
        let mut list: Vec<String> = Vec::new();
        for text in texts.map(str::trim).filter(|text| !text.is_empty()) {
            let text = checked(attribute, text, Some(AttributeLimits::TEXT))?;
            if !list.iter().any(|one| fold(one) == fold(&text)) {
                list.push(text);
            }
            if list.len() > AttributeLimits::LIST {
                return Err(misfit(attribute));
            }
        }
        Ok((!list.is_empty()).then_some(Self::List(list)))
    }

    /// Reads the form of [`to_json`](Self::to_json). `None` if it is not of this type.
    pub fn stored(kind: AttributeType, json: &Json) -> Option<Self> {
        Some(match kind {
            AttributeType::Text => Self::Text(json.as_str()?.to_owned()),
            AttributeType::Number => Self::Number(json.as_i64()?),
            AttributeType::Decimal => Self::Decimal(Decimal::parse(json.as_str()?)?),
            AttributeType::Boolean => Self::Boolean(json.as_bool()?),
            AttributeType::Date => Self::Date(date(json.as_str()?)?),
            AttributeType::List => {
                let texts: Option<_> = json.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect();
                Self::List(texts?)
            }
        })
    }

    /// As stored, and as callers see it.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Number(number) => (*number).into(),
            Self::Decimal(decimal) => (*decimal).into(),
            Self::Boolean(boolean) => (*boolean).into(),
            Self::Date(date) => date.to_string().into(),
            Self::List(texts) => texts.as_slice().into(),
        }
    }

    /// The form that [`of_cell`](Self::of_cell) reads.
    pub fn to_cell(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::List(texts) if texts.iter().any(|text| text.contains(';') || text.starts_with(['[', '{'])) => {
                self.to_json().to_string()
            }
            Self::List(texts) => texts.join(";"),
            Self::Number(number) => number.to_string(),
            Self::Decimal(decimal) => decimal.to_string(),
            Self::Boolean(boolean) => boolean.to_string(),
            Self::Date(date) => date.to_string(),
        }
    }
}

/// A text that both databases can store.
fn checked(attribute: &Attribute, text: &str, longest: Option<usize>) -> Result<String, Misfit> {
    let fits = !text.contains('\0') && longest.is_none_or(|longest| text.chars().count() <= longest);
    if attribute.options.is_empty() {
        return fits.then(|| text.to_owned()).ok_or_else(|| misfit(attribute));
    }
    attribute.option(text).map(|option| option.written().to_owned()).ok_or_else(|| misfit(attribute))
}

/// What looks like an array must be one.
fn texts_of_cell(cell: &str) -> Option<Vec<String>> {
    match cell.chars().next() {
        Some('[') => serde_json::from_str(cell).ok(),
        Some('{') => postgres_array(cell),
        _ => Some(cell.split(';').map(str::to_owned).collect()),
    }
}

/// As people and databases write them.
fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "1" => Some(true),
        "false" | "f" | "no" | "0" => Some(false),
        _ => None,
    }
}

/// An instant, or a day that begins in the years 1 to 9999 in every zone.
fn date(text: &str) -> Option<Date> {
    parse_instant(text).map(Date::At).or_else(|| Date::parse_day_of_any_zone(text))
}

fn misfit(attribute: &Attribute) -> Misfit {
    let options = || attribute.options().take(OPTIONS_NAMED).collect::<Vec<_>>().join(", ");
    let one_of = || format!("{}{}", options(), if attribute.options.len() > OPTIONS_NAMED { ", …" } else { "" });
    Misfit(match attribute.kind {
        AttributeType::Text if attribute.options.is_empty() => "must be a string without NUL".into(),
        AttributeType::Text => format!("must be one of {}", one_of()),
        AttributeType::Number => "must be an integer in the signed 64-bit range".into(),
        AttributeType::Decimal => {
            "must be a decimal number such as \"12.50\", with at most 18 digits, 6 of them after the point".into()
        }
        AttributeType::Boolean => "must be true or false".into(),
        AttributeType::Date => "must be a time such as 2026-01-31T09:30:00Z, or a day such as 2026-01-31".into(),
        AttributeType::List if attribute.options.is_empty() => format!(
            "must be a list of at most {} strings of at most {} characters, without NUL",
            AttributeLimits::LIST,
            AttributeLimits::TEXT
        ),
        AttributeType::List => {
            format!("must be a list of at most {} of {}", AttributeLimits::LIST, one_of())
        }
    })
}

/// Options that are named in a fault.
const OPTIONS_NAMED: usize = 20;
