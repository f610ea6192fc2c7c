use chrono_tz::Tz;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::{
    criteria::{
        Criteria, ParseContext, SegmentNames,
        arbitrary::{attribute_values, attributes, now},
        parse_value,
    },
    facts::UserFacts,
    instant::parse_instant,
    period::Moment,
};

fn attribute(kind: AttributeType, options: &[&str]) -> Attribute {
    let key = AttributeKey::parse("key").expect("a key");
    let options: Vec<_> = options.iter().map(ToString::to_string).collect();
    Attribute::stored(key, "Label".into(), kind, &options, false)
}

#[test]
fn attribute_decimals_are_exact() {
    for (text, expected) in [
        ("12.50", Some("12.5")),
        ("-0", Some("0")),
        ("+007.1", Some("7.1")),
        ("0.000001", Some("0.000001")),
        ("0.0000001", None),
        ("1.0000000", Some("1")),
        ("123456789012.123456", Some("123456789012.123456")),
        ("1234567890123.123456", None),
        ("999999999999999999", Some("999999999999999999")),
        ("-999999999999999999", Some("-999999999999999999")),
        ("1000000000000000000", None),
        ("12345678901234567.8", Some("12345678901234567.8")),
        ("1e3", None),
        ("1,5", None),
        (".5", None),
        ("5.", None),
        ("NaN", None),
        ("", None),
        ("١", None),
    ] {
        assert_eq!(Decimal::parse(text).map(|decimal| decimal.to_string()).as_deref(), expected, "{text}");
    }
    // Of these, the parser of JSON may have lost digits.
    for (json, expected) in [
        (json!(12.5), Some("12.5")),
        (json!(0.1), Some("0.1")),
        (json!(999_999_999.999_999), Some("999999999.999999")),
        (json!(12_345_678_901.5), None),
        (json!("123456789012.100001"), Some("123456789012.100001")),
        (json!(i64::MAX), None),
        (json!(7), Some("7")),
        (json!(true), None),
    ] {
        assert_eq!(Decimal::of_json(&json).map(|decimal| decimal.to_string()).as_deref(), expected, "{json}");
    }
}

#[test]
fn attribute_values_of_json_are_of_the_type() {
    use AttributeType::{Boolean, Date, Decimal, List, Number, Text};
    let long = "x".repeat(257);
    for (kind, json, expected) in [
        (Text, json!(" Köln "), Some(json!("Köln"))),
        (Text, json!("  "), Some(Json::Null)),
        (Text, json!(7), None),
        (Text, json!("a\0"), None),
        (Number, json!(i64::MIN), Some(json!(i64::MIN))),
        (Number, json!(7.0), None),
        (Number, json!("7"), None),
        (Decimal, json!("12.50"), Some(json!("12.5"))),
        (Decimal, json!("12.5000001"), None),
        (Boolean, json!(false), Some(json!(false))),
        (Boolean, json!("false"), None),
        (Date, json!("2026-01-31"), Some(json!("2026-01-31"))),
        (Date, json!("2026-01-31T10:00:00+01:00"), Some(json!("2026-01-31T09:00:00Z"))),
        (Date, json!("2026-02-30"), None),
        (Date, json!("0001-01-01"), None),
        (Date, json!(1_769_850_000), None),
        (List, json!([" a ", "b", "A", ""]), Some(json!(["a", "b"]))),
        (List, json!([]), Some(Json::Null)),
        (List, json!("a"), None),
        (List, json!(["a", 7]), None),
        (List, json!([long]), None),
        (
            List,
            json!((0..100).map(|n| n.to_string()).collect::<Vec<_>>()),
            Some(json!((0..100).map(|n| n.to_string()).collect::<Vec<_>>())),
        ),
        (List, json!((0..101).map(|n| n.to_string()).collect::<Vec<_>>()), None),
    ] {
        let read = AttributeValue::of_json(&attribute(kind, &[]), &json);
        let read = read.map(|value| value.map_or(Json::Null, |value| value.to_json())).ok();
        assert_eq!(read, expected, "{kind} {json}");
    }
}

#[test]
fn attribute_values_of_cells_are_as_people_write_them() {
    use AttributeType::{Boolean, Date, Decimal, List, Number, Text};
    for (kind, cell, expected) in [
        (Text, " DE ", Some(json!("DE"))),
        (Text, " ", Some(Json::Null)),
        (Number, "-7", Some(json!(-7))),
        (Number, "7.5", None),
        (Decimal, "0.30", Some(json!("0.3"))),
        (Boolean, "TRUE", Some(json!(true))),
        (Boolean, "0", Some(json!(false))),
        (Boolean, "maybe", None),
        (Date, "2026-01-31", Some(json!("2026-01-31"))),
        (Date, "at noon", Some(json!("2026-03-10T12:00:00Z"))),
        (Date, "soon", None),
        (List, "vip; beta ;;VIP", Some(json!(["vip", "beta"]))),
        (List, "[\"a;b\", \"c\"]", Some(json!(["a;b", "c"]))),
        (List, "{vip,\"two words\"}", Some(json!(["vip", "two words"]))),
        (List, "[draft", None),
        (List, "[1, 2]", None),
        (List, "{vip", None),
        (Date, "9999-12-31", Some(json!("9999-12-31"))),
        (Date, "0001-01-01", None),
    ] {
        let instant = |text: &str| (text == "at noon").then(now);
        let read = AttributeValue::of_cell(&attribute(kind, &[]), cell, instant);
        let read = read.map(|value| value.map_or(Json::Null, |value| value.to_json())).ok();
        assert_eq!(read, expected, "{kind} {cell}");
    }
}

#[test]
fn attribute_options_are_stored_as_they_were_declared() {
    let country = attribute(AttributeType::Text, &["DE", "Österreich"]);
    let read = |text: &str| AttributeValue::of_json(&country, &json!(text)).map_err(|misfit| misfit.to_string());
    assert_eq!(read("de"), Ok(Some(AttributeValue::Text("DE".into()))));
    assert_eq!(read("ÖSTERREICH"), Ok(Some(AttributeValue::Text("Österreich".into()))));
    assert_eq!(read("ann@example.org"), Err("must be one of DE, Österreich".into()));
    let tags = attribute(AttributeType::List, &["a", "b"]);
    assert!(AttributeValue::of_json(&tags, &json!(["a", "c"])).is_err());
}

fn faults(declaration: &Json) -> Vec<String> {
    let read = read_one(declaration, "attribute");
    read.expect_err("faults").iter().map(ToString::to_string).collect()
}

#[test]
fn attribute_declarations_name_every_fault_with_its_path() {
    let declaration = json!({
        "key": "Trial-Ends", "label": " ", "type": "datetime", "options": ["a", "A", ""], "personal": "yes", "unit": 1
    });
    assert_eq!(
        faults(&declaration),
        [
            "attribute: expected only the keys key, label, type, options, personal, found the key \"unit\"",
            "attribute.key: expected 1 to 64 of the characters a to z, 0 to 9, and _, found a string",
            "attribute.label: expected a string of 1 to 256 characters, without line breaks, tabs, or invisible characters, found a string",
            "attribute.type: expected one of text, number, decimal, boolean, date, list, found a string",
            "attribute.options[1]: expected another option than those before it, found the same, but perhaps for its case",
            "attribute.options[2]: expected a string of 1 to 256 characters, without line breaks, tabs, or invisible characters, found an empty string",
            "attribute.personal: expected true or false, found a string",
        ]
    );
    assert_eq!(
        faults(&json!({"key": "a", "label": "A", "type": "date", "options": ["a"]})),
        ["attribute.options: expected no options: only text and list have them, found a list of 1"]
    );
    assert_eq!(faults(&json!({"type": "text"})).len(), 2);
    assert_eq!(faults(&json!(7)), ["attribute: expected an object with key, label and type, found a number"]);
}

#[test]
fn attribute_files_name_repeated_keys_and_more_than_200() {
    let one = |key: &str| json!({"key": key, "label": key, "type": "text"});
    let all: Vec<_> = (0..200).map(|n| one(&format!("k{n}"))).collect();
    assert_eq!(read_all(&all).expect("200").iter().len(), 200);
    let more: Vec<_> = all.iter().cloned().chain([one("k7"), one("k200")]).collect();
    let faults: Vec<_> = read_all(&more).expect_err("faults").iter().map(ToString::to_string).collect();
    assert_eq!(
        faults,
        [
            "attributes[200].key: expected a key that no other attribute has, found \"k7\" again",
            "attributes: expected at most 200 attributes, found 202",
        ]
    );
}

#[test]
fn attribute_type_never_changes_and_a_label_is_free() {
    let declared: Attributes = [attribute(AttributeType::Text, &[])].into_iter().collect();
    let renamed = Attribute { label: "Another".into(), ..attribute(AttributeType::Text, &["DE"]) };
    assert_eq!(check_change(&renamed, Some(AttributeType::Text), &declared), Ok(()));
    let fault = check_change(&attribute(AttributeType::List, &[]), Some(AttributeType::Text), &declared);
    let expected = "type: expected text, since the type of key cannot be changed, found list";
    assert_eq!(fault.expect_err("a fault").to_string(), expected);
    let numbered = |n| Attribute { key: AttributeKey::parse(&format!("k{n}")).expect("a key"), ..renamed.clone() };
    let full: Attributes = (0..200).map(numbered).collect();
    assert_eq!(check_change(&numbered(7), None, &full), Ok(()));
    assert!(check_change(&numbered(200), None, &full).is_err());
}

fn criteria(condition: &Json) -> Result<Criteria, String> {
    let attributes = attributes();
    let context = ParseContext { zone: Tz::UTC, segment_exists: &|_| true, attributes: &attributes };
    let definition = json!({"combineWith": "AND", "criteria": [condition]});
    parse_value(&definition, &context).map_err(|faults| faults.to_string())
}

#[test]
fn attribute_conditions_hold_by_the_type() {
    let moment = Moment { now: now(), zone: Tz::America__Sao_Paulo };
    for (key, value, condition, expected) in [
        ("text", json!("Straße"), json!({"operator": "equals", "value": "STRASSE"}), true),
        ("text", json!("Straße"), json!({"operator": "not_contains", "value": "ss"}), false),
        ("text", Json::Null, json!({"operator": "not_contains", "value": "ss"}), true),
        ("country", json!("de"), json!({"operator": "in", "value": ["de", "Straße"]}), true),
        ("country", json!("DE"), json!({"operator": "starts_with", "value": "d"}), true),
        ("country", Json::Null, json!({"operator": "not_in", "value": ["DE"]}), true),
        ("number", json!(7), json!({"operator": "between", "value": [7, 9]}), true),
        ("number", Json::Null, json!({"operator": "<", "value": 7}), false),
        ("number", Json::Null, json!({"operator": "not_equals", "value": 7}), true),
        ("decimal", json!("0.3"), json!({"operator": "equals", "value": "0.30"}), true),
        ("decimal", json!("0.3"), json!({"operator": ">", "value": 0.1}), true),
        ("boolean", json!(true), json!({"operator": "equals", "value": true}), true),
        ("boolean", json!(false), json!({"operator": "not_equals", "value": "true"}), true),
        ("boolean", Json::Null, json!({"operator": "equals", "value": false}), false),
        ("list", json!(["Vip", "beta"]), json!({"operator": "contains_any", "value": ["VIP", "x"]}), true),
        ("list", json!(["Vip", "beta"]), json!({"operator": "contains_all", "value": ["VIP", "x"]}), false),
        ("list", json!(["Vip", "beta"]), json!({"operator": "contains_none", "value": ["x"]}), true),
        ("list", Json::Null, json!({"operator": "contains_none", "value": ["x"]}), true),
        ("list", Json::Null, json!({"operator": "is_not_set"}), true),
        // A day begins in the zone, at 03:00 UTC here.
        ("date", json!("2026-03-10"), json!({"operator": "in_period", "value": "today"}), true),
        ("date", json!("2026-03-10"), json!({"operator": "<", "value": "2026-03-10T03:00:00Z"}), false),
        ("date", json!("2026-03-10"), json!({"operator": "<", "value": "2026-03-10T03:00:01Z"}), true),
        (
            "date",
            json!("2026-03-09T23:00:00Z"),
            json!({"operator": "between", "value": ["2026-03-09", "2026-03-09"]}),
            true,
        ),
        ("date", Json::Null, json!({"operator": "not_within_last", "value": "7d"}), true),
    ] {
        let declared = attributes();
        let attribute = declared.get(key).expect("an attribute");
        let mut facts = UserFacts::default();
        if let Some(value) = AttributeValue::of_json(attribute, &value).ok().flatten() {
            facts.set_attribute(attribute.key().clone(), AttributeFact::of(&value));
        }
        let mut condition = condition;
        condition["field"] = json!(attribute.field_name());
        let criteria = criteria(&condition).unwrap_or_else(|faults| panic!("{condition}: {faults}"));
        assert_eq!(criteria.holds(&facts, &std::collections::BTreeSet::new(), moment), expected, "{value} {condition}");
    }
}

#[test]
fn attribute_conditions_have_faults_like_others() {
    for (condition, expected) in [
        (json!({"field": "attr.x", "operator": "is_set"}), "field: expected a declared attribute, found \"attr.x\""),
        (
            json!({"field": "attr.list", "operator": "equals", "value": "a"}),
            "operator: expected one of contains_any, contains_all, contains_none, is_set, is_not_set, found \"equals\"",
        ),
        (
            json!({"field": "attr.country", "operator": "equals", "value": "FR"}),
            "value: expected one of DE, Straße, 50%_, O'Brien, found a string",
        ),
        (
            json!({"field": "attr.boolean", "operator": "in", "value": [true, 1]}),
            "value[1]: expected true or false, found the number 1",
        ),
        (
            json!({"field": "attr.decimal", "operator": "between", "value": ["2", "1.5"]}),
            "value: expected a list of two values in ascending order, found descending values",
        ),
        (
            json!({"field": "attr.text", "operator": "is_set", "within": "7d"}),
            ": expected only the keys field, operator, value, found the key \"within\"",
        ),
    ] {
        let dot = if expected.starts_with(':') { "" } else { "." };
        assert_eq!(criteria(&condition).expect_err("a fault"), format!("criteria[0]{dot}{expected}"), "{condition}");
    }
}

#[test]
fn attribute_conditions_are_described_by_label() {
    for (condition, expected) in [
        (
            json!({"field": "attr.country", "operator": "in", "value": ["DE", "Straße"]}),
            "“The text (” is one of “DE”, “Straße”",
        ),
        (json!({"field": "attr.decimal", "operator": ">=", "value": "1.50"}), "“The decimal (” is at least 1.5"),
        (json!({"field": "attr.boolean", "operator": "not_equals", "value": true}), "“The boolean (” is not true"),
        (
            json!({"field": "attr.trial_ends", "operator": "within_last", "value": "7d"}),
            "“The date (” within the last 7 days",
        ),
        (
            json!({"field": "attr.list", "operator": "contains_all", "value": ["a", "b"]}),
            "“The list (” contains all of “a”, “b”",
        ),
        (
            json!({"field": "attr.list", "operator": "contains_none", "value": ["a"]}),
            "“The list (” does not contain “a”",
        ),
    ] {
        assert_eq!(criteria(&condition).expect("a definition").describe(&SegmentNames::new()), expected);
    }
}

proptest! {
    #[test]
    fn attribute_values_survive_storing(values in attribute_values(now())) {
        for (key, value) in values {
            let kind = attributes().get(key.as_str()).expect("an attribute").kind();
            prop_assert_eq!(AttributeValue::stored(kind, &value.to_json()), Some(value.clone()));
            let fact = AttributeFact::of(&value);
            let text = match fact.to_json() {
                Json::String(text) => text,
                json => json.to_string(),
            };
            prop_assert_eq!(AttributeFact::read(kind, text), Some(fact));
        }
    }

    #[test]
    fn attribute_decimals_sort_as_text(one in -(10_i64.pow(17))..10_i64.pow(17), other in any::<i32>()) {
        let decimal = |number: i64| Decimal::parse(&format!("{}{}.{:02}", if number < 0 { "-" } else { "" }, (number / 100).abs(), (number % 100).abs()));
        let (one, other) = (decimal(one / 10).expect("a decimal"), decimal(other.into()).expect("a decimal"));
        prop_assert_eq!(one.sortable().cmp(&other.sortable()), one.cmp(&other));
        prop_assert_eq!(Decimal::parse(&one.to_string()), Some(one));
    }

    #[test]
    fn attribute_dates_sort_as_text(one in 0_i64..253_402_300_799_999_999, other in 0_i64..253_402_300_799_999_999) {
        let date = |micros| crate::criteria::Date::At(chrono::DateTime::from_timestamp_micros(micros).expect("an instant"));
        prop_assert_eq!(sortable_date(date(one)).cmp(&sortable_date(date(other))), one.cmp(&other));
    }
}

#[test]
fn attribute_days_begin_in_the_zone() {
    use std::ops::Bound::{Excluded, Included, Unbounded};
    let at = |text| parse_instant(text).expect("an instant");
    for (from, to, zone, expected) in [
        (
            Included(at("2026-03-10T00:00:00Z")),
            Included(at("2026-03-12T00:00:00Z")),
            Tz::UTC,
            ["2026-03-10", "2026-03-12"],
        ),
        (
            Excluded(at("2026-03-10T00:00:00Z")),
            Excluded(at("2026-03-12T00:00:00Z")),
            Tz::UTC,
            ["2026-03-11", "2026-03-11"],
        ),
        (Included(at("2026-03-10T00:00:00Z")), Unbounded, Tz::Asia__Tokyo, ["2026-03-11", "9999-12-31"]),
        (Unbounded, Excluded(at("2026-03-10T03:00:00Z")), Tz::America__Sao_Paulo, ["0001-01-01", "2026-03-09"]),
        // The day that Samoa left out begins with the next one.
        (Included(at("2011-12-30T10:00:00Z")), Unbounded, Tz::Pacific__Apia, ["2011-12-30", "9999-12-31"]),
    ] {
        let days = crate::period::InstantRange { from, to }.days(zone).map(|day| day.to_string());
        assert_eq!(days, expected, "{from:?} {to:?} {zone}");
    }
}
