//! What to read of a user before evaluating a definition.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
};

use chrono::TimeDelta;

use crate::{
    attribute::{AttributeKey, AttributeType, Attributes},
    criteria::{Condition, Criteria, FIELDS, Field, Measure},
    event::{Currency, EventName},
    period::Span,
};

/// The facts that a definition reads. Reading others slows a run down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// A bit for each field, by its place in [`FIELDS`].
    fields: u64,
    /// Which attempts to read one by one. If none, the statistics suffice.
    pub attempts: Lookback,
    pub events: EventsNeeded,
    /// The currencies in which to read what a user spent.
    pub spend: Selection<Currency>,
    attributes: BTreeMap<AttributeKey, AttributeType>,
}

const _: () = assert!(FIELDS.len() <= u64::BITS as usize, "each field needs a bit");

/// How far back to read what a user did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lookback {
    /// Nothing is read.
    #[default]
    None,
    /// The longest window of any condition.
    Within(Span),
    All,
}

/// Which events to read one by one: those with one of the names, and if need be all purchases.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventsNeeded {
    pub lookback: Lookback,
    pub names: Selection<EventName>,
    pub purchases: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection<T> {
    Only(BTreeSet<T>),
    All,
}

impl<T> Default for Selection<T> {
    fn default() -> Self {
        Self::Only(BTreeSet::new())
    }
}

impl<T: Ord> Selection<T> {
    fn one(value: T) -> Self {
        Self::Only([value].into())
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Only(mut some), Self::Only(mut others)) => {
                some.append(&mut others);
                Self::Only(some)
            }
            (Self::All, _) | (_, Self::All) => Self::All,
        }
    }

    pub fn is_empty(&self) -> bool {
        match self {
            Self::Only(some) => some.is_empty(),
            Self::All => false,
        }
    }

    pub fn contains(&self, value: &T) -> bool {
        match self {
            Self::Only(some) => some.contains(value),
            Self::All => true,
        }
    }
}

impl Needs {
    pub fn of(criteria: &Criteria) -> Self {
        criteria.conditions().into_iter().map(Self::of_condition).fold(Self::default(), Self::and)
    }

    pub fn everything(attributes: &Attributes) -> Self {
        let attributes = attributes.iter().map(|attribute| (attribute.key().clone(), attribute.kind())).collect();
        let events = EventsNeeded { lookback: Lookback::All, names: Selection::All, purchases: true };
        Self { fields: u64::MAX, attempts: Lookback::All, events, spend: Selection::All, attributes }
    }

    #[must_use]
    pub fn and(mut self, mut other: Self) -> Self {
        self.attributes.append(&mut other.attributes);
        Self {
            fields: self.fields | other.fields,
            attempts: self.attempts.and(other.attempts),
            events: mem::take(&mut self.events).and(other.events),
            spend: mem::take(&mut self.spend).and(other.spend),
            ..self
        }
    }

    /// The same for rules that are also evaluated at an earlier clock.
    #[must_use]
    pub fn since(self, earlier: TimeDelta) -> Self {
        let events = EventsNeeded { lookback: self.events.lookback.since(earlier), ..self.events };
        Self { attempts: self.attempts.since(earlier), events, ..self }
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

    /// How far back anything is read one by one.
    pub fn lookback(&self) -> Lookback {
        self.attempts.and(self.events.lookback)
    }

    fn of_condition(condition: &Condition) -> Self {
        let needs = Self { fields: bit(condition.field()), ..Self::default() };
        match condition {
            Condition::Measure { measure, within, .. } => needs.and_of_measure(measure, *within),
            Condition::Attribute { attribute, .. } => {
                Self { attributes: [(attribute.key().clone(), attribute.kind())].into(), ..Self::default() }
            }
            Condition::Plan { .. }
            | Condition::Number { .. }
            | Condition::Share { .. }
            | Condition::Date { .. }
            | Condition::Text { .. }
            | Condition::Segment { .. } => needs,
        }
    }

    fn and_of_measure(self, measure: &Measure, within: Option<Span>) -> Self {
        let lookback = within.map_or(Lookback::All, Lookback::Within);
        let events = |names: Option<&EventName>| {
            let purchases = names.is_none();
            EventsNeeded { lookback, names: names.cloned().map(Selection::one).unwrap_or_default(), purchases }
        };
        match measure {
            Measure::QuizAttempts { .. } => Self { attempts: lookback, ..self },
            Measure::Events { name } => Self { events: events(Some(name)), ..self },
            Measure::Purchases { name, .. } => Self { events: events(name.as_ref()), ..self },
            // All of it is summed already.
            Measure::Spent { currency, .. } if within.is_none() => Self { spend: Selection::one(*currency), ..self },
            Measure::Spent { .. } => Self { events: events(None), ..self },
        }
    }
}

fn bit(field: Field<'_>) -> u64 {
    FIELDS.iter().position(|spec| spec.field == field).map_or(0, |place| 1 << place)
}

impl EventsNeeded {
    fn and(self, other: Self) -> Self {
        Self {
            lookback: self.lookback.and(other.lookback),
            names: self.names.and(other.names),
            purchases: self.purchases || other.purchases,
        }
    }
}

impl Lookback {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, _) | (_, Self::All) => Self::All,
            (Self::None, needed) | (needed, Self::None) => needed,
            (Self::Within(left), Self::Within(right)) if left.duration() < right.duration() => Self::Within(right),
            (longer, Self::Within(_)) => longer,
        }
    }

    fn since(self, earlier: TimeDelta) -> Self {
        match self {
            Self::Within(span) => Self::Within(span.extended_by(earlier)),
            Self::None | Self::All => self,
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
        assert_eq!(needs.attempts, Lookback::None);
    }

    #[test]
    fn needs_have_the_longest_window() {
        const NAME: &str = r#"{"field": "firstName", "operator": "is_set"}"#;
        let quizzes = |window: &str| format!(r#"{{"field": "quizAttempts", "operator": ">", "value": 1{window}}}"#);
        let within = |span: &str| quizzes(&format!(r#", "within": "{span}""#));
        for (conditions, text, attempts) in [
            (vec![NAME.to_owned()], true, Lookback::None),
            (vec![within("1h")], false, Lookback::Within(Span::hours(1))),
            (vec![within("59m"), within("1h"), NAME.into()], true, Lookback::Within(Span::hours(1))),
            (vec![within("2d"), within("47h")], false, Lookback::Within(Span::days(2))),
            (vec![within("36500d"), quizzes(""), within("1m")], false, Lookback::All),
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
