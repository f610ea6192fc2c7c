//! Random tests of values, of fields and attributes alike.

use std::fmt;

use chrono::Datelike;
use proptest::{prelude::*, sample::select};

use super::pools::{self, SPANS, instants, now};
use crate::{
    criteria::{Date, DateTest, NumberTest, Operator, TextTest},
    instant::Instant,
    period::Period,
    text::Text,
};

pub(super) const NUMBER_OPERATORS: [Operator; 7] = [
    Operator::Equals,
    Operator::NotEquals,
    Operator::Greater,
    Operator::Less,
    Operator::AtLeast,
    Operator::AtMost,
    Operator::Between,
];
pub(super) fn number_test<T: fmt::Debug + Copy + Ord>(
    number: impl Strategy<Value = T> + Clone,
    operators: &'static [Operator],
) -> impl Strategy<Value = NumberTest<T>> {
    (select(operators), number.clone(), number).prop_map(|(operator, one, other)| match operator {
        Operator::Equals => NumberTest::Equals(one),
        Operator::NotEquals => NumberTest::NotEquals(one),
        Operator::Greater => NumberTest::Greater(one),
        Operator::Less => NumberTest::Less(one),
        Operator::AtLeast => NumberTest::AtLeast(one),
        Operator::AtMost => NumberTest::AtMost(one),
        _ => NumberTest::Between(one.min(other), one.max(other)),
    })
}

pub(super) fn test_of_set_date() -> impl Strategy<Value = DateTest> {
    prop_oneof![
        date_in_definition().prop_map(DateTest::After),
        date_in_definition().prop_map(DateTest::Before),
        (date_in_definition(), date_in_definition()).prop_map(between),
        select(&SPANS).prop_map(DateTest::WithinLast),
        select(&SPANS).prop_map(DateTest::NotWithinLast),
        select(&Period::ALL).prop_map(DateTest::InPeriod),
    ]
}

/// A day that contains an instant of the pool, or the instant itself.
fn date_in_definition() -> impl Strategy<Value = Date> {
    // Outside these years, a day does not lie within years 1 to 9999 in every zone.
    let day = |instant: Instant| Some(instant.date_naive()).filter(|day| (2..=9998).contains(&day.year()));
    (select(instants(now())), any::<bool>())
        .prop_map(move |(instant, is_day)| day(instant).filter(|_| is_day).map_or(Date::At(instant), Date::Day))
}

/// In ascending order, in every zone: a day that begins earlier in UTC does so everywhere. A day and an instant can change
/// order with the zone, so that only two of a kind are combined.
fn between((one, other): (Date, Date)) -> DateTest {
    match (one, other) {
        (Date::At(one), Date::At(other)) => DateTest::Between(Date::At(one.min(other)), Date::At(one.max(other))),
        (Date::Day(one), Date::Day(other)) => DateTest::Between(Date::Day(one.min(other)), Date::Day(one.max(other))),
        (one, _) => DateTest::Between(one, one),
    }
}

pub(super) fn text_test() -> impl Strategy<Value = TextTest> {
    prop_oneof![
        operand().prop_map(TextTest::Equals),
        operand().prop_map(TextTest::NotEquals),
        operand().prop_map(TextTest::Contains),
        operand().prop_map(TextTest::NotContains),
        operand().prop_map(TextTest::StartsWith),
        operand().prop_map(TextTest::EndsWith),
    ]
}

/// A text from the pool, or a piece of one.
pub(super) fn operand() -> impl Strategy<Value = Text> {
    let whole = pools::text().prop_map(str::to_owned);
    let long = select(&["x", "ß"]).prop_map(|one| one.repeat(256));
    let piece = (pools::text(), 0..4_usize, 1..4_usize).prop_map(|(text, start, length)| {
        let piece: String = text.chars().skip(start).take(length).collect();
        if piece.is_empty() { text.to_owned() } else { piece }
    });
    prop_oneof![10 => whole, 10 => piece, 1 => long].prop_map(Text::new)
}
