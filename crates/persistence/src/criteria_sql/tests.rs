//! What definitions compile to, on both databases. After a wanted change:
//! `INSTA_UPDATE=always cargo test -p persistence criteria_sql`, and read the difference.

use std::{iter, sync::LazyLock};

use chrono_tz::Tz;
use domain::{
    attribute::{Attribute, AttributeKey, AttributeType, Attributes},
    criteria::{FIELDS, Field, FieldKind, FieldSpec, Operator, ParseContext, ValueShape, parse_value},
    ids::UserNo,
    instant::parse_instant,
    period::Moment,
};
use sea_orm::{DbBackend, StatementBuilder};
use serde_json::{Value as Json, json};

use super::{
    counts,
    counts::{Columns, Counts},
    matching,
};
use crate::user_range::UserRange;

#[test]
fn criteria_sql_operators_on_sqlite() {
    insta::assert_snapshot!("operators_sqlite", golden(DbBackend::Sqlite, operators()));
}

#[test]
fn criteria_sql_operators_on_postgres() {
    insta::assert_snapshot!("operators_postgres", golden(DbBackend::Postgres, operators()));
}

#[test]
fn criteria_sql_sets_on_sqlite() {
    insta::assert_snapshot!("sets_sqlite", golden(DbBackend::Sqlite, sets()));
}

#[test]
fn criteria_sql_sets_on_postgres() {
    insta::assert_snapshot!("sets_postgres", golden(DbBackend::Postgres, sets()));
}

#[test]
fn criteria_sql_attributes_on_sqlite() {
    insta::assert_snapshot!("attributes_sqlite", golden(DbBackend::Sqlite, of_attributes()));
}

#[test]
fn criteria_sql_attributes_on_postgres() {
    insta::assert_snapshot!("attributes_postgres", golden(DbBackend::Postgres, of_attributes()));
}

/// One attribute of each type, and texts with options.
static ATTRIBUTES: LazyLock<Attributes> = LazyLock::new(|| {
    let declared = |key: &str, kind, options: &[String]| {
        Attribute::stored(AttributeKey::parse(key).expect("a key"), key.into(), kind, options, false)
    };
    let of_type = |kind: &AttributeType| declared(&kind.to_string(), *kind, &[]);
    let options = ["DE", "AT"].map(str::to_owned);
    AttributeType::ALL.iter().map(of_type).chain([declared("country", AttributeType::Text, &options)]).collect()
});

/// One definition for each operator of each of them.
fn of_attributes() -> Vec<Json> {
    let conditions = ATTRIBUTES.iter().flat_map(|attribute| {
        let spec = Field::Attribute(attribute).spec();
        spec.field.operators().into_iter().map(move |operator| condition(&spec, operator))
    });
    conditions.map(|condition| json!({"combineWith": "AND", "criteria": [condition]})).collect()
}

/// One definition for each operator of each field, and the ways to narrow events.
fn operators() -> Vec<Json> {
    let narrowed = [
        json!({"field": "quizAttempts", "operator": ">=", "value": 3, "within": "1h"}),
        json!({"field": "quizAttempts", "operator": ">=", "value": 3, "provider": "AWS"}),
        json!({"field": "quizAttempts", "operator": "equals", "value": 0, "within": "30d", "certification": "AZ-104"}),
        json!({"field": "events", "operator": ">=", "value": 3, "name": "login", "within": "1h"}),
        json!({"field": "purchases", "operator": ">=", "value": 3, "name": "order", "within": "30d"}),
        json!({"field": "purchases", "operator": ">=", "value": 3, "currency": "EUR", "minAmount": 2900}),
        json!({"field": "totalSpent", "operator": ">", "value": 2900, "currency": "EUR", "basis": "gross"}),
        json!({"field": "totalSpent", "operator": ">", "value": 2900, "currency": "EUR", "within": "30d"}),
        json!({"field": "totalSpent", "operator": ">", "value": 0, "currency": "EUR", "within": "30d", "basis": "gross"}),
    ];
    FIELDS
        .iter()
        .flat_map(|spec| spec.field.operators().into_iter().map(|operator| condition(spec, operator)))
        .chain(narrowed)
        .map(|condition| json!({"combineWith": "AND", "criteria": [condition]}))
        .collect()
}

fn condition(spec: &FieldSpec<'_>, operator: Operator) -> Json {
    let mut condition = json!({"field": spec.name, "operator": operator.name()});
    let (shape, options) = (spec.field.value_shape(operator), spec.field.options(operator));
    let value = if shape == ValueShape::Option {
        Some(json!(options[1]))
    } else if shape == ValueShape::OptionList {
        Some(json!(options[1..]))
    } else {
        value(spec.field.kind(), operator)
    };
    if let Some(value) = value {
        condition["value"] = value;
    }
    for key in spec.field.keys().iter().filter(|key| key.required) {
        condition[key.name] = json!(if key.shape == ValueShape::EventName { "login" } else { "EUR" });
    }
    condition
}

fn value(kind: FieldKind, operator: Operator) -> Option<Json> {
    let is_list = matches!(operator, Operator::In | Operator::NotIn);
    match (kind, operator) {
        (_, Operator::IsSet | Operator::IsNotSet) => None,
        (_, Operator::WithinLast | Operator::NotWithinLast) => Some(json!("7d")),
        (_, Operator::InPeriod) => Some(json!("this_month")),
        (FieldKind::Date, Operator::Between) => Some(json!(["2026-01-01", "2026-02-01T12:30:00.5Z"])),
        (FieldKind::Date, _) => Some(json!("2026-01-01T00:00:00Z")),
        (FieldKind::Select, _) if is_list => Some(json!(["PRO", "PREMIUM"])),
        (FieldKind::Select, _) => Some(json!("PRO")),
        (FieldKind::Membership, _) => Some(json!(["plan:pro", "lifecycle:active"])),
        (FieldKind::Text, _) => Some(json!("100%_!\\Straße")),
        (FieldKind::Decimal, Operator::Between) => Some(json!(["-0.5", "12.50"])),
        (FieldKind::Decimal, _) => Some(json!("12.50")),
        (FieldKind::List, _) => Some(json!(["VIP", "beta"])),
        (_, Operator::Between) => Some(json!([10, 20])),
        _ => Some(json!(50)),
    }
}

fn sets() -> Vec<Json> {
    let pro = json!({"field": "plan", "operator": "equals", "value": "PRO"});
    let streak = json!({"field": "currentStreak", "operator": ">", "value": 7});
    let points = json!({"field": "totalPoints", "operator": ">", "value": 5000});
    let both = json!({"combineWith": "AND", "criteria": [pro, streak]});
    let neither = json!({"combineWith": "OR", "not": true, "criteria": [pro, streak]});
    vec![
        json!({"combineWith": "OR", "criteria": [pro, points]}),
        json!({"combineWith": "OR", "criteria": [both, points]}),
        json!({"combineWith": "AND", "criteria": [neither, points]}),
        json!({"combineWith": "AND", "not": true, "criteria": [neither]}),
        json!({"combineWith": "AND", "not": true, "criteria": [{"combineWith": "AND", "not": true, "criteria": [pro]}]}),
    ]
}

fn golden(backend: DbBackend, definitions: Vec<Json>) -> String {
    let moment = Moment { now: parse_instant("2026-03-10T12:00:00Z").expect("an instant"), zone: Tz::UTC };
    let context = ParseContext { zone: Tz::UTC, segment_exists: &|_| true, attributes: &ATTRIBUTES };
    let mut text = String::new();
    for definition in definitions {
        let criteria = parse_value(&definition, &context).expect("a definition");
        let statement = StatementBuilder::build(&matching(&criteria, moment, None, backend.into()), &backend);
        let (_, condition) = statement.sql.split_once(" WHERE ").expect("a condition");
        let condition = condition.rsplit_once(" ORDER BY ").expect("an order").0;
        let values = statement.values.map(|values| values.0).unwrap_or_default();
        text += &format!("{}\n  {condition}\n  {values:?}\n\n", definition["criteria"]);
    }
    text
}

#[test]
fn criteria_sql_counts_on_sqlite() {
    insta::assert_snapshot!("counts_sqlite", golden_counts(DbBackend::Sqlite));
}

#[test]
fn criteria_sql_counts_on_postgres() {
    insta::assert_snapshot!("counts_postgres", golden_counts(DbBackend::Postgres));
}

/// Every item has a column, in the order of its path. If a condition reads another table, each is tested once.
fn golden_counts(backend: DbBackend) -> String {
    let level = json!({"field": "level", "operator": ">", "value": 3});
    let attempts = json!({"field": "quizAttempts", "operator": ">", "value": 3});
    [level, attempts].map(|condition| golden_counts_with(&condition, backend)).concat()
}

fn golden_counts_with(condition: &Json, backend: DbBackend) -> String {
    let definition = json!({"combineWith": "AND", "criteria": [
        {"field": "plan", "operator": "not_equals", "value": "PRO"},
        {"combineWith": "OR", "not": true, "criteria": [
            condition,
            {"field": "lastActivityAt", "operator": "within_last", "value": "7d"},
        ]},
    ]});
    let range = UserRange { after: UserNo(100), through: UserNo(200) };
    [None, Some(range)].map(|range| counts_of(&definition, range, backend)).concat()
}

#[test]
fn criteria_sql_remaining_on_sqlite() {
    insta::assert_snapshot!("remaining_sqlite", golden_remaining(DbBackend::Sqlite));
}

#[test]
fn criteria_sql_remaining_on_postgres() {
    insta::assert_snapshot!("remaining_postgres", golden_remaining(DbBackend::Postgres));
}

/// Few and many items of a set, also of a negated one.
fn golden_remaining(backend: DbBackend) -> String {
    let levels = |number: i64| (1..=number).map(|level| json!({"field": "level", "operator": ">", "value": level}));
    let set =
        |number, not: bool| json!({"combineWith": "AND", "not": not, "criteria": levels(number).collect::<Vec<_>>()});
    let either = json!({"combineWith": "OR", "criteria": [set(2, false), set(7, true)]});
    [set(1, true), set(3, false), set(3, true), set(7, false), either]
        .map(|definition| counts_of(&definition, None, backend))
        .concat()
}

fn counts_of(definition: &Json, range: Option<UserRange>, backend: DbBackend) -> String {
    let moment = Moment { now: parse_instant("2026-03-10T12:00:00Z").expect("an instant"), zone: Tz::UTC };
    let context = ParseContext { zone: Tz::UTC, segment_exists: &|_| true, attributes: &ATTRIBUTES };
    let criteria = parse_value(definition, &context).expect("a definition");
    let Counts { statement, columns } = counts(&criteria, moment, range, backend.into());
    let statement = StatementBuilder::build(&statement, &backend);
    let values = statement.values.map(|values| values.0).unwrap_or_default();
    let paths = iter::once(String::new()).chain(criteria.paths());
    let columns: Vec<_> =
        paths.zip(columns).map(|(path, Columns { count, remaining })| (path, count, remaining)).collect();
    format!("{columns:?}\n{}\n{values:?}\n", statement.sql)
}
