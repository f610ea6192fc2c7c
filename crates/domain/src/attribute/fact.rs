//! Values of attributes as rules compare them.

use chrono::SecondsFormat;
use serde_json::Value as Json;

use super::{AttributeType, AttributeValue, Decimal};
use crate::{criteria::Date, instant::parse_instant, text::fold};

/// A value in the form that is compared. Stored beside the value as it was written, so that neither database has to fold a text
/// or to read a number with a point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeFact {
    /// Folded.
    Text(String),
    Number(i64),
    Decimal(Decimal),
    Boolean(bool),
    Date(Date),
    /// Each folded.
    List(Vec<String>),
}

impl AttributeFact {
    pub fn of(value: &AttributeValue) -> Self {
        match value {
            AttributeValue::Text(text) => Self::Text(fold(text)),
            AttributeValue::Number(number) => Self::Number(*number),
            AttributeValue::Decimal(decimal) => Self::Decimal(*decimal),
            AttributeValue::Boolean(boolean) => Self::Boolean(*boolean),
            AttributeValue::Date(date) => Self::Date(*date),
            AttributeValue::List(texts) => Self::List(texts.iter().map(|text| fold(text)).collect()),
        }
    }

    /// As stored: what compares as text like the value, or else a whole number or a list.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Number(number) => (*number).into(),
            Self::Decimal(decimal) => decimal.sortable().into(),
            Self::Boolean(boolean) => boolean.to_string().into(),
            Self::Date(date) => sortable_date(*date).into(),
            Self::List(texts) => texts.as_slice().into(),
        }
    }

    /// Reads what is stored, as text; a list is JSON. `None` if it is not of this type.
    pub fn read(kind: AttributeType, text: String) -> Option<Self> {
        Some(match kind {
            AttributeType::Text => Self::Text(text),
            AttributeType::Number => Self::Number(text.parse().ok()?),
            AttributeType::Decimal => Self::Decimal(Decimal::of_sortable(&text)?),
            AttributeType::Boolean => Self::Boolean(text.parse().ok()?),
            AttributeType::Date => Self::Date(read_date(&text)?),
            AttributeType::List => Self::List(serde_json::from_str(&text).ok()?),
        })
    }

    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub fn number(&self) -> Option<i64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    pub fn decimal(&self) -> Option<Decimal> {
        if let Self::Decimal(decimal) = self { Some(*decimal) } else { None }
    }

    pub fn boolean(&self) -> Option<bool> {
        if let Self::Boolean(boolean) = self { Some(*boolean) } else { None }
    }

    pub fn date(&self) -> Option<Date> {
        if let Self::Date(date) = self { Some(*date) } else { None }
    }

    pub fn list(&self) -> Option<&[String]> {
        if let Self::List(texts) = self { Some(texts) } else { None }
    }
}

/// Instants have a fixed width, and so do days, which are shorter: texts of one width compare like time.
pub fn sortable_date(date: Date) -> String {
    match date {
        Date::At(instant) => instant.to_rfc3339_opts(SecondsFormat::Micros, true),
        Date::Day(_) => date.to_string(),
    }
}

fn read_date(text: &str) -> Option<Date> {
    parse_instant(text).map(Date::At).or_else(|| Date::parse_day_of_any_zone(text))
}
