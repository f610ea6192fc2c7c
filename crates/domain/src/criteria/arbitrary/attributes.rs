//! Random values of attributes, and conditions on them.

use std::sync::Arc;

use chrono::Datelike;
use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::{select, subsequence},
};

use super::{
    pools::{DECIMALS, NUMBERS, instants, text},
    value_tests::{NUMBER_OPERATORS, number_test, operand, test_of_set_date, text_test},
};
use crate::{
    attribute::{Attribute, AttributeKey, AttributeType, AttributeValue, AttributeValues, Attributes, Decimal},
    criteria::{AttributeTest, Condition, Date, ListMatch, ListTest, TextTest},
    instant::Instant,
    text::Text,
};

const OPTIONS: [&str; 4] = ["DE", "Straße", "50%_", "O'Brien"];

/// One of each type, and those that may have options with and without.
pub fn attributes() -> Attributes {
    let options = OPTIONS.map(str::to_owned);
    let of_type = |kind: &AttributeType| declared(&kind.to_string(), *kind, &[]);
    let with_options = [
        declared("country", AttributeType::Text, &options),
        declared("plan_tags", AttributeType::List, &options),
        declared("trial_ends", AttributeType::Date, &[]),
    ];
    AttributeType::ALL.iter().map(of_type).chain(with_options).collect()
}

fn declared(key: &str, kind: AttributeType, options: &[String]) -> Attribute {
    let key = AttributeKey::parse(key).unwrap_or_else(|| panic!("{key} is a key"));
    Attribute::stored(key, format!("The {kind} ("), kind, options, false)
}

/// The attributes that a user has, and their values.
pub fn attribute_values(now: Instant) -> impl Strategy<Value = AttributeValues> {
    let attributes = attributes();
    let values: Vec<_> = attributes
        .iter()
        .map(|attribute| {
            let key = attribute.key().clone();
            option::weighted(0.8, value(attribute, now)).prop_map(move |value| Some((key.clone(), value?)))
        })
        .collect();
    values.prop_map(|values| values.into_iter().flatten().collect())
}

fn value(attribute: &Arc<Attribute>, now: Instant) -> BoxedStrategy<AttributeValue> {
    let (kind, has_options) = (attribute.kind(), attribute.options().len() > 0);
    let attribute = attribute.clone();
    match (kind, has_options) {
        (AttributeType::Text, true) => select(&OPTIONS).prop_map(|text| AttributeValue::Text(text.into())).boxed(),
        (AttributeType::Text, false) => text().prop_map(|text| AttributeValue::Text(text.into())).boxed(),
        (AttributeType::Number, _) => select(&NUMBERS).prop_map(AttributeValue::Number).boxed(),
        (AttributeType::Decimal, _) => decimal().prop_map(AttributeValue::Decimal).boxed(),
        (AttributeType::Boolean, _) => any::<bool>().prop_map(AttributeValue::Boolean).boxed(),
        (AttributeType::Date, _) => date(now).prop_map(AttributeValue::Date).boxed(),
        (AttributeType::List, true) => subsequence(OPTIONS.to_vec(), 1..=OPTIONS.len())
            .prop_map(|texts| AttributeValue::List(texts.into_iter().map(str::to_owned).collect()))
            .boxed(),
        (AttributeType::List, false) => vec(text(), 1..=5)
            .prop_filter_map("blank", move |texts| AttributeValue::list(&attribute, texts.into_iter()).ok()?)
            .boxed(),
    }
}

fn decimal() -> impl Strategy<Value = Decimal> + Clone {
    select(&DECIMALS).prop_filter_map("a decimal", Decimal::parse)
}

/// A day may be in a zone a day apart from UTC.
fn date(now: Instant) -> impl Strategy<Value = Date> {
    let day = |instant: Instant| Some(instant.date_naive()).filter(|day| (2..=9998).contains(&day.year()));
    (select(instants(now)), any::<bool>())
        .prop_map(move |(instant, is_day)| day(instant).filter(|_| is_day).map_or(Date::At(instant), Date::Day))
}

pub(super) fn attribute() -> impl Strategy<Value = Condition> {
    let attributes: Vec<_> = attributes().iter().cloned().collect();
    select(attributes).prop_flat_map(|attribute| {
        prop_oneof![7 => test(&attribute), 1 => select(&[AttributeTest::IsSet, AttributeTest::IsNotSet])]
            .prop_map(move |test| Condition::Attribute { attribute: attribute.clone(), test })
    })
}

fn test(attribute: &Arc<Attribute>) -> BoxedStrategy<AttributeTest> {
    let options: Vec<Text> = attribute.options().map(Text::new).collect();
    let has_options = !options.is_empty();
    match attribute.kind() {
        AttributeType::Text if has_options => {
            let option = (any::<bool>(), subsequence(options.clone(), 1..=options.len()))
                .prop_map(|(negated, options)| AttributeTest::Option { negated, options });
            let piece = text_test()
                .prop_filter("a piece", |test| !matches!(test, TextTest::Equals(_) | TextTest::NotEquals(_)));
            prop_oneof![option, piece.prop_map(AttributeTest::Text)].boxed()
        }
        AttributeType::Text => text_test().prop_map(AttributeTest::Text).boxed(),
        AttributeType::Number => {
            number_test(select(&NUMBERS), &NUMBER_OPERATORS).prop_map(AttributeTest::Number).boxed()
        }
        AttributeType::Decimal => number_test(decimal(), &NUMBER_OPERATORS).prop_map(AttributeTest::Decimal).boxed(),
        AttributeType::Boolean => (any::<bool>(), subsequence(vec![true, false], 1..=2))
            .prop_map(|(negated, values)| AttributeTest::Boolean { negated, values })
            .boxed(),
        AttributeType::Date => test_of_set_date().prop_map(AttributeTest::Date).boxed(),
        AttributeType::List => {
            let texts = if has_options {
                subsequence(options.clone(), 1..=options.len()).boxed()
            } else {
                vec(operand(), 1..=3).prop_map(distinct).boxed()
            };
            (select(&[ListMatch::Any, ListMatch::All, ListMatch::None]), texts)
                .prop_map(|(how, texts)| AttributeTest::List(ListTest { how, texts }))
                .boxed()
        }
    }
}

fn distinct(texts: Vec<Text>) -> Vec<Text> {
    let mut distinct: Vec<Text> = Vec::new();
    for text in texts {
        if !distinct.iter().any(|one| one.folded() == text.folded()) {
            distinct.push(text);
        }
    }
    distinct
}
