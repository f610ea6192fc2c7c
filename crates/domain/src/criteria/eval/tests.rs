use std::collections::BTreeSet;

use chrono::TimeDelta;
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::attribute::Attributes;
use crate::{
    criteria::{
        DateField, ParseContext, TextField,
        arbitrary::{now, user_at},
        parse_value,
    },
    event::{Currency, Event, EventName, Money},
    facts::{Attempt, RecentQuizzes, UserFacts},
    instant::{Instant, parse_instant},
    period::Moment,
    segment::SegmentKey,
    text::fold,
};

fn facts() -> UserFacts {
    UserFacts::of(&user_at(now()), &[])
}

fn named(field: TextField, name: Option<String>) -> UserFacts {
    let mut facts = facts();
    facts.set_text(field, name);
    facts
}

/// Evaluates at noon on March 10, 2026, in Berlin.
fn holds(facts: &UserFacts, memberships: &[&str], condition: &Value) -> bool {
    let context = ParseContext { zone: Tz::Europe__Berlin, segment_exists: &|_| true, attributes: Attributes::none() };
    let definition = json!({"combineWith": "AND", "criteria": [condition]});
    let criteria = parse_value(&definition, &context).unwrap_or_else(|faults| panic!("{condition}: {faults}"));
    let memberships: BTreeSet<SegmentKey> = memberships.iter().map(|key| key.parse().expect("a key")).collect();
    criteria.holds(facts, &memberships, Moment { now: now(), zone: Tz::Europe__Berlin })
}

fn instant(text: &str) -> Instant {
    parse_instant(text).expect("an instant")
}

#[test]
fn eval_texts_ignore_case_and_have_no_wildcards() {
    for (name, operator, value, expected) in [
        (Some("Straße"), "equals", "STRASSE", true),
        (Some("STRAẞE"), "contains", "ss", true),
        (Some("ΟΔΟΣ"), "ends_with", "ς", true),
        (Some("İstanbul"), "starts_with", "i\u{307}S", true),
        (Some("Istanbul"), "starts_with", "ı", false),
        (Some("Иван"), "starts_with", "ИВ", true),
        (Some("e\u{301}"), "equals", "É", true),
        (Some("Jose\u{301}"), "ends_with", "\u{e9}", true),
        (Some("Jos\u{e9}"), "contains", "SE\u{301}", true),
        (Some("Jose\u{301}"), "contains", "jose", false),
        (Some("Jose\u{301}"), "starts_with", "jose", false),
        (Some("Jose\u{301}"), "not_equals", "jose", true),
        (Some("100%"), "contains", "0%", true),
        (Some("1000"), "contains", "0%", false),
        (Some("a_b"), "equals", "a_b", true),
        (Some("axb"), "equals", "a_b", false),
        (Some("a\\b"), "contains", "\\", true),
        (Some("ab"), "contains", "\\", false),
        (Some("a%"), "ends_with", "\\%", false),
        (Some("O'Brien"), "contains", "'b", true),
        (Some("Anna"), "not_equals", "ANNA", false),
        (Some("Anna"), "not_contains", "n", false),
        (Some("Anna"), "not_contains", "x", true),
        (Some("Anna"), "starts_with", "nna", false),
        (Some("Anna"), "ends_with", "ann", false),
        // An unset name fails every positive test and passes every negative one.
        (None, "equals", "a", false),
        (None, "contains", "a", false),
        (None, "starts_with", "a", false),
        (None, "ends_with", "a", false),
        (None, "not_equals", "a", true),
        (None, "not_contains", "a", true),
        // An empty name is set.
        (Some(""), "not_equals", "a", true),
    ] {
        let facts = named(TextField::FirstName, name.map(fold));
        let condition = json!({"field": "firstName", "operator": operator, "value": value});
        assert_eq!(holds(&facts, &[], &condition), expected, "{name:?} {condition}");
    }
    for (name, is_set) in [(None, false), (Some(String::new()), true)] {
        let facts = named(TextField::LastName, name);
        assert_eq!(holds(&facts, &[], &json!({"field": "lastName", "operator": "is_set"})), is_set);
        assert_eq!(holds(&facts, &[], &json!({"field": "lastName", "operator": "is_not_set"})), !is_set);
    }
}

#[test]
fn eval_dates_at_their_boundaries() {
    let day = "2026-03-09";
    let week =
        ["2026-03-08T22:59:59.999999Z", "2026-03-08T23:00:00Z", "2026-03-15T22:59:59.999999Z", "2026-03-15T23:00:00Z"];
    for (last_quiz_at, operator, value, expected) in [
        // From midnight to midnight in Berlin.
        (Some("2026-03-09T22:59:59.999999Z"), ">", json!(day), false),
        (Some("2026-03-09T23:00:00Z"), ">", json!(day), true),
        (Some("2026-03-08T23:00:00Z"), "<", json!(day), false),
        (Some("2026-03-08T22:59:59.999999Z"), "<", json!(day), true),
        (Some("2026-03-08T22:59:59.999999Z"), "between", json!([day, day]), false),
        (Some("2026-03-08T23:00:00Z"), "between", json!([day, day]), true),
        (Some("2026-03-09T22:59:59.999999Z"), "between", json!([day, day]), true),
        (Some("2026-03-09T23:00:00Z"), "between", json!([day, day]), false),
        (Some("2026-03-09T12:00:00Z"), "between", json!(["2026-03-09T12:00:00Z", day]), true),
        (Some("2026-03-09T12:00:00Z"), ">", json!("2026-03-09T12:00:00Z"), false),
        (Some("2026-03-10T11:00:00Z"), "within_last", json!("1h"), true),
        (Some("2026-03-10T10:59:59.999999Z"), "within_last", json!("1h"), false),
        (Some("2027-01-01T00:00:00Z"), "within_last", json!("1h"), true),
        (Some("2026-03-10T11:00:00Z"), "not_within_last", json!("1h"), false),
        (Some("2026-03-10T10:59:59.999999Z"), "not_within_last", json!("1h"), true),
        (Some(week[0]), "in_period", json!("this_week"), false),
        (Some(week[1]), "in_period", json!("this_week"), true),
        (Some(week[2]), "in_period", json!("this_week"), true),
        (Some(week[3]), "in_period", json!("this_week"), false),
        (Some("2026-01-31T23:00:00Z"), "in_period", json!("last_month"), true),
        (Some("2026-02-28T23:00:00Z"), "in_period", json!("last_month"), false),
        (Some("2026-02-28T23:00:00Z"), "in_period", json!("this_month"), true),
        (None, ">", json!("0001-01-02"), false),
        (None, "<", json!("9999-12-31"), false),
        (None, "within_last", json!("36500d"), false),
        (None, "not_within_last", json!("1m"), true),
        (None, "in_period", json!("today"), false),
    ] {
        let mut facts = facts();
        facts.set_date(DateField::LastQuizAt, last_quiz_at.map(instant));
        let condition = json!({"field": "lastQuizAt", "operator": operator, "value": value});
        assert_eq!(holds(&facts, &[], &condition), expected, "{last_quiz_at:?} {condition}");
    }
}

#[test]
fn eval_shares_are_exact_and_unset_without_attempts() {
    for (aws, total, operator, value, expected) in [
        (1, 3, ">", json!(33), true),
        (1, 3, ">=", json!(34), false),
        (1, 3, "between", json!([33, 34]), true),
        (2, 3, "<", json!(67), true),
        (2, 3, "<=", json!(66), false),
        (0, 1, "<=", json!(0), true),
        (1, 1, ">=", json!(100), true),
        (0, 0, ">=", json!(0), false),
        (0, 0, "<=", json!(100), false),
        (0, 0, "between", json!([0, 100]), false),
    ] {
        let recent = RecentQuizzes { total, aws, ..RecentQuizzes::default() };
        let condition = json!({"field": "awsShare", "operator": operator, "value": value});
        let mut facts = facts();
        facts.recent = recent;
        assert_eq!(holds(&facts, &[], &condition), expected, "{aws}/{total} {condition}");
    }
}

#[test]
fn eval_counts_attempts_in_their_window() {
    let attempt = |minutes: i64, text: &str| Attempt {
        completed_at: now() - TimeDelta::minutes(minutes),
        provider: crate::certification::Provider::of_certification(text),
        certification: fold(text),
    };
    let attempts = vec![attempt(-5, "AWS"), attempt(60, "AWS-SAA-C03"), attempt(61, "AWS"), attempt(10, "Linux+")];
    let mut facts = facts();
    facts.attempts = attempts;
    for (filter, count) in [
        (json!({}), 4),
        (json!({"within": "1h"}), 3),
        (json!({"provider": "AWS"}), 3),
        (json!({"provider": "aws", "within": "1h"}), 2),
        (json!({"provider": "Other"}), 1),
        (json!({"provider": "GCP"}), 0),
        (json!({"certification": "aws"}), 2),
        (json!({"certification": "aws", "within": "1h"}), 1),
        (json!({"certification": "aws", "provider": "Azure"}), 0),
    ] {
        for (operator, value, expected) in [
            ("equals", json!(count), true),
            ("not_equals", json!(count), false),
            (">", json!(count), false),
            (">=", json!(count), true),
            ("<", json!(count), false),
            ("<", json!(count + 1), true),
            ("<=", json!(count), true),
            ("between", json!([count + 1, count + 2]), false),
        ] {
            let mut condition = json!({"field": "quizAttempts", "operator": operator, "value": value});
            for (key, value) in filter.as_object().into_iter().flatten() {
                condition[key] = value.clone();
            }
            assert_eq!(holds(&facts, &[], &condition), expected, "{condition}");
        }
    }
}

#[test]
fn eval_counts_purchases_apart_from_refunds_and_sums_both() {
    let event = |id: &str, name: &str, days: i64, amount: Option<(i64, &str)>| Event {
        id: id.into(),
        user_id: user_at(now()).id,
        name: EventName::parse(name).expect("a name"),
        occurred_at: now() - TimeDelta::days(days),
        amount: amount.map(|(minor, code)| Money { minor, currency: Currency::parse(code).expect("a code") }),
        refund_of: None,
    };
    let events = [
        event("1", "login", 1, None),
        event("2", "login", 8, None),
        event("3", "order", 1, Some((2900, "EUR"))),
        event("4", "order", 8, Some((100, "EUR"))),
        event("5", "gift", 8, Some((0, "EUR"))),
        event("6", "order", 2, Some((-2900, "EUR"))),
        event("7", "order", 2, Some((500, "JPY"))),
    ];
    let facts = facts().with_events(&events);
    for (field, narrowed, number) in [
        ("events", json!({"name": "login"}), 2),
        ("events", json!({"name": "login", "within": "7d"}), 1),
        ("events", json!({"name": "logout"}), 0),
        // A name of purchases is one of events, too.
        ("events", json!({"name": "order"}), 4),
        ("purchases", json!({}), 4),
        ("purchases", json!({"within": "7d"}), 2),
        ("purchases", json!({"currency": "EUR"}), 3),
        ("purchases", json!({"currency": "EUR", "minAmount": 100}), 2),
        ("purchases", json!({"name": "order", "currency": "EUR", "minAmount": 101}), 1),
        ("totalSpent", json!({"currency": "EUR"}), 100),
        ("totalSpent", json!({"currency": "EUR", "basis": "gross"}), 3000),
        ("totalSpent", json!({"currency": "EUR", "within": "7d"}), 0),
        ("totalSpent", json!({"currency": "EUR", "within": "7d", "basis": "gross"}), 2900),
        ("totalSpent", json!({"currency": "JPY"}), 500),
        ("totalSpent", json!({"currency": "USD"}), 0),
        ("purchaseCount", json!({}), 4),
    ] {
        let mut condition = json!({"field": field, "operator": "equals", "value": number});
        for (key, value) in narrowed.as_object().into_iter().flatten() {
            condition[key] = value.clone();
        }
        assert!(holds(&facts, &[], &condition), "{condition}");
    }
    let date = |field| facts.date(field).map(|date| (now() - date).num_days());
    assert_eq!([DateField::FirstPurchaseAt, DateField::LastPurchaseAt].map(date), [Some(8), Some(1)]);
}

#[test]
fn eval_looks_segments_up_in_the_memberships() {
    for (memberships, operator, value, expected) in [
        (["plan:pro"].as_slice(), "in", ["plan:pro", "custom:7"].as_slice(), true),
        (&["plan:pro"], "in", &["custom:7"], false),
        (&[], "in", &["custom:7"], false),
        (&["custom:7", "plan:pro"], "not_in", &["plan:pro", "plan:free"], false),
        (&["custom:7"], "not_in", &["plan:pro"], true),
        (&[], "not_in", &["plan:pro"], true),
    ] {
        let condition = json!({"field": "segment", "operator": operator, "value": value});
        assert_eq!(holds(&facts(), memberships, &condition), expected, "{memberships:?} {condition}");
    }
}
