mod faults;
mod hostile;

use chrono_tz::Tz;
use serde_json::json;

use super::*;
use crate::{
    criteria::{Condition, DateField, DateTest, FIELDS, FieldKind, NumberField, NumberTest, Operator},
    instant::format_instant,
    paid_plan::PaidPlan,
    system_segments::system_segment,
};

fn context() -> ParseContext<'static> {
    ParseContext {
        zone: Tz::Europe__Berlin,
        segment_exists: &|key| system_segment(key).is_some(),
        attributes: Attributes::none(),
    }
}

fn read(definition: &Value) -> Result<Criteria, Faults> {
    let read = parse_value(definition, &context());
    assert_eq!(parse(&definition.to_string(), &context()), read, "{definition}");
    read
}

fn of_one(condition: &Value) -> Value {
    json!({"combineWith": "AND", "criteria": [condition]})
}

fn read_one(condition: &Value) -> Condition {
    let criteria = read(&of_one(condition)).unwrap_or_else(|faults| panic!("{condition}: {faults}"));
    criteria.conditions()[0].clone()
}

#[track_caller]
fn assert_faults(definition: &Value, expected: &[&str]) {
    let faults: Vec<_> = match read(definition) {
        Ok(criteria) => panic!("{definition} was read as {criteria:?}"),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    };
    assert_eq!(faults, expected, "{definition}");
}

/// Prefixes each expected fault with `criteria[0]`.
#[track_caller]
fn assert_condition_faults(condition: &Value, expected: &[&str]) {
    let expected: Vec<_> = expected.iter().map(|fault| format!("criteria[0]{fault}")).collect();
    assert_faults(&of_one(condition), &expected.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn parse_the_example_of_the_specification() {
    let definition = json!({"combineWith": "OR", "criteria": [
        {"combineWith": "AND", "criteria": [
            {"field": "plan", "operator": "equals", "value": "PRO"},
            {"field": "currentStreak", "operator": ">", "value": 7}]},
        {"field": "totalPoints", "operator": ">", "value": 5000}]});
    let criteria = read(&definition).expect("a good definition");
    assert_eq!(criteria.root().combine, Combine::Or);
    assert_eq!(criteria.conditions().len(), 3);
    assert_eq!(criteria.to_json(), definition);
}

#[test]
fn parse_accepts_exactly_the_operators_of_every_field() {
    for spec in FIELDS {
        for operator in Operator::ALL {
            let mut condition = json!({"field": spec.name, "operator": operator.name()});
            if let Some(value) = good_value(spec.field.kind(), operator) {
                condition["value"] = value;
            }
            for key in spec.field.keys().iter().filter(|key| key.required) {
                condition[key.name] = json!(if key.name == "currency" { "EUR" } else { "login" });
            }
            if !spec.field.operators().contains(&operator) {
                let faults = read(&of_one(&condition)).expect_err("an operator of other fields");
                assert_eq!(faults.as_slice()[0].path, "criteria[0].operator", "{condition}");
                continue;
            }
            let read = read_one(&condition);
            assert_eq!((read.field(), read.operator()), (spec.field, operator), "{condition}");
        }
    }
}

fn good_value(kind: FieldKind, operator: Operator) -> Option<Value> {
    let one = match kind {
        FieldKind::Select => json!("pro"),
        FieldKind::Number | FieldKind::Percentage | FieldKind::EventCount | FieldKind::Money => json!(42),
        FieldKind::Date => json!("2026-01-31"),
        FieldKind::Text => json!("a"),
        FieldKind::Membership => json!("plan:pro"),
        FieldKind::Decimal => json!("12.5"),
        FieldKind::List => json!(["a"]),
    };
    match operator {
        Operator::IsSet | Operator::IsNotSet => None,
        Operator::In | Operator::NotIn if kind == FieldKind::Select => Some(json!([one, "free"])),
        Operator::In | Operator::NotIn => Some(json!([one])),
        Operator::Between => Some(json!([one, one])),
        Operator::WithinLast | Operator::NotWithinLast => Some(json!("7d")),
        Operator::InPeriod => Some(json!("today")),
        _ => Some(one),
    }
}

#[test]
fn parse_values() {
    let number = |test| Condition::Number { field: NumberField::Level, test };
    for (condition, expected) in [
        (
            json!({"field": "plan", "operator": "in", "value": ["pro", "PRO", "Free"]}),
            Condition::Plan { negated: false, plans: vec![PaidPlan::Pro, PaidPlan::Free] },
        ),
        (json!({"field": "level", "operator": "equals", "value": i64::MIN}), number(NumberTest::Equals(i64::MIN))),
        (json!({"field": "level", "operator": "between", "value": [5, 5]}), number(NumberTest::Between(5, 5))),
    ] {
        assert_eq!(read_one(&condition), expected);
    }
}

#[test]
fn parse_dates_as_instants_or_whole_days_of_the_zone() {
    for (text, first, last) in [
        ("2026-01-31T09:30:00Z", "2026-01-31T09:30:00Z", "2026-01-31T09:30:00Z"),
        ("2026-01-31T09:30:00.123456789+01:00", "2026-01-31T08:30:00.123456Z", "2026-01-31T08:30:00.123456Z"),
        ("2026-01-31", "2026-01-30T23:00:00Z", "2026-01-31T22:59:59.999999Z"),
        ("2026-07-31", "2026-07-30T22:00:00Z", "2026-07-31T21:59:59.999999Z"),
        ("2024-02-29", "2024-02-28T23:00:00Z", "2024-02-29T22:59:59.999999Z"),
        // The clock is set back that night, so the day has 25 hours.
        ("2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59.999999Z"),
        ("9999-12-31", "9999-12-30T23:00:00Z", "9999-12-31T22:59:59.999999Z"),
    ] {
        let condition = read_one(&json!({"field": "createdAt", "operator": ">", "value": text}));
        let Condition::Date { field: DateField::CreatedAt, test: DateTest::After(date) } = condition else {
            panic!("{condition:?}");
        };
        let zone = Tz::Europe__Berlin;
        let ends = [date.first_instant(zone), date.last_instant(zone)].map(format_instant);
        assert_eq!(ends, [first, last], "{text}");
    }
    let expected =
        r#".value: expected a date such as "2026-01-31" or a timestamp such as "2026-01-31T09:30:00Z", found"#;
    for text in [
        "2026-1-31",
        "2026-02-29",
        "+2026-01-1",
        "20260131",
        "2026-01-31 ",
        "2026-01-31T09:30:00",
        "0000-01-01",
        // In Berlin, that day starts before year 1 in UTC.
        "0001-01-01",
        "10000-01-01",
        "２０２６-01-31",
        "now",
    ] {
        let condition = json!({"field": "createdAt", "operator": ">", "value": text});
        assert_condition_faults(&condition, &[&format!("{expected} a string")]);
    }
}

#[test]
fn parse_context_can_be_shared_between_threads() {
    fn assert_shared<T: Send + Sync>(_: T) {}
    assert_shared(context());
}
