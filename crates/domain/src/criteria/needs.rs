//! What to read of a user before evaluating a definition.

use crate::{
    criteria::{Condition, Criteria, DateField, NumberField},
    period::Span,
};

/// The facts that a definition reads, beyond those that the built-in ones read. Reading them slows a run down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Needs {
    /// Total points, level, random bucket, and last quiz.
    pub more: bool,
    pub text: bool,
    pub attempts: AttemptsNeeded,
}

/// Which attempts to read one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AttemptsNeeded {
    /// The statistics suffice.
    #[default]
    None,
    /// Those in the longest window of any condition.
    Within(Span),
    All,
}

impl Needs {
    pub fn of(criteria: &Criteria) -> Self {
        criteria.conditions().into_iter().map(Self::of_condition).fold(Self::default(), Self::and)
    }

    pub fn and(self, other: Self) -> Self {
        Self {
            more: self.more || other.more,
            text: self.text || other.text,
            attempts: self.attempts.and(other.attempts),
        }
    }

    fn of_condition(condition: &Condition) -> Self {
        let none = Self::default();
        match condition {
            Condition::Text { .. } => Self { text: true, ..none },
            Condition::QuizAttempts { within, .. } => {
                Self { attempts: within.map_or(AttemptsNeeded::All, AttemptsNeeded::Within), ..none }
            }
            Condition::Number { field, .. } => Self { more: is_one_of_more_numbers(*field), ..none },
            Condition::Date { field, .. } => Self { more: *field == DateField::LastQuizAt, ..none },
            Condition::Plan { .. } | Condition::Share { .. } | Condition::Segment { .. } => none,
        }
    }
}

fn is_one_of_more_numbers(field: NumberField) -> bool {
    match field {
        NumberField::TotalPoints | NumberField::Level | NumberField::RandomBucket => true,
        NumberField::CurrentStreak | NumberField::QuizCount => false,
    }
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
    use crate::{
        criteria::{ParseContext, parse},
        system_segments::catalogue,
    };

    #[test]
    fn the_system_segments_need_nothing_beyond() {
        for segment in catalogue() {
            assert_eq!(Needs::of(&segment.criteria), Needs::default(), "{}", segment.key);
        }
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
            assert_eq!(Needs::of(&criteria), Needs { more: false, text, attempts }, "{json}");
        }
    }
}
