use chrono_tz::Tz;
use domain::{
    ids::UserNo,
    membership::{Overrides, SegmentSet},
};
use persistence::{
    facts::Mark,
    segments::{Settled, StoredSegment},
};

use super::*;
use crate::run::plan::tests::{members_of, plan_of, stored};

const FREE: SegmentId = SegmentId(1);
const PRO: SegmentId = SegmentId(2);
const STREAK: SegmentId = SegmentId(3);
const PAYING: SegmentId = SegmentId(4);

const SIZES: [(SegmentId, u64); 4] = [(FREE, 200), (PRO, 0), (STREAK, 100), (PAYING, 0)];

/// 200 users are on the free plan, 100 have a streak. `custom:paying` refers to `plan:pro`.
fn plan() -> Plan {
    let all =
        [stored(1, "plan:free"), stored(2, "plan:pro"), stored(3, "behavior:streak_7"), stored(4, "custom:paying")];
    let definitions = [(4, members_of(&["plan:pro"]))];
    let unsettled = plan_of(&all, &definitions);
    let marks: BTreeMap<_, _> = incremental::rule_marks(&unsettled, Tz::UTC).collect();
    let settled = |segment: StoredSegment| StoredSegment {
        settled: marks.get(&segment.id).map(|rule| Settled { at: segment.created_at, rule: rule.clone() }),
        ..segment
    };
    plan_of(&all.map(settled), &definitions)
}

/// A user whose data changed.
fn evaluation(enter: &[SegmentId], leave: &[SegmentId]) -> Evaluation {
    let changes = Changes { enter: enter.to_vec(), leave: leave.to_vec() };
    Evaluation {
        user: UserNo(1),
        mark: Some(Mark { seq: 1, data_changed: true }),
        overrides: Overrides::default(),
        changes,
        left_by_time: BTreeSet::new(),
        is_done: true,
    }
}

/// Lets the guard decide over many like evaluations. Returns what it holds back, and what it lets a user change.
fn decide(count: usize, evaluation: &Evaluation) -> (Vec<HeldBack>, Evaluation) {
    let plan = plan();
    let mut guard = ShrinkGuard::of(&plan, guarded(&plan, &SIZES.into(), &MayShrink::None));
    let passed: Vec<_> = (0..count).filter_map(|_| guard.pass(evaluation.clone())).collect();
    let mut counted = guard.take_counted();
    let held_back = guard.decide(&counted.leaving);
    counted.withheld.iter_mut().for_each(|withheld| drop(guard.hold_back(withheld)));
    let all: Vec<_> = passed.into_iter().chain(counted.withheld).collect();
    assert_eq!(all.len(), count, "every user is written in the end");
    (held_back, all.into_iter().next().expect("a user"))
}

#[test]
fn shrink_guard_holds_back_more_than_half_of_a_large_segment() {
    let (held_back, user) = decide(101, &evaluation(&[PRO, PAYING, STREAK], &[FREE]));
    assert_eq!(held_back, [HeldBack { segment: FREE, members: 200, leaving: 101 }]);
    // The user stays in the old plan, and so does not enter the new one, nor what refers to it.
    assert_eq!(user.changes, Changes { enter: vec![STREAK], leave: vec![] });
    assert!(!user.is_done, "the next run evaluates the user again");
}

#[test]
fn shrink_guard_lets_half_of_the_members_leave() {
    let change = evaluation(&[PRO, PAYING], &[FREE]);
    let (held_back, user) = decide(100, &change);
    assert_eq!((held_back, user.changes, user.is_done), (vec![], change.changes, true));
}

#[test]
fn shrink_guard_ignores_small_segments() {
    let (held_back, user) = decide(100, &evaluation(&[], &[STREAK]));
    assert_eq!((held_back, user.changes.leave), (vec![], vec![STREAK]));
}

#[test]
fn shrink_guard_lets_members_leave_because_time_passed_an_admin_decided_or_the_host_deleted_them() {
    let unchanged = Evaluation { mark: None, ..evaluation(&[], &[FREE]) };
    let exclude: SegmentSet = [FREE].into_iter().collect();
    let overrides = Overrides { exclude, ..Overrides::default() };
    let excluded = Evaluation { overrides, ..evaluation(&[], &[FREE]) };
    let gone = Overrides { is_gone: true, ..Overrides::default() };
    let gone = Evaluation { overrides: gone, ..evaluation(&[], &[FREE]) };
    for change in [unchanged, excluded, gone] {
        let (held_back, user) = decide(200, &change);
        assert_eq!((held_back, &user.changes.leave[..], user.is_done), (vec![], &[FREE][..], true));
    }
}

#[test]
fn shrink_guard_holds_back_only_users_whose_data_changed() {
    let plan = plan();
    let mut guard = ShrinkGuard::of(&plan, guarded(&plan, &SIZES.into(), &MayShrink::None));
    for _ in 0..150 {
        assert!(guard.pass(evaluation(&[], &[FREE])).is_none());
    }
    let leaving = guard.take_counted().leaving;
    assert_eq!(guard.decide(&leaving).len(), 1);
    let mut unchanged = Evaluation { mark: None, ..evaluation(&[PRO], &[FREE]) };
    assert!(guard.hold_back(&mut unchanged).is_empty());
    assert_eq!((&unchanged.changes.enter[..], &unchanged.changes.leave[..]), (&[PRO][..], &[FREE][..]));
}

/// Another engine evaluates a shard again after the decision, and the host application has changed more users meanwhile.
#[test]
fn shrink_guard_lets_no_more_leave_than_it_has_decided_about() {
    let plan = plan();
    let mut guard = ShrinkGuard::of(&plan, guarded(&plan, &SIZES.into(), &MayShrink::None));
    let counted = BTreeMap::from([(FREE, 2)]);
    assert_eq!(guard.decide(&counted), []);
    guard.begin_shard(&counted);
    let leaves = |guard: &mut ShrinkGuard<'_>| {
        let passed = guard.pass(evaluation(&[PRO, PAYING], &[FREE])).expect("it is decided");
        (passed.changes.leave.len(), passed.changes.enter.len(), passed.is_done)
    };
    let passed: Vec<_> = (0..4).map(|_| leaves(&mut guard)).collect();
    assert_eq!(passed, [(1, 2, true), (1, 2, true), (0, 0, false), (0, 0, false)]);
    guard.begin_shard(&BTreeMap::from([(FREE, 1)]));
    assert_eq!(leaves(&mut guard), (1, 2, true), "the next shard has a count of its own");
}

#[test]
fn shrink_guard_lets_an_admin_include_a_user_who_is_held_back() {
    let include: SegmentSet = [PRO].into_iter().collect();
    let overrides = Overrides { include, ..Overrides::default() };
    let (_, user) = decide(200, &Evaluation { overrides, ..evaluation(&[PRO, PAYING], &[FREE]) });
    assert_eq!(user.changes, Changes { enter: vec![PRO], leave: vec![] });
}

#[test]
fn shrink_guard_passes_an_edited_rule() {
    let all = [stored(1, "plan:free")];
    let plan = plan_of(&all, &[]);
    let mut guard = ShrinkGuard::of(&plan, guarded(&plan, &SIZES.into(), &MayShrink::None));
    assert!(guard.pass(evaluation(&[], &[FREE])).is_some(), "the segment is not settled by its rule");
}

#[test]
fn shrink_guard_that_is_off_holds_nothing_back() {
    let plan = plan();
    let mut guard = ShrinkGuard::of(&plan, BTreeMap::new());
    let passed = guard.pass(evaluation(&[], &[FREE])).expect("it passes");
    assert_eq!(passed.changes.leave, [FREE]);
}

#[test]
fn shrink_guard_of_the_last_run_names_the_segment_that_holds_back() {
    let mut all = plan()
        .segments()
        .iter()
        .map(|planned| StoredSegment {
            settled: planned.settled.clone(),
            ..stored(planned.id.0, &planned.key.to_string())
        })
        .collect::<Vec<_>>();
    let free = all.iter_mut().find(|segment| segment.id == FREE).expect("the free plan");
    free.health = SegmentHealth::HeldBack { leaving: 150, members: 200 };
    let plan = plan_of(&all, &[(4, members_of(&["plan:pro"]))]);
    let mut user = evaluation(&[PRO, PAYING], &[FREE]);
    let held_back = ShrinkGuard::of_last_run(&plan).hold_back(&mut user);
    assert_eq!(held_back, [(FREE, FREE), (PRO, FREE), (PAYING, FREE)].into_iter().collect());
    assert!(user.changes.is_empty());
}
