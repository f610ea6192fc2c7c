//! `docs/criteria.md` is true: its definitions are valid, its faults are exact, and no field or operator is missing.

use std::sync::LazyLock;

use chrono_tz::Tz;
use domain::{
    attribute::{Attribute, AttributeKey, AttributeType, Attributes},
    criteria::{FIELDS, Operator, ParseContext, parse},
    segment::{SegmentKey, SegmentType},
    system_segments::system_segment,
};

const PAGE: &str = include_str!("../../../docs/criteria.md");

#[test]
fn docs_criteria_definitions_are_valid() {
    let definitions = blocks("json");
    assert!(definitions.len() > 5, "the page has {} definitions", definitions.len());
    for definition in definitions {
        parse(definition, &context()).unwrap_or_else(|faults| panic!("{faults}\n{definition}"));
    }
}

#[test]
fn docs_criteria_faults_are_those_on_the_page() {
    let (faulty, said) = (blocks("json faulty"), blocks("text faults"));
    assert!(!faulty.is_empty());
    assert_eq!(faulty.len(), said.len());
    for (definition, said) in faulty.into_iter().zip(said) {
        let faults = parse(definition, &context()).expect_err("a faulty definition");
        let found: Vec<_> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(found, said.lines().collect::<Vec<_>>());
    }
}

#[test]
fn docs_criteria_has_every_field_and_operator() {
    let fields = FIELDS.iter().map(|spec| spec.name);
    for name in fields.chain(Operator::ALL.map(Operator::name)) {
        assert!(PAGE.contains(&format!("`{name}`")), "{name} is missing");
    }
}

/// The contents of fenced blocks.
fn blocks(kind: &str) -> Vec<&'static str> {
    let open = format!("\n```{kind}\n");
    PAGE.split(&open).skip(1).map(|rest| rest.split("\n```").next().unwrap_or(rest)).collect()
}

/// Those on the page.
static ATTRIBUTES: LazyLock<Attributes> = LazyLock::new(|| {
    let options = ["DE", "AT"].map(str::to_owned);
    let declared = |key, kind, options| {
        let key = AttributeKey::parse(key).expect("a key");
        Attribute::stored(key, String::new(), kind, options, false)
    };
    [
        declared("trial_ends", AttributeType::Date, &[]),
        declared("country", AttributeType::Text, &options[..]),
        declared("company_size", AttributeType::Number, &[]),
        declared("revenue", AttributeType::Decimal, &[]),
        declared("newsletter", AttributeType::Boolean, &[]),
        declared("tags", AttributeType::List, &[]),
    ]
    .into_iter()
    .collect()
});

fn context() -> ParseContext<'static> {
    ParseContext { zone: Tz::UTC, segment_exists: &exists, attributes: &ATTRIBUTES }
}

/// The custom segment on the page counts as existing.
fn exists(key: &SegmentKey) -> bool {
    key.kind == SegmentType::Custom || system_segment(key).is_some()
}
