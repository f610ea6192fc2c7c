//! Whose membership can change just because time passes. The answer of a definition changes for a user only when an end
//! of a range that moves with the clock passes one of the user's dates. Incremental runs skip everyone else.

use std::ops::Bound;

use super::{AttributeTest, Condition, Criteria, DateField, DateTest, Measure, ResolvedDateTest};
use crate::{
    attribute::AttributeKey,
    event::EventName,
    instant::Instant,
    period::{InstantRange, Moment},
};

/// Whose date it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dated {
    User(DateField),
    /// Of a value that is a day, the first instant counts.
    Attribute(AttributeKey),
    /// By the time of completion.
    Attempt,
    Events(DatedEvents),
}

/// Events whose times count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum DatedEvents {
    Named(EventName),
    /// All purchases and refunds.
    Purchases,
}

/// Dates that the end of a moving range has passed: from one instant to another, both included.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Crossing {
    pub dated: Dated,
    pub from: Instant,
    pub to: Instant,
}

impl Criteria {
    /// If the answer for a user differs between the two moments, the user has a date in one of these ranges, or their
    /// data or their other segments changed. The reverse does not hold: a date in a range may change nothing.
    pub fn crossings(&self, one: Moment, other: Moment) -> Vec<Crossing> {
        let conditions = self.conditions();
        let mut crossings: Vec<_> = conditions.into_iter().flat_map(|condition| of(condition, one, other)).collect();
        crossings.sort_unstable();
        crossings.dedup();
        crossings
    }
}

fn of(condition: &Condition, one: Moment, other: Moment) -> Vec<Crossing> {
    let (dated, test) = match condition {
        Condition::Date { field, test } => (Dated::User(*field), *test),
        Condition::Measure { measure, within: Some(span), .. } => (dated(measure), DateTest::WithinLast(*span)),
        Condition::Attribute { attribute, test: AttributeTest::Date(test) } => {
            (Dated::Attribute(attribute.key().clone()), *test)
        }
        _ => return Vec::new(),
    };
    let (Some(one), Some(other)) = (range(test.resolve(one)), range(test.resolve(other))) else { return Vec::new() };
    let passed = [passed(one.from, other.from), passed(one.to, other.to)];
    passed.into_iter().flatten().map(|(from, to)| Crossing { dated: dated.clone(), from, to }).collect()
}

fn dated(measure: &Measure) -> Dated {
    match measure {
        Measure::QuizAttempts { .. } => Dated::Attempt,
        Measure::Events { name } | Measure::Purchases { name: Some(name), .. } => {
            Dated::Events(DatedEvents::Named(name.clone()))
        }
        Measure::Purchases { name: None, .. } | Measure::Spent { .. } => Dated::Events(DatedEvents::Purchases),
    }
}

fn range(test: ResolvedDateTest) -> Option<InstantRange> {
    match test {
        ResolvedDateTest::In(range) | ResolvedDateTest::NotIn(range) => Some(range),
        ResolvedDateTest::IsSet | ResolvedDateTest::IsNotSet => None,
    }
}

/// The two positions of a bound, if it moved.
fn passed(one: Bound<Instant>, other: Bound<Instant>) -> Option<(Instant, Instant)> {
    let (one, other) = (instant(one)?, instant(other)?);
    (one != other).then(|| (one.min(other), one.max(other)))
}

fn instant(bound: Bound<Instant>) -> Option<Instant> {
    match bound {
        Bound::Included(instant) | Bound::Excluded(instant) => Some(instant),
        Bound::Unbounded => None,
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;
    use crate::attribute::Attributes;
    use crate::{
        criteria::{ParseContext, parse},
        instant::{format_instant, parse_instant},
    };

    fn crossings(condition: &str, one: &str, other: &str) -> Vec<(Dated, String, String)> {
        let moment = |text| Moment { now: parse_instant(text).expect("an instant"), zone: Tz::UTC };
        let context = ParseContext { zone: Tz::UTC, segment_exists: &|_| true, attributes: Attributes::none() };
        let json = format!(r#"{{"combineWith": "AND", "criteria": [{{{condition}}}]}}"#);
        let criteria = parse(&json, &context).expect("a good definition");
        let crossings = criteria.crossings(moment(one), moment(other));
        crossings.into_iter().map(|at| (at.dated, format_instant(at.from), format_instant(at.to))).collect()
    }

    #[test]
    fn crossings_list_the_moving_ends_of_ranges() {
        let created = || Dated::User(DateField::CreatedAt);
        for (condition, expected) in [
            (
                r#""field": "createdAt", "operator": "within_last", "value": "7d""#,
                vec![(created(), "2026-03-03T12:00:00Z", "2026-03-04T12:00:00Z")],
            ),
            (
                r#""field": "createdAt", "operator": "in_period", "value": "today""#,
                vec![
                    (created(), "2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z"),
                    (created(), "2026-03-11T00:00:00Z", "2026-03-12T00:00:00Z"),
                ],
            ),
            (r#""field": "createdAt", "operator": "in_period", "value": "this_month""#, vec![]),
            (r#""field": "createdAt", "operator": ">", "value": "2026-01-01""#, vec![]),
            (r#""field": "lastQuizAt", "operator": "is_set""#, vec![]),
            (r#""field": "totalPoints", "operator": ">", "value": 5"#, vec![]),
            (
                r#""field": "quizAttempts", "operator": ">=", "value": 3, "within": "1h""#,
                vec![(Dated::Attempt, "2026-03-10T11:00:00Z", "2026-03-11T11:00:00Z")],
            ),
            (r#""field": "quizAttempts", "operator": ">=", "value": 3"#, vec![]),
            (
                r#""field": "events", "name": "Login", "operator": ">=", "value": 3, "within": "1h""#,
                vec![(
                    Dated::Events(DatedEvents::Named(EventName::parse("login").expect("a name"))),
                    "2026-03-10T11:00:00Z",
                    "2026-03-11T11:00:00Z",
                )],
            ),
            (
                r#""field": "totalSpent", "currency": "EUR", "operator": ">=", "value": 3, "within": "1h""#,
                vec![(Dated::Events(DatedEvents::Purchases), "2026-03-10T11:00:00Z", "2026-03-11T11:00:00Z")],
            ),
            (r#""field": "totalSpent", "currency": "EUR", "operator": ">=", "value": 3"#, vec![]),
        ] {
            let expected: Vec<_> =
                expected.into_iter().map(|(dated, from, to)| (dated, from.to_owned(), to.to_owned())).collect();
            for (one, other) in
                [("2026-03-10T12:00:00Z", "2026-03-11T12:00:00Z"), ("2026-03-11T12:00:00Z", "2026-03-10T12:00:00Z")]
            {
                assert_eq!(crossings(condition, one, other), expected, "{condition}");
            }
        }
    }
}
