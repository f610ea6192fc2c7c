//! What must be read of a user before a definition can be evaluated.

use crate::{
    criteria::{Condition, Criteria, Field},
    period::Span,
};

/// The facts that definitions look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Needs {
    /// A bit for each field.
    fields: u64,
    /// Attempts one by one.
    pub attempts: AttemptsNeeded,
}

/// Which attempts must be read one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AttemptsNeeded {
    /// None: their statistics do.
    #[default]
    None,
    /// Those of the longest window that a condition counts in.
    Within(Span),
    /// All.
    All,
}

impl Needs {
    /// What one definition needs.
    pub fn of(criteria: &Criteria) -> Self {
        criteria.conditions().into_iter().map(Self::of_condition).fold(Self::default(), Self::and)
    }

    /// Every fact that there is.
    pub fn everything() -> Self {
        Self { fields: u64::MAX, attempts: AttemptsNeeded::All }
    }

    /// What both need.
    pub fn and(self, other: Self) -> Self {
        Self { fields: self.fields | other.fields, attempts: self.attempts.and(other.attempts) }
    }

    /// Whether a field is looked at.
    #[inline]
    pub fn include(self, field: Field) -> bool {
        self.fields & bit(field) != 0
    }

    fn of_condition(condition: &Condition) -> Self {
        let attempts = match condition {
            Condition::QuizAttempts { within, .. } => within.map_or(AttemptsNeeded::All, AttemptsNeeded::Within),
            Condition::Plan { .. }
            | Condition::Number { .. }
            | Condition::Share { .. }
            | Condition::Date { .. }
            | Condition::Text { .. }
            | Condition::Segment { .. } => AttemptsNeeded::None,
        };
        Self { fields: bit(condition.field()), attempts }
    }
}

/// Fields that came to share a bit would both be read where one is looked at: slower, and not wrong.
#[inline]
const fn bit(field: Field) -> u64 {
    let place = match field {
        Field::Plan => 0,
        Field::QuizAttempts => 1,
        Field::Segment => 2,
        Field::Share(provider) => 3 + provider as u32,
        Field::Date(date) => 8 + date as u32,
        Field::Text(text) => 24 + text as u32,
        Field::Number(number) => 32 + number as u32,
    };
    1 << (place % u64::BITS)
}

impl AttemptsNeeded {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, _) | (_, Self::All) => Self::All,
            (Self::None, needed) | (needed, Self::None) => needed,
            (Self::Within(left), Self::Within(right)) if left.duration() < right.duration() => Self::Within(right),
            (longer, Self::Within(_)) => longer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::criteria::{FIELDS, ParseContext, TextField, parse};

    #[test]
    fn no_two_fields_share_a_bit() {
        let bits: std::collections::BTreeSet<_> = FIELDS.iter().map(|spec| bit(spec.field)).collect();
        assert_eq!(bits.len(), FIELDS.len());
    }

    #[test]
    fn the_longest_window_is_needed() {
        const NAME: &str = r#"{"field": "firstName", "operator": "is_set"}"#;
        let quizzes = |window: &str| format!(r#"{{"field": "quizAttempts", "operator": ">", "value": 1{window}}}"#);
        let within = |span: &str| quizzes(&format!(r#", "within": "{span}""#));
        for (conditions, text, attempts) in [
            (vec![NAME.to_owned()], true, AttemptsNeeded::None),
            (vec![within("1h")], false, AttemptsNeeded::Within(Span::hours(1))),
            (vec![within("59m"), within("1h"), NAME.into()], true, AttemptsNeeded::Within(Span::hours(1))),
            (vec![within("2d"), within("47h")], false, AttemptsNeeded::Within(Span::days(2))),
            (vec![within("36500d"), quizzes(""), within("1m")], false, AttemptsNeeded::All),
        ] {
            let json = format!(r#"{{"combineWith": "OR", "criteria": [{}]}}"#, conditions.join(", "));
            let context = ParseContext { zone: chrono_tz::Tz::UTC, segment_exists: &|_| false };
            let criteria = parse(&json, &context).expect("a good definition");
            let needs = Needs::of(&criteria);
            assert_eq!((needs.include(Field::Text(TextField::FirstName)), needs.attempts), (text, attempts), "{json}");
            assert!(!needs.include(Field::Text(TextField::LastName)), "{json}");
        }
    }
}
