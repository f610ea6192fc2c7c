//! What may be asked of a field: the operators, and what each of them is compared with.

use super::FieldKind;

/// What a condition is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueShape {
    /// Nothing: there is no value.
    None,
    /// One of the field's options.
    Option,
    /// A list of the field's options.
    OptionList,
    /// A whole number.
    Number,
    /// A list of two whole numbers, the smaller first.
    NumberRange,
    /// A text.
    Text,
    /// An instant or a day.
    Date,
    /// A list of two of those, the earlier first.
    DateRange,
    /// A span such as `7d`.
    Duration,
    /// The name of a calendar period.
    Period,
    /// A list of segments.
    SegmentList,
}

/// What is asked of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `equals`
    Equals,
    /// `not_equals`
    NotEquals,
    /// `in`
    In,
    /// `not_in`
    NotIn,
    /// `>`, of a date: after.
    Greater,
    /// `<`, of a date: before.
    Less,
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `between`, both ends included.
    Between,
    /// `within_last`
    WithinLast,
    /// `not_within_last`
    NotWithinLast,
    /// `in_period`
    InPeriod,
    /// `contains`
    Contains,
    /// `not_contains`
    NotContains,
    /// `starts_with`
    StartsWith,
    /// `ends_with`
    EndsWith,
    /// `is_set`
    IsSet,
    /// `is_not_set`
    IsNotSet,
}

impl Operator {
    /// All of them.
    pub const ALL: [Self; 18] = [
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
        Self::IsSet,
        Self::IsNotSet,
    ];

    /// The name on the wire.
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
            Self::IsSet => "is_set",
            Self::IsNotSet => "is_not_set",
        }
    }

    /// What it says for people to choose it by. A date is after another, a number greater.
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
            Self::IsSet => "is set",
            Self::IsNotSet => "is not set",
        }
    }

    /// Whether it holds of an unset value: negative operators are the exact complements of positive ones.
    pub fn matches_unset(self) -> bool {
        matches!(self, Self::NotEquals | Self::NotIn | Self::NotContains | Self::NotWithinLast | Self::IsNotSet)
    }

    /// What it is compared with.
    pub fn value_shape(self, kind: FieldKind) -> ValueShape {
        match (kind, self) {
            (_, Self::IsSet | Self::IsNotSet) => ValueShape::None,
            (_, Self::WithinLast | Self::NotWithinLast) => ValueShape::Duration,
            (_, Self::InPeriod) => ValueShape::Period,
            (FieldKind::Date, Self::Between) => ValueShape::DateRange,
            (FieldKind::Date, _) => ValueShape::Date,
            (FieldKind::Select, Self::In | Self::NotIn) => ValueShape::OptionList,
            (FieldKind::Select, _) => ValueShape::Option,
            (FieldKind::Membership, _) => ValueShape::SegmentList,
            (FieldKind::Text, _) => ValueShape::Text,
            (FieldKind::Number { .. } | FieldKind::Percentage | FieldKind::EventCount, Self::Between) => {
                ValueShape::NumberRange
            }
            (FieldKind::Number { .. } | FieldKind::Percentage | FieldKind::EventCount, _) => ValueShape::Number,
        }
    }

    /// The operator of a name on the wire.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.name() == name)
    }
}
