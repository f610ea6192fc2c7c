//! Invalid definitions, with the exact messages.

use serde_json::{Value, json};

use super::{assert_condition_faults, assert_faults, read, read_one};
use crate::criteria::FIELDS;

#[test]
fn parse_faults_of_sets() {
    for (definition, expected) in [
        (json!(null), ["definition: expected an object with criteria and combineWith, found null"].as_slice()),
        (json!([]), &["definition: expected an object with criteria and combineWith, found an empty list"]),
        (
            json!({}),
            &[
                "combineWith: expected one of AND, OR, found nothing",
                "criteria: expected a list of at least one condition or set, found nothing",
            ],
        ),
        (
            json!({"combineWith": "and", "criteria": [], "not": "yes", "name": "x"}),
            &[
                "definition: expected only the keys combineWith, criteria, not, found the key \"name\"",
                "combineWith: expected one of AND, OR, found \"and\"",
                "not: expected true or false, found a string",
                "criteria: expected a list of at least one condition or set, found an empty list",
            ],
        ),
        (
            json!({"combineWith": "AND", "criteria": {"field": "plan"}}),
            &["criteria: expected a list of at least one condition or set, found an object"],
        ),
        (
            json!({"combineWith": "AND", "criteria": [7, "plan", null, [{}]]}),
            &[
                "criteria[0]: expected a condition or a set, found the number 7",
                "criteria[1]: expected a condition or a set, found a string",
                "criteria[2]: expected a condition or a set, found null",
                "criteria[3]: expected a condition or a set, found a list",
            ],
        ),
        (
            json!({"combineWith": "AND", "criteria": [
                {"criteria": [{"field": "level", "operator": "equals", "value": 1}]},
                {"not": true},
                {"combineWith": "OR", "criteria": [{"combineWith": "OR", "criteria": []}], "field": "plan"}]}),
            &[
                "criteria[0].combineWith: expected one of AND, OR, found nothing",
                "criteria[1].combineWith: expected one of AND, OR, found nothing",
                "criteria[1].criteria: expected a list of at least one condition or set, found nothing",
                "criteria[2]: expected only the keys combineWith, criteria, not, found the key \"field\"",
                "criteria[2].criteria[0].criteria: \
                 expected a list of at least one condition or set, found an empty list",
            ],
        ),
    ] {
        assert_faults(&definition, expected);
    }
}

const ALL_OPERATORS: &str = "equals, not_equals, in, not_in, >, <, >=, <=, between, within_last, not_within_last, \
                             in_period, contains, not_contains, starts_with, ends_with, contains_any, contains_all, contains_none, \
                             is_set, is_not_set";

#[test]
fn parse_faults_of_fields_and_operators() {
    let all_fields = FIELDS.iter().map(|spec| spec.name).collect::<Vec<_>>().join(", ");
    for (condition, expected) in [
        (
            json!({}),
            vec![
                format!(".field: expected one of {all_fields}, found nothing"),
                format!(".operator: expected one of {ALL_OPERATORS}, found nothing"),
            ],
        ),
        (
            json!({"field": "Plan", "operator": "=", "value": 1, "colour": 2}),
            vec![
                format!(".field: expected one of {all_fields}, found \"Plan\""),
                format!(".operator: expected one of {ALL_OPERATORS}, found \"=\""),
                ": expected only the keys field, operator, value, within, provider, certification, name, currency, minAmount, \
                 basis, found the key \"colour\""
                    .into(),
            ],
        ),
        (
            json!({"field": "plan", "operator": "contains", "value": "PRO", "within": "1h"}),
            vec![
                ".operator: expected one of equals, not_equals, in, not_in, found \"contains\"".into(),
                ": expected only the keys field, operator, value, found the key \"within\"".into(),
            ],
        ),
        (
            json!({"field": "firstName", "operator": 7, "value": ""}),
            vec![
                ".operator: expected one of equals, not_equals, contains, not_contains, starts_with, ends_with, \
                 is_set, is_not_set, found the number 7"
                    .into(),
            ],
        ),
        (
            json!({"field": "createdAt", "operator": "is_set"}),
            vec![
                ".operator: expected one of >, <, between, within_last, not_within_last, in_period, found \"is_set\""
                    .into(),
            ],
        ),
        (
            json!({"field": "lastQuizAt", "operator": "is_set", "value": true}),
            vec![".value: expected no value with is_set, found true".into()],
        ),
        (
            json!({"field": "lastName", "operator": "is_not_set", "value": null}),
            vec![".value: expected no value with is_not_set, found null".into()],
        ),
    ] {
        assert_condition_faults(&condition, &expected.iter().map(String::as_str).collect::<Vec<_>>());
    }
}

#[test]
fn parse_faults_of_numbers() {
    const ANY: &str = ".value: expected an integer in the signed 64-bit range, found";
    for (value, found) in [
        ("7.5", "the number 7.5"),
        ("7.0", "the number 7.0"),
        ("1e3", "the number 1000.0"),
        ("9223372036854775808", "the number 9223372036854775808"),
        ("-9223372036854775809", "the number -9.223372036854776e+18"),
        ("\"7\"", "a string"),
        ("null", "null"),
        ("[7]", "a list"),
    ] {
        let value: Value = serde_json::from_str(value).expect("JSON");
        let condition = json!({"field": "level", "operator": ">", "value": value});
        assert_condition_faults(&condition, &[&format!("{ANY} {found}")]);
    }
    let condition =
        |field: &str, operator: &str, value: Value| json!({"field": field, "operator": operator, "value": value});
    for (condition, expected) in [
        (json!({"field": "level", "operator": ">"}), &[format!("{ANY} nothing").as_str()] as &[&str]),
        (condition("awsShare", ">=", json!(101)), &[".value: expected an integer from 0 to 100, found the number 101"]),
        (
            condition("randomBucket", "equals", json!(-1)),
            &[".value: expected an integer from 0 to 99, found the number -1"],
        ),
        (
            condition("quizAttempts", "<", json!(-1)),
            &[".value: expected an integer of at least 0, found the number -1"],
        ),
        (
            condition("level", "between", json!([10, 5])),
            &[".value: expected a list of two values in ascending order, found descending values"],
        ),
        (
            condition("createdAt", "between", json!(["2026-01-02", "2026-01-01"])),
            &[".value: expected a list of two values in ascending order, found descending values"],
        ),
        (
            condition("level", "between", json!(5)),
            &[".value: expected a list of two values, from and to, found the number 5"],
        ),
        (
            condition("level", "between", json!([])),
            &[".value: expected a list of two values, from and to, found an empty list"],
        ),
        (
            condition("level", "between", json!([1, 2, 3])),
            &[".value: expected a list of two values, from and to, found a list of 3"],
        ),
        (
            condition("awsShare", "between", json!([-1, "b"])),
            &[
                ".value[0]: expected an integer from 0 to 100, found the number -1",
                ".value[1]: expected an integer from 0 to 100, found a string",
            ],
        ),
    ] {
        assert_condition_faults(&condition, expected);
    }
}

#[test]
fn parse_faults_of_texts_do_not_repeat_the_text() {
    const TEXT: &str = ".value: expected a string of 1 to 256 characters without NUL, found";
    for (value, found) in [
        (json!(""), "an empty string"),
        (json!("ß".repeat(257)), "a string of 257 characters"),
        (json!("a\0b"), "a string with a NUL character"),
        (json!(7), "the number 7"),
        (json!({}), "an object"),
    ] {
        for operator in ["equals", "not_equals", "contains", "not_contains", "starts_with", "ends_with"] {
            let condition = json!({"field": "email", "operator": operator, "value": value});
            assert_condition_faults(&condition, &[&format!("{TEXT} {found}")]);
        }
    }
    read_one(&json!({"field": "email", "operator": "contains", "value": "ß".repeat(256)}));
}

#[test]
fn parse_faults_of_lists_and_names() {
    let many: Vec<_> = (0..1001).map(|_| "PRO").collect();
    for (condition, expected) in [
        (
            json!({"field": "plan", "operator": "equals", "value": "GOLD"}),
            [".value: expected one of FREE, PRO, PREMIUM, found \"GOLD\""].as_slice(),
        ),
        (
            json!({"field": "plan", "operator": "in", "value": ["PRO", "GOLD", 1, ""]}),
            &[
                ".value[1]: expected one of FREE, PRO, PREMIUM, found \"GOLD\"",
                ".value[2]: expected one of FREE, PRO, PREMIUM, found the number 1",
                ".value[3]: expected one of FREE, PRO, PREMIUM, found an empty string",
            ],
        ),
        (
            json!({"field": "plan", "operator": "in", "value": "PRO"}),
            &[".value: expected a list of 1 to 1000 plans, found a string"],
        ),
        (
            json!({"field": "plan", "operator": "not_in", "value": []}),
            &[".value: expected a list of 1 to 1000 plans, found an empty list"],
        ),
        (
            json!({"field": "plan", "operator": "in", "value": many}),
            &[".value: expected a list of 1 to 1000 plans, found a list of 1001"],
        ),
        (
            json!({"field": "segment", "operator": "in", "value": ["plan:pro", "active", "custom:1", "plan:a@b.c"]}),
            &[
                ".value[1]: expected a segment such as \"lifecycle:active\", found \"active\"",
                ".value[2]: expected an existing segment, found \"custom:1\"",
                ".value[3]: expected an existing segment, found a string",
            ],
        ),
        (
            json!({"field": "lastQuizAt", "operator": "in_period", "value": "next_week"}),
            &[".value: expected one of today, this_week, this_month, last_month, found \"next_week\""],
        ),
        (
            json!({"field": "lastQuizAt", "operator": "within_last", "value": "7 days"}),
            &[".value: expected a duration such as \"7d\", \"12h\", or \"30m\", up to \"36500d\", found a string"],
        ),
        (
            json!({"field": "quizAttempts", "operator": ">=", "value": "3", "within": "0d", "provider": "IBM",
                   "certification": ""}),
            &[
                ".value: expected an integer of at least 0, found a string",
                ".within: expected a duration such as \"7d\", \"12h\", or \"30m\", up to \"36500d\", found a string",
                ".provider: expected one of AWS, Azure, GCP, Other, found \"IBM\"",
                ".certification: expected a string of 1 to 256 characters without NUL, found an empty string",
            ],
        ),
        (
            json!({"field": "quizAttempts", "operator": ">=", "value": 3, "within": null, "provider": null}),
            &[
                ".within: expected a duration such as \"7d\", \"12h\", or \"30m\", up to \"36500d\", found null",
                ".provider: expected one of AWS, Azure, GCP, Other, found null",
            ],
        ),
        (
            json!({"field": "events", "operator": ">=", "value": -1, "name": "page view", "within": 7, "currency": "EUR"}),
            &[
                ": expected only the keys field, operator, value, name, within, found the key \"currency\"",
                ".value: expected an integer of at least 0, found the number -1",
                ".within: expected a duration such as \"7d\", \"12h\", or \"30m\", up to \"36500d\", found the number 7",
                ".name: expected a name of 1 to 64 of the characters a-z, 0-9, \"_\", \".\" and \"-\", found a string",
            ],
        ),
        (
            json!({"field": "purchases", "operator": ">=", "value": 1, "minAmount": 2900}),
            &[".currency: expected the currency of minAmount, found nothing"],
        ),
        (
            json!({"field": "totalSpent", "operator": ">", "value": 29.5, "basis": "both"}),
            &[
                ".value: expected an integer in the signed 64-bit range, found the number 29.5",
                ".currency: expected an ISO 4217 code such as \"EUR\", found nothing",
                ".basis: expected one of net, gross, found \"both\"",
            ],
        ),
    ] {
        assert_condition_faults(&condition, expected);
    }
}

#[test]
fn parse_faults_shorten_and_escape_names_and_hide_addresses() {
    for (name, found) in [
        ("a\u{1b}[31m\n\u{202e}\"", r#""a\u{1b}[31m\n\u{202e}\"""#.to_owned()),
        (&"ä".repeat(90), format!("\"{}…\"", "ä".repeat(80))),
        ("anna@example.com", "a string".into()),
    ] {
        let condition = json!({"field": "plan", "operator": "equals", "value": name});
        let expected = format!(".value: expected one of FREE, PRO, PREMIUM, found {found}");
        assert_condition_faults(&condition, &[&expected]);
    }
    // The longest key of a segment is not cut.
    let key = format!("certification:{}", "x".repeat(64));
    let condition = json!({"field": "segment", "operator": "in", "value": [key]});
    let expected = format!(".value[0]: expected an existing segment, found \"{key}\"");
    assert_condition_faults(&condition, &[&expected]);
    let condition = json!({"field": "plan", "operator": "equals", "value": "PRO", "anna@example.com": 1});
    assert_condition_faults(&condition, &[": expected only the keys field, operator, value, found another key"]);
}

#[test]
fn parse_faults_are_all_in_the_message() {
    let faults = read(&json!({"combineWith": "XOR", "criteria": []})).expect_err("two faults");
    assert_eq!(
        faults.to_string(),
        "combineWith: expected one of AND, OR, found \"XOR\"; \
         criteria: expected a list of at least one condition or set, found an empty list"
    );
}
