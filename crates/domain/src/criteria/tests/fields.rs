//! The catalogue of fields agrees with the parser and the interpreter.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::attribute::Attributes;
use crate::{
    criteria::{
        Criteria, ExplainedItem, FIELDS, Faults, FieldSpec, KeySpec, Observed, Operator, ParseContext, ValueShape,
        arbitrary::{attributes, now, user_at},
        fields, parse_value,
    },
    facts::UserFacts,
    period::Moment,
};

fn samples() -> Vec<(ValueShape, Option<Value>)> {
    vec![
        (ValueShape::None, None),
        (ValueShape::Option, Some(json!("PRO"))),
        (ValueShape::OptionList, Some(json!(["PRO", "FREE"]))),
        (ValueShape::Number, Some(json!(7))),
        (ValueShape::NumberRange, Some(json!([1, 7]))),
        (ValueShape::Text, Some(json!("Ann"))),
        (ValueShape::Date, Some(json!("2026-01-31"))),
        (ValueShape::DateRange, Some(json!(["2026-01-31", "2026-02-01T00:00:00Z"]))),
        (ValueShape::Duration, Some(json!("7d"))),
        (ValueShape::Period, Some(json!("today"))),
        (ValueShape::SegmentList, Some(json!(["plan:pro"]))),
        (ValueShape::Decimal, Some(json!("12.50"))),
        (ValueShape::DecimalRange, Some(json!(["-0.5", 7]))),
        (ValueShape::TextList, Some(json!(["Ann", "Bob"]))),
        (ValueShape::Amount, Some(json!(7))),
        (ValueShape::AmountRange, Some(json!([1, 7]))),
    ]
}

/// Of options, those of the field.
fn sample(spec: &FieldSpec<'_>, operator: Operator) -> Option<Value> {
    let options = spec.field.options(operator);
    match spec.field.value_shape(operator) {
        ValueShape::Option => Some(json!(options[0])),
        ValueShape::OptionList => Some(json!(options)),
        shape => sample_of(shape),
    }
}

fn sample_of(shape: ValueShape) -> Option<Value> {
    samples().into_iter().find(|(of, _)| *of == shape).expect("a sample of every shape").1
}

fn sample_of_key(key: &KeySpec) -> Value {
    match (key.shape, key.options().as_slice()) {
        (ValueShape::EventName, _) => json!("login"),
        (_, [first, ..]) => json!(first),
        (shape, []) => sample_of(shape).expect("a value"),
    }
}

static ATTRIBUTES: LazyLock<Attributes> = LazyLock::new(attributes);

/// Whether a value of one shape is also of another one.
fn is_also(shape: ValueShape, of: ValueShape, value: Option<&Value>) -> bool {
    // Money is a number of minor units.
    let plain = |shape: ValueShape| match shape {
        ValueShape::Amount => ValueShape::Number,
        ValueShape::AmountRange => ValueShape::NumberRange,
        other => other,
    };
    let of = plain(of);
    match plain(shape) {
        ValueShape::Number => of == ValueShape::Number,
        ValueShape::NumberRange => of == ValueShape::NumberRange,
        // Any JSON string is a text.
        ValueShape::Text => value.is_some_and(Value::is_string),
        ValueShape::Decimal => of == ValueShape::Number,
        ValueShape::DecimalRange => of == ValueShape::NumberRange,
        ValueShape::TextList => value.and_then(Value::as_array).is_some_and(|list| list.iter().all(Value::is_string)),
        _ => false,
    }
}

fn condition(spec: &FieldSpec<'_>, operator: Operator, value: Option<Value>) -> Map<String, Value> {
    let condition = json!({"field": spec.name, "operator": operator.name()});
    let mut condition = condition.as_object().expect("an object").clone();
    condition.extend(value.map(|value| ("value".into(), value)));
    let required = spec.field.keys().iter().filter(|key| key.required);
    condition.extend(required.map(|key| (key.name.to_owned(), sample_of_key(key))));
    condition
}

fn read(condition: Map<String, Value>) -> Result<Criteria, Faults> {
    let context = ParseContext { zone: chrono_tz::Tz::UTC, segment_exists: &|_| true, attributes: &ATTRIBUTES };
    parse_value(&json!({"combineWith": "AND", "criteria": [condition]}), &context)
}

fn every_operator() -> impl Iterator<Item = (FieldSpec<'static>, Operator)> {
    fields(&ATTRIBUTES).flat_map(|spec| spec.field.operators().into_iter().map(move |operator| (spec, operator)))
}

#[test]
fn operator_takes_only_values_of_its_shape() {
    for (spec, operator) in every_operator() {
        let shape = spec.field.value_shape(operator);
        for (of, value) in samples() {
            let value = if of == shape { sample(&spec, operator) } else { value };
            let fits = of == shape || is_also(shape, of, value.as_ref());
            let what = format!("{} {} {value:?}", spec.name, operator.name());
            assert_eq!(read(condition(&spec, operator, value)).is_ok(), fits, "{what}");
        }
    }
}

#[test]
fn field_options_and_bounds_are_exact() {
    for (spec, operator) in every_operator() {
        let accepts = |value: Value| read(condition(&spec, operator, Some(value))).is_ok();
        for option in spec.field.options(operator) {
            let is_list = spec.field.value_shape(operator) == ValueShape::OptionList;
            assert!(accepts(if is_list { json!([option]) } else { json!(option) }), "{} {option}", spec.name);
        }
        let Some(numbers) = spec.field.numbers().filter(|_| spec.field.value_shape(operator) == ValueShape::Number)
        else {
            continue;
        };
        assert!(accepts(json!(numbers.start())) && accepts(json!(numbers.end())), "{}", spec.name);
        let beyond = [numbers.start().checked_sub(1), numbers.end().checked_add(1)];
        assert!(!beyond.into_iter().flatten().any(|number| accepts(json!(number))), "{}", spec.name);
    }
}

#[test]
fn field_extra_keys_follow_the_catalogue() {
    for spec in fields(&ATTRIBUTES) {
        let operator = spec.field.operators()[0];
        let with = |name: &str, value: Value| {
            let mut condition = condition(&spec, operator, sample(&spec, operator));
            condition.insert(name.into(), value);
            read(condition).is_ok()
        };
        for key in FIELDS.iter().flat_map(|spec| spec.field.keys()) {
            let values = match key.options().as_slice() {
                [] => vec![sample_of_key(key)],
                options => options.iter().map(|option| json!(option)).collect(),
            };
            // The least amount is in a currency.
            if key.name == "minAmount" && spec.field.keys().contains(key) {
                assert!(!with(key.name, json!(7)), "a currency is needed");
                continue;
            }
            for value in values {
                let is_known = spec.field.keys().iter().any(|known| known.name == key.name);
                assert_eq!(with(key.name, value), is_known, "{} of {}", key.name, spec.name);
            }
            assert!(!with(key.name, json!([7])), "{} of {}", key.name, spec.name);
        }
    }
}

#[test]
fn field_unset_values_follow_the_catalogue() {
    let facts = UserFacts::of(&user_at(now()), &[]);
    let moment = Moment { now: now(), zone: chrono_tz::Tz::UTC };
    let nowhere = std::collections::BTreeSet::new();
    for (spec, operator) in every_operator() {
        let what = format!("{} {}", spec.name, operator.name());
        let criteria = read(condition(&spec, operator, sample(&spec, operator))).expect(&what);
        let explained = criteria.explain(&facts, &nowhere, moment);
        let [ExplainedItem::Condition(explained)] = explained.items.as_slice() else { panic!("{what}") };
        assert_eq!(explained.observed == Observed::Unset, spec.nullable(), "{what}");
        if spec.nullable() {
            assert_eq!(explained.holds, operator.matches_unset(), "{what}");
        }
    }
}
