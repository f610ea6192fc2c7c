//! What values a field has.

use std::ops::RangeInclusive;

/// Determines the operators of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    Select,
    /// An integer. The bounds limit what a condition may name.
    Number {
        min: i64,
        max: i64,
    },
    Percentage,
    Date,
    Text,
    EventCount,
    Membership,
}

impl FieldKind {
    /// The numbers that a condition may name; `None` if its value is not a number.
    pub fn numbers(self) -> Option<RangeInclusive<i64>> {
        match self {
            Self::Number { min, max } => Some(min..=max),
            Self::Percentage => Some(0..=100),
            Self::EventCount => Some(0..=i64::MAX),
            Self::Select | Self::Date | Self::Text | Self::Membership => None,
        }
    }
}
