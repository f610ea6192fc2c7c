//! Random criteria for property tests, and [users](user) and [attempts] to match against them.
//!
//! Both draw from the same small pools, so that they meet at every boundary. The criteria are valid: they can be printed
//! and parsed again.

mod attributes;
mod people;
mod pools;

use std::fmt;

use chrono::Datelike;
use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::{select, subsequence},
};

use self::attributes::attribute;
use self::pools::{CERTIFICATIONS, NUMBERS, PERCENTAGES, SPANS, instants};
use super::{
    Combine, Condition, Criteria, Date, DateTest, FIELDS, Field, Item, ItemSet, NumberField, NumberTest, Operator,
    TextTest,
};
use crate::{
    certification::Provider,
    instant::Instant,
    paid_plan::PaidPlan,
    period::{Period, Span},
    segment::SegmentKey,
    text::Text,
};

pub use self::{
    attributes::{attribute_values, attributes},
    people::{attempts, user, user_at},
    pools::{ZONES, moment, now},
};

/// The deepest nesting of sets.
const DEPTH: usize = 4;
/// The most items in a set. Even the deepest and widest criteria then stay within the limit of 100 conditions.
const WIDTH: usize = 3;

/// Every field and operator; the field `segment` only if there are segments to refer to.
pub fn criteria(segments: Vec<SegmentKey>) -> impl Strategy<Value = Criteria> {
    set(condition(segments).boxed(), DEPTH).prop_map(|root| Criteria { root })
}

/// A few conditions on one field, repeated: many of them contradict each other or match everyone.
pub fn criteria_of_one_field(segments: Vec<SegmentKey>) -> impl Strategy<Value = Criteria> {
    (condition(segments.clone()), vec(condition(segments), 40))
        .prop_flat_map(|(first, mut others)| {
            others.retain(|other| other.field() == first.field());
            others.push(first);
            others.truncate(4);
            set(select(others).boxed(), DEPTH)
        })
        .prop_map(|root| Criteria { root })
}

fn set(condition: BoxedStrategy<Condition>, depth: usize) -> BoxedStrategy<ItemSet> {
    let single = condition.clone().prop_map(Item::from).boxed();
    let item = match depth {
        1 => single,
        _ => prop_oneof![2 => single, 1 => set(condition, depth - 1).prop_map(Item::Set)].boxed(),
    };
    (select(&[Combine::And, Combine::Or]), prop::bool::weighted(0.3), vec(item, 1..=WIDTH))
        .prop_map(|(combine, negated, items)| ItemSet { combine, negated, items })
        .boxed()
}

/// Any field; the field `segment` only if there are segments to refer to.
pub fn condition(segments: Vec<SegmentKey>) -> impl Strategy<Value = Condition> {
    let others = prop_oneof![
        2 => (any::<bool>(), subsequence(PaidPlan::ALL.to_vec(), 1..=3))
            .prop_map(|(negated, plans)| Condition::Plan { negated, plans }),
        3 => number(),
        2 => (select(&[Provider::Aws, Provider::Azure, Provider::Gcp]), number_test(percentage(), &SHARE_OPERATORS))
            .prop_map(|(provider, test)| Condition::Share { provider, test }),
        4 => date(),
        4 => text(),
        3 => quiz_attempts(),
        5 => attribute(),
    ];
    if segments.is_empty() {
        return others.boxed();
    }
    let some = subsequence(segments.clone(), 1..=segments.len().min(3));
    let membership = (any::<bool>(), some).prop_map(|(negated, segments)| Condition::Segment { negated, segments });
    prop_oneof![23 => others, 2 => membership].boxed()
}

const NUMBER_OPERATORS: [Operator; 7] = [
    Operator::Equals,
    Operator::NotEquals,
    Operator::Greater,
    Operator::Less,
    Operator::AtLeast,
    Operator::AtMost,
    Operator::Between,
];
const SHARE_OPERATORS: [Operator; 5] =
    [Operator::Greater, Operator::Less, Operator::AtLeast, Operator::AtMost, Operator::Between];

/// The fields of the catalogue that are of a kind.
fn fields<T>(of_kind: impl Fn(Field) -> Option<T>) -> Vec<T> {
    FIELDS.iter().filter_map(|spec| of_kind(spec.field)).collect()
}

fn number() -> impl Strategy<Value = Condition> {
    let numbers = fields(|field| match field {
        Field::Number(NumberField::RandomBucket) => None,
        Field::Number(number) => Some(number),
        _ => None,
    });
    let plain = (select(numbers), number_test(select(&NUMBERS), &NUMBER_OPERATORS));
    let bucket = (Just(NumberField::RandomBucket), number_test(0..=99_i64, &NUMBER_OPERATORS));
    prop_oneof![5 => plain, 1 => bucket].prop_map(|(field, test)| Condition::Number { field, test })
}

fn percentage() -> BoxedStrategy<i64> {
    prop_oneof![4 => select(&PERCENTAGES), 1 => 0..=100_i64].boxed()
}

fn number_test<T: fmt::Debug + Copy + Ord>(
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

fn date() -> impl Strategy<Value = Condition> {
    let dates = fields(|field| if let Field::Date(date) = field { Some(date) } else { None });
    (select(dates), date_test()).prop_map(|(field, test)| {
        // Only a nullable field has `is_set`.
        let test = match (Field::Date(field).spec().nullable(), test) {
            (false, DateTest::IsSet) => DateTest::InPeriod(Period::Today),
            (false, DateTest::IsNotSet) => DateTest::NotWithinLast(Span::days(7)),
            (_, test) => test,
        };
        Condition::Date { field, test }
    })
}

fn date_test() -> impl Strategy<Value = DateTest> {
    prop_oneof![12 => test_of_set_date(), 1 => select(&[DateTest::IsSet, DateTest::IsNotSet])]
}

fn test_of_set_date() -> impl Strategy<Value = DateTest> {
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

fn text_test() -> impl Strategy<Value = TextTest> {
    prop_oneof![
        operand().prop_map(TextTest::Equals),
        operand().prop_map(TextTest::NotEquals),
        operand().prop_map(TextTest::Contains),
        operand().prop_map(TextTest::NotContains),
        operand().prop_map(TextTest::StartsWith),
        operand().prop_map(TextTest::EndsWith),
    ]
}

fn text() -> impl Strategy<Value = Condition> {
    let test = prop_oneof![6 => text_test(), 1 => select(&[TextTest::IsSet, TextTest::IsNotSet])];
    let texts = fields(|field| if let Field::Text(text) = field { Some(text) } else { None });
    (select(texts), test).prop_map(|(field, test)| {
        let test = match (Field::Text(field).spec().nullable(), test) {
            (false, TextTest::IsSet) => TextTest::Contains(Text::new("_")),
            (false, TextTest::IsNotSet) => TextTest::NotContains(Text::new("%")),
            (_, test) => test,
        };
        Condition::Text { field, test }
    })
}

/// A text from the pool, or a piece of one.
fn operand() -> impl Strategy<Value = Text> {
    let whole = pools::text().prop_map(str::to_owned);
    let long = select(&["x", "ß"]).prop_map(|one| one.repeat(256));
    let piece = (pools::text(), 0..4_usize, 1..4_usize).prop_map(|(text, start, length)| {
        let piece: String = text.chars().skip(start).take(length).collect();
        if piece.is_empty() { text.to_owned() } else { piece }
    });
    prop_oneof![10 => whole, 10 => piece, 1 => long].prop_map(Text::new)
}

fn quiz_attempts() -> impl Strategy<Value = Condition> {
    (
        option::of(select(&SPANS)),
        option::of(select(&Provider::ALL)),
        option::weighted(
            0.3,
            select(&CERTIFICATIONS).prop_filter_map("empty", |text| (!text.is_empty()).then(|| Text::new(text))),
        ),
        number_test(select(&[0_i64, 1, 2, 3, 10, 11, 49, 50, 60, 100, 101, i64::MAX]), &NUMBER_OPERATORS),
    )
        .prop_map(|(within, provider, certification, test)| Condition::QuizAttempts {
            within,
            provider,
            certification,
            test,
        })
}
