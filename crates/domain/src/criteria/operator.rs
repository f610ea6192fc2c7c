//! Operators, and the form of the value that each takes.

use serde::Serialize;

use super::FieldKind;

/// The form of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "api", derive(schemars::JsonSchema), schemars(rename = "ValueForm"))]
pub enum ValueShape {
    /// No value.
    None,
    /// One of the options.
    Option,
    /// A list of options.
    OptionList,
    /// An integer.
    Number,
    /// A list of two integers, the smaller first.
    NumberRange,
    /// A string.
    Text,
    /// A timestamp such as `2026-01-31T09:30:00Z`, or a date such as `2026-01-31`.
    Date,
    /// A list of two dates or timestamps, the earlier first.
    DateRange,
    /// A duration such as `30m`, `12h` or `7d`.
    Duration,
    /// The name of a calendar period: one of the options.
    Period,
    /// A list of segment keys such as `lifecycle:active`, the ids from getSegments.
    SegmentList,
    /// A decimal number, best as a string such as `"12.50"`: at most 18 digits, 6 of them after the point.
    Decimal,
    /// A list of two decimal numbers, the smaller first.
    DecimalRange,
    /// A list of strings.
    TextList,
    /// Money: a whole number of minor units of the condition's `currency`, such as 2900 for 29.00 EUR.
    Amount,
    /// A list of two amounts, the smaller first.
    AmountRange,
    /// The name of events, such as `login` or `order.paid`.
    EventName,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equals,
    NotEquals,
    In,
    NotIn,
    /// For a date: after.
    Greater,
    /// For a date: before.
    Less,
    AtLeast,
    AtMost,
    /// Includes both ends.
    Between,
    WithinLast,
    NotWithinLast,
    InPeriod,
    Contains,
    NotContains,
    StartsWith,
    EndsWith,
    ContainsAny,
    ContainsAll,
    ContainsNone,
    IsSet,
    IsNotSet,
}

impl Operator {
    pub const ALL: [Self; 21] = [
        Self::Equals,
        Self::NotEquals,
        Self::In,
        Self::NotIn,
        Self::Greater,
        Self::Less,
        Self::AtLeast,
        Self::AtMost,
        Self::Between,
        Self::WithinLast,
        Self::NotWithinLast,
        Self::InPeriod,
        Self::Contains,
        Self::NotContains,
        Self::StartsWith,
        Self::EndsWith,
        Self::ContainsAny,
        Self::ContainsAll,
        Self::ContainsNone,
        Self::IsSet,
        Self::IsNotSet,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Equals => "equals",
            Self::NotEquals => "not_equals",
            Self::In => "in",
            Self::NotIn => "not_in",
            Self::Greater => ">",
            Self::Less => "<",
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Between => "between",
            Self::WithinLast => "within_last",
            Self::NotWithinLast => "not_within_last",
            Self::InPeriod => "in_period",
            Self::Contains => "contains",
            Self::NotContains => "not_contains",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
            Self::ContainsAny => "contains_any",
            Self::ContainsAll => "contains_all",
            Self::ContainsNone => "contains_none",
            Self::IsSet => "is_set",
            Self::IsNotSet => "is_not_set",
        }
    }

    /// The name in a list that people choose from. A date is after another date, a number more than another number.
    pub fn label(self, kind: FieldKind) -> &'static str {
        match self {
            Self::Equals => "is",
            Self::NotEquals => "is not",
            Self::In => "is one of",
            Self::NotIn => "is none of",
            Self::Greater if kind == FieldKind::Date => "is after",
            Self::Less if kind == FieldKind::Date => "is before",
            Self::Greater => "is more than",
            Self::Less => "is less than",
            Self::AtLeast => "is at least",
            Self::AtMost => "is at most",
            Self::Between => "is between",
            Self::WithinLast => "is within the last",
            Self::NotWithinLast => "is not within the last",
            Self::InPeriod => "is in",
            Self::Contains => "contains",
            Self::NotContains => "does not contain",
            Self::StartsWith => "starts with",
            Self::EndsWith => "ends with",
            Self::ContainsAny => "contains any of",
            Self::ContainsAll => "contains all of",
            Self::ContainsNone => "contains none of",
            Self::IsSet => "is set",
            Self::IsNotSet => "is not set",
        }
    }

    /// Whether an unset value matches: a negative operator is the exact complement of its positive one.
    pub fn matches_unset(self) -> bool {
        matches!(
            self,
            Self::NotEquals
                | Self::NotIn
                | Self::NotContains
                | Self::NotWithinLast
                | Self::ContainsNone
                | Self::IsNotSet
        )
    }

    pub fn value_shape(self, kind: FieldKind) -> ValueShape {
        match (kind, self) {
            (_, Self::IsSet | Self::IsNotSet) => ValueShape::None,
            (_, Self::WithinLast | Self::NotWithinLast) => ValueShape::Duration,
            (_, Self::InPeriod) => ValueShape::Period,
            (FieldKind::Date, Self::Between) => ValueShape::DateRange,
            (FieldKind::Date, _) => ValueShape::Date,
            (FieldKind::Select, Self::In | Self::NotIn) => ValueShape::OptionList,
            (FieldKind::Text, _)
            | (FieldKind::Select, Self::Contains | Self::NotContains | Self::StartsWith | Self::EndsWith) => {
                ValueShape::Text
            }
            (FieldKind::Select, _) => ValueShape::Option,
            (FieldKind::Membership, _) => ValueShape::SegmentList,
            (FieldKind::List, _) => ValueShape::TextList,
            (FieldKind::Decimal, Self::Between) => ValueShape::DecimalRange,
            (FieldKind::Decimal, _) => ValueShape::Decimal,
            (FieldKind::Money, Self::Between) => ValueShape::AmountRange,
            (FieldKind::Money, _) => ValueShape::Amount,
            (FieldKind::Number | FieldKind::Percentage | FieldKind::EventCount, Self::Between) => {
                ValueShape::NumberRange
            }
            (FieldKind::Number | FieldKind::Percentage | FieldKind::EventCount, _) => ValueShape::Number,
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.name() == name)
    }
}
