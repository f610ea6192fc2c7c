//! Random criteria for property tests, and [users](user) and [attempts] to match against them.
//!
//! Both draw from the same small pools, so that they meet at every boundary. The criteria are valid: they can be printed
//! and parsed again.

mod attributes;
mod events;
mod people;
mod pools;
mod value_tests;

use proptest::{
    collection::vec,
    prelude::*,
    sample::{select, subsequence},
};

use self::{
    attributes::attribute,
    events::measured,
    pools::{NUMBERS, PERCENTAGES},
    value_tests::{NUMBER_OPERATORS, number_test, test_of_set_date, text_test},
};
use super::{Combine, Condition, Criteria, DateTest, FIELDS, Field, Item, ItemSet, NumberField, Operator, TextTest};
use crate::{
    certification::Provider,
    paid_plan::PaidPlan,
    period::{Period, Span},
    segment::SegmentKey,
    text::Text,
};

pub use self::{
    attributes::{attribute_values, attributes},
    events::events,
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
        5 => measured(),
        5 => attribute(),
    ];
    if segments.is_empty() {
        return others.boxed();
    }
    let some = subsequence(segments.clone(), 1..=segments.len().min(3));
    let membership = (any::<bool>(), some).prop_map(|(negated, segments)| Condition::Segment { negated, segments });
    prop_oneof![25 => others, 2 => membership].boxed()
}

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
