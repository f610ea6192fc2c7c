//! What values a field has.

use std::ops::RangeInclusive;

/// What values a field has, and so which operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// One of a few options.
    Select,
    /// A whole number within these bounds.
    Number {
        /// The least value a condition may name.
        min: i64,
        /// The greatest value a condition may name.
        max: i64,
    },
    /// A whole percentage, which may be unset.
    Percentage,
    /// An instant.
    Date,
    /// A text.
    Text,
    /// The number of events, perhaps in a window.
    EventCount,
    /// Membership in segments.
    Membership,
}

impl FieldKind {
    /// The numbers that a condition may name; `None` where it names none.
    pub fn numbers(self) -> Option<RangeInclusive<i64>> {
        match self {
            Self::Number { min, max } => Some(min..=max),
            Self::Percentage => Some(0..=100),
            Self::EventCount => Some(0..=i64::MAX),
            Self::Select | Self::Date | Self::Text | Self::Membership => None,
        }
    }
}
