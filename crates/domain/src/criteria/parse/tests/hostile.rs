//! The limits, and hostile input.

use serde_json::{Map, Value, json};

use super::{Criteria, Faults, Limits, assert_faults, context, of_one, parse, parse_value, read};

fn good_condition() -> Value {
    json!({"field": "level", "operator": ">", "value": 1})
}

/// Nested sets, the innermost with one condition.
fn nested(depth: usize) -> Value {
    (0..depth).fold(good_condition(), |item, _| {
        // Moved, not copied: copying recurses.
        let mut set = json!({"combineWith": "AND"});
        set["criteria"] = Value::Array(vec![item]);
        set
    })
}

#[test]
fn parse_limits_are_exact() {
    let of_many = |count: usize| json!({"combineWith": "OR", "criteria": vec![good_condition(); count]});
    assert!(read(&nested(8)).is_ok());
    assert_faults(
        &nested(9),
        &["criteria[0].criteria[0].criteria[0].criteria[0].criteria[0].criteria[0].criteria[0].criteria[0]: \
           expected sets nested at most 8 deep, found a set at depth 9"],
    );
    assert!(read(&of_many(100)).is_ok());
    assert_faults(&of_many(101), &["definition: expected at most 100 conditions, found 101 conditions"]);
    let halves = json!({"combineWith": "OR", "criteria": [of_many(50), of_many(51)]});
    assert_faults(&halves, &["definition: expected at most 100 conditions, found 101 conditions"]);
    // The list includes faults before the limit.
    let mut bad = of_many(102);
    bad["criteria"][0]["value"] = json!("x");
    bad["criteria"][101]["value"] = json!("x");
    assert_faults(
        &bad,
        &[
            "criteria[0].value: expected an integer in the signed 64-bit range, found a string",
            "definition: expected at most 100 conditions, found 102 conditions",
        ],
    );
}

#[test]
fn parse_limits_the_size_of_text_and_value() {
    let good = of_one(&good_condition()).to_string();
    let padded = |length: usize| format!("{good}{}", " ".repeat(length - good.len()));
    assert!(parse(&padded(65_536), &context()).is_ok());
    let expected = "definition: expected at most 65536 bytes of JSON, found";
    let message = |read: Result<Criteria, Faults>| read.expect_err("too long").to_string();
    assert_eq!(message(parse(&padded(65_537), &context())), format!("{expected} 65537 bytes"));
    let plans = vec!["PREMIUM"; 1000];
    let condition = json!({"field": "plan", "operator": "in", "value": plans});
    let value = json!({"combineWith": "OR", "criteria": vec![condition; 10]});
    let bytes = value.to_string().len();
    assert_eq!(message(parse_value(&value, &context())), format!("{expected} {bytes} bytes"));
}

#[test]
fn parse_refuses_malicious_text_with_a_helpful_fault() {
    let too_long = |bytes: usize| format!("definition: expected at most 65536 bytes of JSON, found {bytes} bytes");
    let opening = r#"{"combineWith":"AND","criteria":["#;
    for (json, expected) in [
        (
            "[".repeat(10_000),
            "definition: expected sets nested at most 8 deep, found JSON nested much deeper".to_owned(),
        ),
        (
            opening.repeat(1_500),
            "definition: expected sets nested at most 8 deep, found JSON nested much deeper".into(),
        ),
        (opening.repeat(10_000), too_long(10_000 * opening.len())),
        (format!("\"{}\"", "a".repeat(10_000_000)), too_long(10_000_002)),
        (format!("[{}1]", "1,".repeat(100_000)), too_long(200_003)),
        (
            format!("{opening}{}1]}}", "1,".repeat(30_000)),
            (0..100)
                .map(|n| format!("criteria[{n}]: expected a condition or a set, found the number 1; "))
                .collect::<String>()
                + "definition: expected at most 100 conditions, found 30001 conditions",
        ),
        (
            "{\n  \"secret\" \"x\"}".into(),
            "definition: expected valid JSON, found a syntax error at line 2, column 12".into(),
        ),
        (String::new(), "definition: expected valid JSON, found a syntax error at line 1, column 0".into()),
        (r#""\ud800""#.into(), "definition: expected valid JSON, found a syntax error at line 1, column 8".into()),
        ("1e999".into(), "definition: expected valid JSON, found a syntax error at line 1, column 5".into()),
    ] {
        let faults = parse(&json, &context()).expect_err("hostile");
        assert_eq!(faults.to_string(), expected, "{:.60}", json);
    }
}

#[test]
fn parse_refuses_malicious_values_with_a_helpful_fault() {
    let wide = json!({"combineWith": "AND", "criteria": vec![json!({}); 100_000]});
    let faults = parse_value(&wide, &context()).expect_err("too many");
    assert_eq!(faults.as_slice().len(), 201);
    assert_eq!(
        faults.as_slice()[200].to_string(),
        "definition: expected at most 100 conditions, found 100000 conditions"
    );

    let empty_sets = json!({"combineWith": "AND", "criteria": vec![json!({"criteria": []}); 100_000]});
    let faults = parse_value(&empty_sets, &context()).expect_err("too many");
    assert!(faults.as_slice().len() <= 202, "{}", faults.as_slice().len());

    let keys: Map<_, _> = (0..100_000).map(|n| (format!("key{n}"), Value::Null)).collect();
    let faults = parse_value(&keys.into(), &context()).expect_err("unknown keys");
    assert_eq!(faults.as_slice().len(), Limits::FAULTS + 1);
    assert_eq!(
        faults.as_slice()[Limits::FAULTS].to_string(),
        "definition: expected at most 1000 faults, found more (not listed)"
    );

    let deep = nested(10_000);
    let faults = parse_value(&deep, &context()).expect_err("too deep");
    // Dropping such a deep value recurses in the library.
    std::mem::forget(deep);
    assert_eq!(faults.as_slice().len(), 1);
    assert_eq!(faults.as_slice()[0].found, "a set at depth 9");
}

/// The Big List of Naughty Strings, where available.
fn naughty_strings() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/blns/blns.json");
    let Ok(json) = std::fs::read_to_string(path) else {
        #[expect(clippy::print_stderr, reason = "people who read the output of the test must know that it did nothing")]
        {
            eprintln!("skipped: there is no {path}");
        }
        return Vec::new();
    };
    serde_json::from_str(&json).expect("a list of strings")
}

#[test]
fn parse_reads_or_refuses_naughty_strings_anywhere() {
    for naughty in naughty_strings() {
        let _ = parse(&naughty, &context());
        let text = read(&of_one(&json!({"field": "firstName", "operator": "contains", "value": naughty})));
        let is_text = !naughty.is_empty() && naughty.chars().count() <= 256 && !naughty.contains('\0');
        assert_eq!(text.is_ok(), is_text, "{naughty:?}");
        if let Ok(criteria) = text {
            assert_eq!(read(&criteria.to_json()), Ok(criteria));
        }
        for condition in [
            json!({"field": naughty, "operator": naughty, "value": naughty}),
            json!({"field": "plan", "operator": "equals", "value": naughty}),
            json!({"field": "level", "operator": "equals", "value": naughty}),
            json!({"field": "createdAt", "operator": ">", "value": naughty}),
            json!({"field": "createdAt", "operator": "within_last", "value": naughty}),
            json!({"field": "createdAt", "operator": "in_period", "value": naughty}),
            json!({"field": "segment", "operator": "in", "value": [naughty]}),
            json!({"field": "quizAttempts", "operator": ">", "value": 1, "provider": naughty}),
            json!({"combineWith": naughty, "criteria": naughty, "not": naughty}),
            json!({naughty.as_str(): naughty}),
        ] {
            let faults = read(&of_one(&condition)).expect_err("naughty");
            assert!(!faults.to_string().chars().any(char::is_control), "{naughty:?}");
        }
    }
}
