//! Whose membership can change just because time passes. The answer of a definition changes for a user only when an end
//! of a range that moves with the clock passes one of the user's dates. Incremental runs skip everyone else.

use std::{collections::BTreeSet, ops::Bound};

use chrono::TimeDelta;
use chrono_tz::Tz;

use super::{AttributeTest, Condition, Criteria, DateField, DateTest, Measure, ResolvedDateTest};
use crate::{
    attribute::{AttributeFact, AttributeKey},
    event::EventName,
    facts::UserFacts,
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

    /// When the answer for a user can change after a moment, up to an instant, though neither their data nor their other segments
    /// change: the first instants at which one of the user's dates is inside an end of a moving range, or no longer.
    pub fn turning_points(&self, facts: &UserFacts, from: Moment, through: Instant) -> BTreeSet<Instant> {
        let tests = self.conditions().into_iter().filter_map(dated_test);
        let of_test = |(dated, test): (Dated, DateTest)| {
            let dates = dated.of(facts, from.zone).into_iter();
            dates.flat_map(move |date| [Edge::From, Edge::To].map(|edge| (test, edge, date)))
        };
        let turn = |(test, edge, date): (DateTest, Edge, Instant)| {
            turning_point(|now| edge.includes(test, now, date), from, through)
        };
        tests.flat_map(of_test).filter_map(turn).collect()
    }
}

/// Whose dates the clock passes, and the test of them.
fn dated_test(condition: &Condition) -> Option<(Dated, DateTest)> {
    Some(match condition {
        Condition::Date { field, test } => (Dated::User(*field), *test),
        Condition::Measure { measure, within: Some(span), .. } => (dated(measure), DateTest::WithinLast(*span)),
        Condition::Attribute { attribute, test: AttributeTest::Date(test) } => {
            (Dated::Attribute(attribute.key().clone()), *test)
        }
        _ => return None,
    })
}

impl Dated {
    /// Those that a user has.
    fn of(&self, facts: &UserFacts, zone: Tz) -> Vec<Instant> {
        match self {
            Self::User(field) => facts.date(*field).into_iter().collect(),
            Self::Attribute(key) => {
                let date = facts.attribute(key).and_then(AttributeFact::date);
                date.map(|date| date.first_instant(zone)).into_iter().collect()
            }
            Self::Attempt => facts.attempts.iter().map(|attempt| attempt.completed_at).collect(),
            Self::Events(which) => {
                let events = facts.events.iter().filter(|event| match which {
                    DatedEvents::Named(name) => event.name == *name,
                    DatedEvents::Purchases => event.amount.is_some(),
                });
                events.map(|event| event.occurred_at).collect()
            }
        }
    }
}

/// An end of a range. Ends only move forward, so a date is passed by each of them once.
#[derive(Debug, Clone, Copy)]
enum Edge {
    From,
    To,
}

impl Edge {
    fn includes(self, test: DateTest, now: Moment, date: Instant) -> bool {
        let Some(InstantRange { from, to }) = range(test.resolve(now)) else { return false };
        let side = match self {
            Self::From => InstantRange { from, to: Bound::Unbounded },
            Self::To => InstantRange { from: Bound::Unbounded, to },
        };
        side.contains(date)
    }
}

/// The first instant after a moment, up to another, at which something is no longer as it is at the moment. It changes at most once.
fn turning_point(is: impl Fn(Moment) -> bool, from: Moment, through: Instant) -> Option<Instant> {
    let begins = is(from);
    let has_turned = |now| is(Moment { now, ..from }) != begins;
    let (mut before, mut after) = (from.now, through);
    if before >= after || !has_turned(after) {
        return None;
    }
    while after - before > TimeDelta::microseconds(1) {
        let between = before + TimeDelta::microseconds((after - before).num_microseconds()? / 2);
        if has_turned(between) {
            after = between;
        } else {
            before = between;
        }
    }
    Some(after)
}

fn of(condition: &Condition, one: Moment, other: Moment) -> Vec<Crossing> {
    let Some((dated, test)) = dated_test(condition) else { return Vec::new() };
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
    fn turning_points_are_the_first_instants_with_another_answer() {
        let zone = Tz::Europe__Berlin;
        let instant = |text| parse_instant(text).expect("an instant");
        let context = ParseContext { zone, segment_exists: &|_| true, attributes: Attributes::none() };
        let mut facts = UserFacts::default();
        facts.set_date(DateField::LastActivityAt, parse_instant("2026-03-21T12:00:00Z"));
        for (operator, value, expected) in [
            ("within_last", "7d", vec!["2026-03-28T12:00:00.000001Z"]),
            ("not_within_last", "7d", vec!["2026-03-28T12:00:00.000001Z"]),
            // The clock goes forward on March 29.
            ("in_period", "this_week", vec!["2026-03-22T23:00:00Z"]),
            ("in_period", "last_month", vec!["2026-03-31T22:00:00Z", "2026-04-30T22:00:00Z"]),
            ("within_last", "60d", vec![]),
            (">", "2026-03-01", vec![]),
        ] {
            let json = format!(
                r#"{{"combineWith": "AND", "criteria": [{{"field": "lastActivityAt", "operator": "{operator}", "value": "{value}"}}]}}"#
            );
            let criteria = parse(&json, &context).expect("a good definition");
            let from = Moment { now: instant("2026-03-22T00:00:00Z"), zone };
            let found = criteria.turning_points(&facts, from, instant("2026-05-01T00:00:00Z"));
            assert_eq!(found.into_iter().map(format_instant).collect::<Vec<_>>(), expected, "{operator} {value}");
        }
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
