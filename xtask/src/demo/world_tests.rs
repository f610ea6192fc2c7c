//! The demo is repeatable, every segment has members, and sizes go up and down.

use std::collections::{BTreeSet, HashMap, VecDeque};

use chrono::NaiveDate;
use domain::{
    certification::Provider,
    criteria::{DateField, NumberField},
    facts::{RECENT, RecentQuizzes, UserFacts},
    period::Moment,
    profile::{QuizAttempt, User},
    segment::SegmentKey,
    system_segments::catalogue,
};

use super::{
    files,
    world::{Day, Settings, World},
};

fn settings(users: usize) -> Settings {
    Settings { seed: 1, users, days: 90, today: NaiveDate::from_ymd_opt(2026, 6, 1).expect("a day") }
}

fn bytes(settings: Settings) -> Vec<u8> {
    let tables = World::new(settings).days().flat_map(|day| {
        let tables = [files::users(&day.users), files::attempts(&day.attempts), files::events(&day.events)];
        tables.map(|table| table.expect("a table")).concat()
    });
    tables.collect()
}

#[test]
fn the_same_settings_give_the_same_files_to_the_byte() {
    let first = bytes(settings(300));
    assert_eq!(first, bytes(settings(300)));
    assert_ne!(first, bytes(Settings { seed: 2, ..settings(300) }));
}

#[test]
fn files_keep_to_the_import_format_even_when_empty() {
    let header = |table: anyhow::Result<Vec<u8>>| String::from_utf8(table.expect("a table")).expect("UTF-8");
    assert_eq!(
        header(files::users(&[])),
        "id,email,firstName,lastName,plan,role,currentStreak,totalPoints,level,lastActivityAt,createdAt,\
         attr.country,attr.company,attr.company_size,attr.tags,attr.trial_ends\n"
    );
    assert_eq!(header(files::attempts(&[])), "id,userId,certification,score,completedAt\n");
    assert_eq!(header(files::events(&[])), "id,userId,name,occurredAt,amount,currency,refundOf\n");
}

#[test]
fn days_end_with_the_run_of_today() {
    let ends: Vec<_> = World::new(settings(300)).days().map(|day| day.as_of.to_rfc3339()).collect();
    assert_eq!(ends.len(), 91);
    assert_eq!([&ends[0], &ends[90]], ["2026-03-03T02:00:00+00:00", "2026-06-01T02:00:00+00:00"]);
}

#[test]
fn nothing_happens_before_it_can_or_after_it_is_told() {
    let (mut known, mut bought, mut refunds) = (HashMap::new(), BTreeSet::new(), 0);
    for day in World::new(settings(500)).days() {
        for user in &day.users {
            assert!(user.created_at < day.as_of, "{user:?}");
            assert!(user.last_activity_at.is_none_or(|at| user.created_at < at && at < day.as_of), "{user:?}");
            known.insert(user.id.clone(), user.clone());
        }
        for attempt in &day.attempts {
            let user = &known[&attempt.user_id];
            assert!(user.created_at < attempt.completed_at, "{attempt:?}");
            assert!(Some(attempt.completed_at) <= user.last_activity_at, "{attempt:?}");
        }
        for event in &day.events {
            assert!((known[&event.user_id].created_at..day.as_of).contains(&event.occurred_at), "{event:?}");
            bought.extend(event.amount.map(|money| money.currency));
            refunds += usize::from(event.refund_of.is_some());
        }
    }
    assert!(bought.len() == 2 && refunds > 5, "{bought:?}, {refunds} refunds");
    assert_eq!(known.len(), 500);
    assert_eq!(known.values().filter(|user| user.plan == "ENTERPRISE").count(), 3);
}

#[test]
fn every_segment_has_members_in_the_end_and_most_grow_and_shrink() {
    let mut audience = Audience::default();
    let sizes: Vec<[usize; 13]> = World::new(settings(2_000)).days().map(|day| audience.after(&day)).collect();
    let last = sizes.last().expect("a last day");
    assert!(last.iter().all(|size| *size >= 20), "{last:?}");
    let moved = |number: usize, direction: fn(&usize, &usize) -> bool| {
        sizes.windows(2).filter(|pair| direction(&pair[1][number], &pair[0][number])).count()
    };
    let moves: Vec<_> = (0..13).map(|number| (moved(number, usize::gt), moved(number, usize::lt))).collect();
    // Quizzes are never undone, so the number of power users only grows.
    let lively = moves.iter().filter(|(up, down)| *up >= 20 && *down >= 3).count();
    assert!(lively >= 12, "days of growing and of shrinking: {moves:?}");
}

/// What the product would know, by the domain crate alone.
#[derive(Default)]
struct Audience {
    facts: HashMap<String, (UserFacts, VecDeque<Provider>)>,
}

impl Audience {
    fn after(&mut self, day: &Day) -> [usize; 13] {
        for user in &day.users {
            let entry = self.facts.entry(user.id.0.clone()).or_insert_with(|| (facts(user), VecDeque::new()));
            let before = std::mem::replace(&mut entry.0, facts(user));
            entry.0.recent = before.recent;
            entry.0.set_number(NumberField::QuizCount, before.number(NumberField::QuizCount));
            entry.0.set_date(DateField::LastQuizAt, before.date(DateField::LastQuizAt));
        }
        for attempt in &day.attempts {
            self.count(attempt);
        }
        let moment = Moment { now: day.as_of, zone: chrono_tz::UTC };
        let none = BTreeSet::<SegmentKey>::new();
        std::array::from_fn(|number| {
            let criteria = &catalogue()[number].criteria;
            self.facts.values().filter(|(facts, _)| criteria.holds(facts, &none, moment)).count()
        })
    }

    /// Attempts come in the order of time, so the latest are the last.
    fn count(&mut self, attempt: &QuizAttempt) {
        let (facts, recent) = self.facts.get_mut(&attempt.user_id.0).expect("users come before their attempts");
        recent.push_back(Provider::of_certification(&attempt.certification));
        if recent.len() > RECENT {
            recent.pop_front();
        }
        let of = |provider| recent.iter().filter(|one| **one == provider).count() as i64;
        facts.recent = RecentQuizzes {
            total: recent.len() as i64,
            aws: of(Provider::Aws),
            azure: of(Provider::Azure),
            gcp: of(Provider::Gcp),
        };
        facts.set_number(NumberField::QuizCount, facts.number(NumberField::QuizCount) + 1);
        facts.set_date(DateField::LastQuizAt, Some(attempt.completed_at));
    }
}

fn facts(user: &User) -> UserFacts {
    UserFacts::of(user, &[])
}
