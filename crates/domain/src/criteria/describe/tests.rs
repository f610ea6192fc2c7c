use chrono_tz::Tz;

use super::SegmentNames;
use crate::attribute::Attributes;
use crate::{
    criteria::{ParseContext, parse},
    system_segments::{SystemSegment, catalogue},
};

/// Names one custom segment.
fn names() -> SegmentNames {
    [("custom:7".parse().expect("a key"), "7 \"days\"".to_owned())].into()
}

#[test]
fn describe_system_segments() {
    let describe = |segment: &SystemSegment| (segment.key.to_string(), segment.criteria.describe(&names()));
    let sentences: Vec<_> = catalogue().iter().map(describe).collect();
    let expected = [
        ("plan:free", "plan is FREE"),
        ("plan:pro", "plan is PRO"),
        ("plan:premium", "plan is PREMIUM"),
        ("lifecycle:new", "sign-up within the last 7 days"),
        ("lifecycle:active", "sign-up not within the last 7 days and last activity within the last 7 days"),
        (
            "lifecycle:inactive",
            "sign-up not within the last 7 days \
             and ((last activity within the last 30 days and last activity not within the last 7 days) \
             or (last activity is not set and sign-up within the last 30 days))",
        ),
        (
            "lifecycle:churned",
            "sign-up not within the last 7 days \
             and ((last activity is set and last activity not within the last 30 days) \
             or (last activity is not set and sign-up not within the last 30 days))",
        ),
        ("behavior:power_users", "quiz count is at least 50"),
        ("behavior:casual", "quiz count is from 1 to 10"),
        ("behavior:streak_7", "current streak is at least 7"),
        ("certification:aws_focus", "at least 60% of recent quizzes are AWS"),
        ("certification:azure_focus", "at least 60% of recent quizzes are Azure"),
        ("certification:gcp_focus", "at least 60% of recent quizzes are GCP"),
    ];
    assert_eq!(sentences, expected.map(|(key, words)| (key.into(), words.into())));
}

fn words(json: &str) -> String {
    let context = ParseContext { zone: Tz::UTC, segment_exists: &|_| true, attributes: Attributes::none() };
    parse(json, &context).unwrap_or_else(|faults| panic!("{json}: {faults}")).describe(&names())
}

#[test]
fn describe_conditions() {
    for (condition, expected) in [
        (r#""field": "plan", "operator": "not_equals", "value": "PRO""#, "plan is not PRO"),
        (r#""field": "plan", "operator": "in", "value": ["FREE", "PRO"]"#, "plan is one of FREE, PRO"),
        (r#""field": "plan", "operator": "not_in", "value": ["FREE", "PRO"]"#, "plan is none of FREE, PRO"),
        (r#""field": "totalPoints", "operator": ">", "value": 5000"#, "total points are more than 5000"),
        (r#""field": "level", "operator": "equals", "value": 3"#, "level is 3"),
        (r#""field": "level", "operator": "not_equals", "value": 3"#, "level is not 3"),
        (r#""field": "randomBucket", "operator": "<", "value": 50"#, "random bucket is less than 50"),
        (
            r#""field": "gcpShare", "operator": "between", "value": [10, 20]"#,
            "from 10 to 20% of recent quizzes are GCP",
        ),
        (r#""field": "createdAt", "operator": "<", "value": "2026-01-01""#, "sign-up before Jan 1, 2026"),
        (
            r#""field": "createdAt", "operator": "between", "value": ["2026-01-01", "2026-01-31T12:30:00.5Z"]"#,
            "sign-up from Jan 1, 2026 to Jan 31, 2026, 12:30:00.500 UTC",
        ),
        (r#""field": "createdAt", "operator": "in_period", "value": "today""#, "sign-up today"),
        (r#""field": "lastQuizAt", "operator": "in_period", "value": "last_month""#, "last quiz last month"),
        (r#""field": "lastQuizAt", "operator": "is_set""#, "last quiz is set"),
        (r#""field": "firstName", "operator": "is_not_set""#, "first name is not set"),
        (r#""field": "firstName", "operator": "equals", "value": "a \"b\" \\""#, r#"first name is “a "b" \”"#),
        (
            r#""field": "email", "operator": "ends_with", "value": "@example.com""#,
            "email address ends with “@example.com”",
        ),
        (
            r#""field": "quizAttempts", "operator": ">=", "value": 3, "provider": "AWS", "within": "1h""#,
            "at least 3 AWS quizzes in the last 1 hour",
        ),
        (r#""field": "quizAttempts", "operator": "<", "value": 1"#, "fewer than 1 quiz"),
        (
            r#""field": "quizAttempts", "operator": "equals", "value": 0, "certification": "AZ-104""#,
            "exactly 0 quizzes of “AZ-104”",
        ),
        (
            r#""field": "quizAttempts", "operator": "not_equals", "value": 2, "provider": "other""#,
            "other than 2 other-provider quizzes",
        ),
        (
            r#""field": "events", "operator": ">=", "value": 3, "name": "Login", "within": "7d""#,
            "at least 3 “login” events in the last 7 days",
        ),
        (r#""field": "events", "operator": "equals", "value": 1, "name": "login""#, "exactly 1 “login” event"),
        (r#""field": "purchases", "operator": ">", "value": 1"#, "more than 1 purchase"),
        (
            r#""field": "purchases", "operator": ">=", "value": 2, "name": "order", "currency": "JPY", "minAmount": 2900"#,
            "at least 2 “order” purchases of at least 2900 JPY",
        ),
        (
            r#""field": "purchases", "operator": "equals", "value": 0, "currency": "EUR", "within": "30d""#,
            "exactly 0 purchases in EUR in the last 30 days",
        ),
        (
            r#""field": "totalSpent", "operator": "<", "value": 5000, "currency": "EUR", "basis": "net""#,
            "spent less than 50.00 EUR",
        ),
        (
            r#""field": "totalSpent", "operator": "between", "value": [-1, 1500], "currency": "KWD", "basis": "gross""#,
            "spent from -0.001 KWD to 1.500 KWD before refunds",
        ),
        (
            r#""field": "firstPurchaseAt", "operator": "within_last", "value": "7d""#,
            "first purchase within the last 7 days",
        ),
        (r#""field": "segment", "operator": "in", "value": ["plan:pro"]"#, "in segment Pro Users"),
        (r#""field": "segment", "operator": "in", "value": ["custom:7"]"#, r#"in segment “7 "days"”"#),
        (
            r#""field": "segment", "operator": "not_in", "value": ["plan:pro", "custom:7", "custom:8"]"#,
            r#"in none of the segments Pro Users, “7 "days"”, custom:8"#,
        ),
    ] {
        let json = format!(r#"{{"combineWith": "AND", "criteria": [{{{condition}}}]}}"#);
        assert_eq!(words(&json), expected, "{json}");
    }
}

#[test]
fn describe_sets() {
    const PRO: &str = r#"{"field": "plan", "operator": "equals", "value": "PRO"}"#;
    const STREAK: &str = r#"{"field": "currentStreak", "operator": ">", "value": 7}"#;
    const POINTS: &str = r#"{"field": "totalPoints", "operator": ">", "value": 5000}"#;
    let set = |combine: &str, negated: bool, items: &[&str]| {
        format!(r#"{{"combineWith": "{combine}", "not": {negated}, "criteria": [{}]}}"#, items.join(", "))
    };
    let both = set("AND", false, &[PRO, STREAK]);
    let neither = set("OR", true, &[PRO, STREAK]);
    let deeper = set("AND", false, &[PRO, &set("OR", false, &[STREAK, POINTS])]);
    for (definition, expected) in [
        (
            set("OR", false, &[&both, POINTS]),
            "plan is PRO and current streak is more than 7; or total points are more than 5000",
        ),
        (
            set("AND", false, &[&neither, POINTS]),
            "not (plan is PRO or current streak is more than 7) and total points are more than 5000",
        ),
        (set("AND", true, &[POINTS]), "not (total points are more than 5000)"),
        (
            set("AND", true, &[&set("OR", true, &[POINTS]), PRO]),
            "not (not (total points are more than 5000) and plan is PRO)",
        ),
        (
            set("OR", false, &[&deeper, PRO]),
            "(plan is PRO and (current streak is more than 7 or total points are more than 5000)) or plan is PRO",
        ),
        // A set of one item is invisible.
        (
            set("OR", false, &[&set("AND", false, &[&set("AND", false, &[PRO])]), POINTS]),
            "plan is PRO or total points are more than 5000",
        ),
        (set("OR", false, &[&set("AND", false, &[&both])]), "plan is PRO and current streak is more than 7"),
    ] {
        assert_eq!(words(&definition), expected, "{definition}");
    }
}
