use std::collections::BTreeSet;

use chrono::TimeDelta;
use chrono_tz::Tz;

use super::*;
use crate::{
    criteria::arbitrary::{now, user_at},
    facts::{RecentQuizzes, UserFacts},
    instant::Instant,
    period::Moment,
};

/// The values of the segments of one type that the user is in.
fn segments_of(facts: &UserFacts, kind: SegmentType) -> Vec<&'static str> {
    let moment = Moment { now: now(), zone: Tz::UTC };
    let matching = catalogue().iter().filter(|segment| segment.criteria.holds(facts, &BTreeSet::new(), moment));
    matching.filter(|segment| segment.key.kind == kind).map(|segment| segment.key.value.as_str()).collect()
}

fn lifecycle(created_at: Instant, last_activity_at: Option<Instant>) -> Vec<&'static str> {
    let user = crate::profile::User { last_activity_at, ..user_at(created_at) };
    segments_of(&UserFacts::of(&user, &[]), SegmentType::Lifecycle)
}

fn facts(change: impl FnOnce(&mut UserFacts)) -> UserFacts {
    let mut facts = UserFacts::of(&user_at(now()), &[]);
    change(&mut facts);
    facts
}

const MICROSECOND: TimeDelta = TimeDelta::microseconds(1);

fn days_ago(days: i64) -> Instant {
    now() - TimeDelta::days(days)
}

#[test]
fn system_segments_lifecycle() {
    let created = days_ago(400);
    for (last_activity_at, expected) in [
        (now() + TimeDelta::days(3), "active"),
        (now(), "active"),
        (days_ago(7) + MICROSECOND, "active"),
        (days_ago(7), "active"),
        (days_ago(7) - MICROSECOND, "inactive"),
        (days_ago(30) + MICROSECOND, "inactive"),
        (days_ago(30), "inactive"),
        (days_ago(30) - MICROSECOND, "churned"),
        (days_ago(500), "churned"),
    ] {
        assert_eq!(lifecycle(created, Some(last_activity_at)), [expected], "{last_activity_at}");
    }
}

#[test]
fn system_segments_lifecycle_of_a_user_who_was_never_active() {
    for (created_at, expected) in [
        (now() + TimeDelta::days(3), "new"),
        (now(), "new"),
        (days_ago(7) + MICROSECOND, "new"),
        (days_ago(7), "new"),
        (days_ago(7) - MICROSECOND, "inactive"),
        (days_ago(30) + MICROSECOND, "inactive"),
        (days_ago(30), "inactive"),
        (days_ago(30) - MICROSECOND, "churned"),
        (days_ago(36_600), "churned"),
    ] {
        assert_eq!(lifecycle(created_at, None), [expected], "{created_at}");
    }
}

#[test]
fn system_segments_lifecycle_of_a_new_user_is_new() {
    for last_activity_at in [None, Some(now()), Some(days_ago(20)), Some(days_ago(100))] {
        assert_eq!(lifecycle(days_ago(7), last_activity_at), ["new"], "{last_activity_at:?}");
    }
    assert_eq!(lifecycle(days_ago(7) - MICROSECOND, Some(days_ago(7))), ["active"]);
}

#[test]
fn system_segments_plan() {
    for (plan, expected) in [
        ("FREE", Some("free")),
        ("PRO", Some("pro")),
        ("PREMIUM", Some("premium")),
        ("ENTERPRISE", None),
        ("PROFESSIONAL", None),
        ("", None),
    ] {
        let facts = facts(|facts| facts.plan = plan.into());
        assert_eq!(segments_of(&facts, SegmentType::Plan), Vec::from_iter(expected), "{plan}");
    }
}

#[test]
fn system_segments_behavior() {
    for (quizzes, streak, expected) in [
        (0, 0, [].as_slice()),
        (1, 0, &["casual"]),
        (10, 0, &["casual"]),
        (11, 0, &[]),
        (49, 0, &[]),
        (50, 0, &["power_users"]),
        (51, 6, &["power_users"]),
        (0, 6, &[]),
        (0, 7, &["streak_7"]),
        (5, 8, &["casual", "streak_7"]),
        (0, -1, &[]),
    ] {
        let facts = facts(|facts| {
            facts.set_number(NumberField::QuizCount, quizzes);
            facts.set_number(NumberField::CurrentStreak, streak);
        });
        assert_eq!(segments_of(&facts, SegmentType::Behavior), expected, "{quizzes} quizzes, streak {streak}");
    }
}

#[test]
fn system_segments_certification_focus() {
    let quizzes = |total, [aws, azure, gcp]: [i64; 3]| RecentQuizzes { total, aws, azure, gcp };
    for (quizzes, expected) in [
        (quizzes(0, [0, 0, 0]), [].as_slice()),
        (quizzes(100, [59, 0, 0]), &[]),
        (quizzes(100, [60, 40, 0]), &["aws_focus"]),
        (quizzes(100, [0, 61, 39]), &["azure_focus"]),
        (quizzes(5, [2, 0, 3]), &["gcp_focus"]),
        (quizzes(3, [0, 2, 1]), &["azure_focus"]),
        (quizzes(2, [1, 1, 0]), &[]),
        (quizzes(1, [0, 0, 1]), &["gcp_focus"]),
        // Quizzes of other providers count only in the total.
        (quizzes(10, [5, 0, 0]), &[]),
    ] {
        let facts = facts(|facts| facts.recent = quizzes);
        assert_eq!(segments_of(&facts, SegmentType::Certification), expected, "{quizzes:?}");
    }
}

#[test]
fn system_segments_are_13_with_unique_ids_and_keys() {
    assert_eq!(catalogue().len(), 13);
    for (id, segment) in (1..).zip(catalogue()) {
        assert_eq!(segment.id, SegmentId(id));
        assert_eq!(segment.key.to_string().parse().as_ref(), Ok(&segment.key));
        assert_eq!(system_segment(&segment.key).map(|found| found.id), Some(segment.id));
    }
}
