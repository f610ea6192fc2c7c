//! Attributes: fields of a user that the host application declares beyond the profile, such as a country or the end of a trial.
//!
//! An attribute is a field of criteria like any other, with the name `attr.KEY`. Its type never changes, so what is stored always
//! fits.

mod decimal;
mod declaration;
mod fact;
mod postgres_array;
#[cfg(test)]
mod tests;
mod value;

use std::{borrow::Borrow, collections::BTreeMap, fmt, sync::Arc};

use crate::{text::Text, text_enum::text_enum};

pub use self::{
    decimal::Decimal,
    declaration::{check_change, read_all, read_one},
    fact::{AttributeFact, sortable_date},
    value::{AttributeChanges, AttributeValue, AttributeValues, Misfit},
};

/// What every name of an attribute as a field begins with.
pub const PREFIX: &str = "attr.";

#[derive(Debug)]
pub struct AttributeLimits;

impl AttributeLimits {
    /// Declared at a time.
    pub const ATTRIBUTES: usize = 200;
    /// Characters of a key.
    pub const KEY: usize = 64;
    /// Characters of a label, an option, or a text of a list.
    pub const TEXT: usize = 256;
    /// Texts in a list.
    pub const LIST: usize = 100;
    /// Options of an attribute: as many as a condition may list.
    pub const OPTIONS: usize = 1_000;
}

text_enum! {
    /// The type of an attribute's values.
    pub enum AttributeType {
        /// A string.
        Text = "text",
        /// A signed 64-bit integer.
        Number = "number",
        /// An exact decimal number: at most 18 digits, 6 of them after the point.
        Decimal = "decimal",
        /// True or false.
        Boolean = "boolean",
        /// A timestamp, or a day.
        Date = "date",
        /// A list of at most 100 strings.
        List = "list",
    }
}

/// Such as `trial_ends`: the letters a to z, digits, and `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttributeKey(Arc<str>);

impl AttributeKey {
    pub fn parse(text: &str) -> Option<Self> {
        let is_key = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        ((1..=AttributeLimits::KEY).contains(&text.len()) && text.bytes().all(is_key)).then(|| Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AttributeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for AttributeKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// A declared attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    key: AttributeKey,
    /// The name in definitions.
    field: String,
    label: String,
    kind: AttributeType,
    options: Vec<Text>,
    personal: bool,
}

impl Attribute {
    /// An attribute as stored, which was checked when it was declared.
    pub fn stored(key: AttributeKey, label: String, kind: AttributeType, options: &[String], personal: bool) -> Self {
        let options = options.iter().map(Text::new).collect();
        Self { field: format!("{PREFIX}{key}"), key, label, kind, options, personal }
    }

    pub fn key(&self) -> &AttributeKey {
        &self.key
    }

    /// Such as `attr.country`.
    pub fn field_name(&self) -> &str {
        &self.field
    }

    pub fn label(&self) -> &str {
        &self.label
    }

    pub fn kind(&self) -> AttributeType {
        self.kind
    }

    /// The only texts that are allowed, as they were declared; empty if any text is.
    pub fn options(&self) -> impl ExactSizeIterator<Item = &str> {
        self.options.iter().map(Text::written)
    }

    /// Whether values are treated like names: admins see them, logs never have them.
    pub fn is_personal(&self) -> bool {
        self.personal
    }

    /// The option that a text is, in any case.
    pub(crate) fn option(&self, text: &str) -> Option<&Text> {
        let text = Text::new(text);
        self.options.iter().find(|option| option.folded() == text.folded())
    }
}

/// The attributes that are declared, by key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attributes(BTreeMap<AttributeKey, Arc<Attribute>>);

impl Attributes {
    pub fn none() -> &'static Self {
        static NONE: Attributes = Attributes(BTreeMap::new());
        &NONE
    }

    pub fn get(&self, key: &str) -> Option<&Arc<Attribute>> {
        self.0.get(key)
    }

    /// By the name of the field, such as `attr.country`.
    pub fn of_field(&self, name: &str) -> Option<&Arc<Attribute>> {
        self.get(name.strip_prefix(PREFIX)?)
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Arc<Attribute>> + Clone {
        self.0.values()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// With an attribute declared, or declared anew.
    #[must_use]
    pub fn with(mut self, attribute: Attribute) -> Self {
        self.0.insert(attribute.key.clone(), Arc::new(attribute));
        self
    }

    #[must_use]
    pub fn without(mut self, key: &str) -> Self {
        self.0.remove(key);
        self
    }
}

impl FromIterator<Attribute> for Attributes {
    fn from_iter<I: IntoIterator<Item = Attribute>>(attributes: I) -> Self {
        attributes.into_iter().fold(Self::default(), Self::with)
    }
}
