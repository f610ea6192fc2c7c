//! What to read of a user before evaluating a definition.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::{
    attribute::{AttributeKey, AttributeType, Attributes},
    criteria::{Condition, Criteria, FIELDS, Field},
    period::Span,
};

/// The facts that a definition reads. Reading others slows a run down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// A bit for each field, by its place in [`FIELDS`].
    fields: u64,
    pub attempts: AttemptsNeeded,
    attributes: BTreeMap<AttributeKey, AttributeType>,
}

const _: () = assert!(FIELDS.len() <= u64::BITS as usize, "each field needs a bit");

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

    pub fn everything(attributes: &Attributes) -> Self {
        let attributes = attributes.iter().map(|attribute| (attribute.key().clone(), attribute.kind())).collect();
        Self { fields: u64::MAX, attempts: AttemptsNeeded::All, attributes }
    }

    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.attributes.extend(other.attributes);
        Self { fields: self.fields | other.fields, attempts: self.attempts.and(other.attempts), ..self }
    }

    /// The same for rules that are also evaluated at an earlier clock.
    #[must_use]
    pub fn since(self, earlier: TimeDelta) -> Self {
        let attempts = match self.attempts {
            AttemptsNeeded::Within(span) => AttemptsNeeded::Within(span.extended_by(earlier)),
            AttemptsNeeded::None | AttemptsNeeded::All => self.attempts,
        };
        Self { attempts, ..self }
    }

    pub fn include(&self, field: Field<'_>) -> bool {
        match field {
            Field::Attribute(attribute) => self.attributes.contains_key(attribute.key()),
            _ => self.fields & bit(field) != 0,
        }
    }

    /// The attributes to read, in the order of their keys.
    pub fn attributes(&self) -> impl ExactSizeIterator<Item = (&AttributeKey, AttributeType)> {
        self.attributes.iter().map(|(key, kind)| (key, *kind))
    }

    fn of_condition(condition: &Condition) -> Self {
        let attempts = match condition {
            Condition::QuizAttempts { within, .. } => within.map_or(AttemptsNeeded::All, AttemptsNeeded::Within),
            Condition::Plan { .. }
            | Condition::Number { .. }
            | Condition::Share { .. }
            | Condition::Date { .. }
            | Condition::Text { .. }
            | Condition::Segment { .. }
            | Condition::Attribute { .. } => AttemptsNeeded::None,
        };
        match condition {
            Condition::Attribute { attribute, .. } => {
                Self { attributes: [(attribute.key().clone(), attribute.kind())].into(), ..Self::default() }
            }
            _ => Self { fields: bit(condition.field()), attempts, ..Self::default() },
        }
    }
}

fn bit(field: Field<'_>) -> u64 {
    FIELDS.iter().position(|spec| spec.field == field).map_or(0, |place| 1 << place)
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
        criteria::{ParseContext, TextField, parse},
        system_segments::catalogue,
    };

    #[test]
    fn needs_of_system_segments_have_neither_names_nor_attempts() {
        let needs = catalogue().iter().map(|segment| Needs::of(&segment.criteria)).fold(Needs::default(), Needs::and);
        let needed = FIELDS.iter().filter(|spec| needs.include(spec.field)).map(|spec| spec.name);
        let expected = "plan currentStreak quizCount awsShare azureShare gcpShare createdAt lastActivityAt";
        assert_eq!(needed.collect::<Vec<_>>().join(" "), expected);
        assert_eq!(needs.attempts, AttemptsNeeded::None);
    }

    #[test]
    fn needs_have_the_longest_window() {
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
            let context =
                ParseContext { zone: chrono_tz::Tz::UTC, segment_exists: &|_| false, attributes: Attributes::none() };
            let criteria = parse(&json, &context).expect("a good definition");
            let needs = Needs::of(&criteria);
            assert_eq!((needs.include(Field::Text(TextField::FirstName)), needs.attempts), (text, attempts), "{json}");
            assert!(!needs.include(Field::Text(TextField::LastName)), "{json}");
        }
    }
}
