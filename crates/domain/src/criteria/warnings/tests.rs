use chrono_tz::Tz;
use serde_json::{Value as Json, json};

use crate::{
    criteria::{ParseContext, SegmentNames, arbitrary::attributes, parse_value},
    system_segments::catalogue,
};

/// As `path: message`.
fn warnings(definition: &Json) -> Vec<String> {
    let context = ParseContext { zone: Tz::UTC, segment_exists: &|_| true, attributes: &attributes() };
    let criteria = parse_value(definition, &context).unwrap_or_else(|faults| panic!("{definition}: {faults}"));
    criteria
        .warnings(&SegmentNames::new(), Tz::UTC)
        .iter()
        .map(|warning| format!("{}: {}", warning.path, warning.message))
        .collect()
}

fn set(combine: &str, criteria: &[Json]) -> Json {
    json!({"combineWith": combine, "criteria": criteria})
}

fn not(criteria: &[Json]) -> Json {
    json!({"combineWith": "AND", "criteria": criteria, "not": true})
}

fn test(field: &str, operator: &str, value: impl Into<Json>) -> Json {
    json!({"field": field, "operator": operator, "value": value.into()})
}

fn pro() -> Json {
    test("plan", "equals", "PRO")
}

#[test]
fn warnings_of_system_segments_are_none() {
    for segment in catalogue() {
        assert_eq!(segment.criteria.warnings(&SegmentNames::new(), Tz::UTC), [], "{}", segment.key);
    }
}

#[test]
fn warnings_of_single_conditions() {
    for (condition, expected) in [
        (test("level", ">=", 0), "Everyone matches: “level is at least 0” holds for everyone"),
        (test("level", "<", 0), "Nobody matches: “level is less than 0” holds for nobody"),
        (test("currentStreak", "not_equals", -1), "Everyone matches: “current streak is not -1” holds for everyone"),
        (
            test("totalPoints", ">", i64::MAX),
            "Nobody matches: “total points are more than 9223372036854775807” holds for nobody",
        ),
        (test("awsShare", ">", 100), "Nobody matches: “more than 100% of recent quizzes are AWS” holds for nobody"),
        (
            test("randomBucket", "between", vec![0, 99]),
            "Everyone matches: “random bucket is from 0 to 99” holds for everyone",
        ),
        (test("quizAttempts", ">=", 0), "Everyone matches: “at least 0 quizzes” holds for everyone"),
    ] {
        assert_eq!(warnings(&set("AND", std::slice::from_ref(&condition))), [format!(": {expected}")]);
        let beside = [pro(), test("totalPoints", ">", 3), set("OR", &[condition, pro()])];
        let found = warnings(&set("OR", &beside));
        assert!(found.len() == 1 && found[0].ends_with(&expected[expected.find(':').expect("a colon")..]), "{found:?}");
    }
}

#[test]
fn warnings_are_not_raised_for_what_can_change() {
    for condition in [
        test("totalPoints", ">=", 0),
        test("level", ">=", 1),
        test("level", "between", vec![5, 5]),
        // Users without attempts do not match.
        test("awsShare", ">=", 0),
        test("awsShare", "<=", 100),
        // A user may have another plan.
        test("plan", "in", vec!["FREE", "PRO", "PREMIUM"]),
        test("createdAt", "<", "9999-12-31"),
        set("AND", &[test("level", ">", 3), test("level", "<", 5)]),
        set("OR", &[test("awsShare", ">=", 10), test("awsShare", "<", 10)]),
        set("AND", &[test("firstName", "contains", "ab"), test("firstName", "not_contains", "abc")]),
        set("AND", &[test("firstName", "starts_with", "a"), test("firstName", "starts_with", "ab")]),
        set("AND", &[test("lastQuizAt", "within_last", "7d"), test("lastQuizAt", "not_within_last", "1d")]),
        set("AND", &[test("lastQuizAt", "within_last", "1d"), test("lastQuizAt", "<", "2020-01-01")]),
        set("AND", &[test("segment", "in", vec!["plan:pro"]), test("segment", "in", vec!["plan:free"])]),
        // An hour and a day count different attempts.
        set(
            "AND",
            &[
                json!({"field": "quizAttempts", "operator": ">", "value": 3, "within": "1d"}),
                json!({"field": "quizAttempts", "operator": "<", "value": 3, "within": "1h"}),
            ],
        ),
    ] {
        assert_eq!(warnings(&set("AND", std::slice::from_ref(&condition))), Vec::<String>::new(), "{condition}");
    }
}

#[test]
fn warnings_of_attributes_take_their_values_into_account() {
    let both = |one: Json, other: Json| set("AND", &[one, other]);
    let either = |one: Json, other: Json| set("OR", &[one, other]);
    for definition in [
        both(test("attr.number", ">", 10), test("attr.number", "<", 5)),
        both(test("attr.decimal", ">", "1.5"), test("attr.decimal", "<=", "1.5")),
        both(test("attr.boolean", "equals", true), test("attr.boolean", "equals", false)),
        both(test("attr.country", "equals", "DE"), test("attr.country", "in", vec!["Straße", "50%_"])),
        both(test("attr.text", "starts_with", "ab"), test("attr.text", "starts_with", "b")),
        both(test("attr.date", ">", "2026-02-01"), test("attr.date", "<", "2026-01-01")),
        both(json!({"field": "attr.number", "operator": "is_not_set"}), test("attr.number", ">=", 0)),
        either(
            json!({"field": "attr.date", "operator": "is_not_set"}),
            json!({"field": "attr.date", "operator": "is_set"}),
        ),
        both(
            json!({"field": "totalSpent", "operator": ">", "value": 5, "currency": "EUR"}),
            json!({"field": "totalSpent", "operator": "<", "value": 5, "currency": "EUR"}),
        ),
    ] {
        assert_eq!(warnings(&definition).len(), 1, "{definition}");
    }
    for definition in [
        both(test("attr.decimal", ">", "1.5"), test("attr.decimal", "<", "1.50001")),
        // A user may have no value.
        either(test("attr.number", ">=", 0), test("attr.number", "<", 0)),
        either(test("attr.boolean", "equals", true), test("attr.boolean", "equals", false)),
        both(
            test("attr.country", "not_equals", "DE"),
            test("attr.country", "not_in", vec!["Straße", "50%_", "O'Brien"]),
        ),
        both(
            json!({"field": "totalSpent", "operator": ">", "value": 5, "currency": "EUR"}),
            json!({"field": "totalSpent", "operator": "<", "value": 5, "currency": "JPY"}),
        ),
    ] {
        assert_eq!(warnings(&definition), Vec::<String>::new(), "{definition}");
    }
}

#[test]
fn warnings_of_contradictions_and_tautologies_in_a_set() {
    for (definition, expected) in [
        (
            set("AND", &[test("currentStreak", ">", 7), pro(), test("currentStreak", "<", 3)]),
            "Nobody matches: “current streak is more than 7” and “current streak is less than 3” cannot both hold",
        ),
        (
            set("OR", &[test("plan", "in", vec!["FREE", "PRO"]), test("plan", "not_in", vec!["FREE", "PRO"])]),
            "Everyone matches: one of “plan is one of FREE, PRO”, “plan is none of FREE, PRO” always holds",
        ),
        (
            set(
                "AND",
                &[
                    test("level", ">", 3),
                    test("level", "<", 6),
                    test("level", "not_equals", 4),
                    test("level", "not_equals", 5),
                ],
            ),
            "Nobody matches: “level is more than 3”, “level is less than 6”, “level is not 4”, “level is not 5” \
             cannot all hold",
        ),
        (
            set("AND", &[test("createdAt", ">", "2026-01-01"), test("createdAt", "<", "2025-01-01")]),
            "Nobody matches: “sign-up after Jan 1, 2026” and “sign-up before Jan 1, 2025” \
             cannot both hold",
        ),
        (
            set("AND", &[test("lastQuizAt", "within_last", "7d"), test("lastQuizAt", "not_within_last", "30d")]),
            "Nobody matches: “last quiz within the last 7 days” and “last quiz not within the last 30 days” \
             cannot both hold",
        ),
        (
            set(
                "AND",
                &[json!({"field": "lastQuizAt", "operator": "is_not_set"}), test("lastQuizAt", "in_period", "today")],
            ),
            "Nobody matches: “last quiz is not set” and “last quiz today” cannot both hold",
        ),
        (
            set("AND", &[test("email", "equals", "ann@x.org"), test("email", "ends_with", "@Y.ORG")]),
            "Nobody matches: “email address is ‘ann@x.org’” and “email address ends with ‘@Y.ORG’” \
             cannot both hold",
        ),
        (
            set("AND", &[test("lastName", "starts_with", "a"), test("lastName", "starts_with", "b")]),
            "Nobody matches: “last name starts with ‘a’” and “last name starts with ‘b’” cannot both hold",
        ),
        (
            set("AND", &[test("lastName", "contains", "ABC"), test("lastName", "not_contains", "b")]),
            "Nobody matches: “last name contains ‘ABC’” and “last name does not contain ‘b’” cannot both hold",
        ),
        (
            set(
                "AND",
                &[test("segment", "in", vec!["plan:pro"]), test("segment", "not_in", vec!["plan:free", "plan:pro"])],
            ),
            "Nobody matches: “in segment Pro Users” and “in none of the segments Free Users, Pro Users” cannot both hold",
        ),
    ] {
        assert_eq!(warnings(&definition), [format!(": {expected}")], "{definition}");
        // The negation is the opposite, at the same path.
        let always = expected.starts_with("Everyone");
        let context = ParseContext { zone: Tz::UTC, segment_exists: &|_| true, attributes: &attributes() };
        let around =
            set("OR", &[set("AND", &[pro(), not(std::slice::from_ref(&definition)), test("level", ">", 1)]), pro()]);
        let found = parse_value(&around, &context).expect("a definition").warnings(&SegmentNames::new(), Tz::UTC);
        let expected = if always { "criteria[0]" } else { "criteria[0].criteria[1]" };
        assert_eq!(found.iter().map(|one| (one.path.as_str(), one.always)).collect::<Vec<_>>(), [(expected, !always)]);
    }
}

#[test]
fn warnings_of_nested_sets() {
    let (more, less) = (test("level", ">", 7), test("level", "<", 3));
    let streak = test("currentStreak", ">", 1);
    for (definition, expected) in [
        // AND within AND is one AND.
        (set("AND", &[more.clone(), set("AND", &[pro(), less.clone()])]), vec![("", false)]),
        // NOT (a OR b) is NOT a AND NOT b.
        (
            set("AND", &[json!({"combineWith": "OR", "not": true, "criteria": [more, pro()]}), test("level", ">", 8)]),
            vec![("", false)],
        ),
        // x OR NOT x, for an x of several fields.
        (set("OR", &[set("AND", &[pro(), streak.clone()]), not(&[pro(), streak.clone()])]), vec![("", true)]),
        // The same level in unrelated branches.
        (set("OR", &[set("AND", &[more.clone(), pro()]), set("AND", &[less.clone(), streak.clone()])]), vec![]),
        // Two mistakes at their paths; the parts of the first are not listed.
        (
            set(
                "OR",
                &[
                    set("AND", &[more.clone(), less.clone(), test("awsShare", ">", 100)]),
                    pro(),
                    set("AND", &[streak.clone(), test("level", ">=", 0)]),
                ],
            ),
            vec![("criteria[0]", false), ("criteria[2].criteria[1]", true)],
        ),
        // All parts are constant, so the whole is.
        (set("OR", &[set("AND", &[more, less]), test("quizCount", "<", 0)]), vec![("", false)]),
    ] {
        let context = ParseContext { zone: Tz::UTC, segment_exists: &|_| true, attributes: &attributes() };
        let found = parse_value(&definition, &context).expect("a definition").warnings(&SegmentNames::new(), Tz::UTC);
        assert_eq!(
            found.iter().map(|one| (one.path.as_str(), one.always)).collect::<Vec<_>>(),
            expected,
            "{definition}"
        );
    }
}

/// The number of cells stays bounded in the largest definitions whose conditions all share a subject.
#[test]
fn warnings_of_the_largest_definitions_are_found_in_time() {
    let numbers: Vec<_> = (0..100).map(|n| test("totalPoints", "not_equals", n * 10)).collect();
    let dates: Vec<_> = (1..100).map(|n| test("lastQuizAt", "within_last", format!("{n}d"))).collect();
    let texts: Vec<_> = (0..100).map(|n| test("lastName", "not_equals", format!("name {n}"))).collect();
    for conditions in [numbers, dates, texts] {
        let mut definition = set("AND", &conditions);
        for _ in 0..6 {
            definition = set("OR", &[definition]);
        }
        assert_eq!(warnings(&set("AND", &[definition])), Vec::<String>::new());
    }
}
