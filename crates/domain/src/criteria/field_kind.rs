//! What values a field has.

use serde::Serialize;

/// The type of a field's values.
// Determines the operators of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema), schemars(rename = "FieldType"))]
pub enum FieldKind {
    /// One of a few options.
    Select,
    /// An integer.
    Number,
    /// An integer percentage.
    Percentage,
    /// A timestamp.
    Date,
    /// A string.
    Text,
    /// A number of events.
    EventCount,
    /// Membership in segments.
    Membership,
    /// An exact decimal number.
    Decimal,
    /// A list of strings.
    List,
    /// An amount of money in one currency.
    Money,
}
