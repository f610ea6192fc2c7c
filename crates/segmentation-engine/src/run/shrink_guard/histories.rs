//! Random histories in which time passes, data changes, admins decide and runs are made, with the guard on: nobody is ever
//! in two segments of an exclusive family, and nobody is held back whose data are those of the last run.

use chrono::TimeDelta;
use chrono_tz::Tz;
use domain::{
    criteria::arbitrary,
    facts::UserFacts,
    ids::{UserId, UserNo},
    instant::Instant,
    membership::{Overrides, SegmentSet},
    period::Moment,
    profile::User,
    segment::SegmentType,
    system_segments::catalogue,
};
use persistence::{
    facts::{Candidate, Mark},
    segments::{Settled, StoredSegment},
};
use proptest::{
    sample::select,
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use super::*;
use crate::run::plan::tests::{members_of, plan_of, stored};

const HISTORIES: u32 = 10_000;
const STEPS: usize = 8;
/// Enough for the guard to act on a segment that has almost all of them.
const PEOPLE: usize = 110;
/// Refers to a segment of an exclusive family, as a custom segment does.
const PAYING: SegmentId = SegmentId(1_000);

#[derive(Debug, Clone)]
enum Step {
    /// The data of some users becomes that of one user.
    Write {
        share: usize,
        user: Box<User>,
    },
    /// The host application writes data that no rule reads, or the same as before.
    Touch {
        share: usize,
    },
    /// An admin excludes some users from a segment, or takes that back.
    Exclude {
        share: usize,
        segment: SegmentId,
        is_excluded: bool,
    },
    Run {
        later: TimeDelta,
    },
}

fn step() -> impl Strategy<Value = Step> {
    // Below and above half of the users.
    let share = || select(vec![1, 50, 60, 100, PEOPLE]);
    let segment = select(catalogue().iter().map(|system| system.id).collect::<Vec<_>>());
    let days = select(vec![0, 1, 8, 31]);
    proptest::prop_oneof![
        3 => (share(), arbitrary::user(arbitrary::now(), 0))
            .prop_map(|(share, user)| Step::Write { share, user: Box::new(user) }),
        2 => share().prop_map(|share| Step::Touch { share }),
        1 => (share(), segment, proptest::bool::ANY)
            .prop_map(|(share, segment, is_excluded)| Step::Exclude { share, segment, is_excluded }),
        3 => days.prop_map(|days| Step::Run { later: TimeDelta::days(days) }),
    ]
}

/// All users, as a database would have them.
struct World {
    clock: Instant,
    marks: i64,
    users: Vec<Candidate>,
    /// Of each user, the data of which the last run made all changes.
    evaluated: Vec<Option<UserFacts>>,
    /// The clock of the last run, and of the last one that did not hold back the segment.
    last_clock: Option<Instant>,
    followed_at: BTreeMap<SegmentId, Instant>,
}

impl World {
    fn new() -> Self {
        let clock = arbitrary::now();
        let nobody = |place: usize| Candidate {
            no: UserNo(place as i64),
            facts: UserFacts::of(&User::new(UserId(format!("{place}")), "a@b.c".into(), clock), &[]),
            current: SegmentSet::default(),
            overrides: Overrides::default(),
            mark: Some(Mark { seq: 0, data_changed: true }),
        };
        let users: Vec<_> = (0..PEOPLE).map(nobody).collect();
        Self { clock, marks: 0, users, evaluated: vec![None; PEOPLE], last_clock: None, followed_at: BTreeMap::new() }
    }

    fn take(&mut self, step: Step) {
        self.marks += 1;
        let seq = self.marks;
        match step {
            Step::Write { share, user } => {
                let facts = UserFacts::of(&user, &[]);
                for user in &mut self.users[..share] {
                    user.facts = facts.clone();
                    user.mark = Some(Mark { seq, data_changed: true });
                }
            }
            Step::Touch { share } => {
                for user in &mut self.users[..share] {
                    user.mark = Some(Mark { seq, data_changed: true });
                }
            }
            Step::Exclude { share, segment, is_excluded } => {
                for user in &mut self.users[..share] {
                    if is_excluded {
                        user.overrides.exclude.insert(segment);
                        user.current.remove(segment);
                    } else {
                        user.overrides.exclude.remove(segment);
                    }
                    let data_changed = user.mark.is_some_and(|mark| mark.data_changed);
                    user.mark = Some(Mark { seq, data_changed });
                }
            }
            Step::Run { later } => {
                self.clock += later;
                self.run();
            }
        }
    }

    /// As a run does it, user by user: each is a commit of its own.
    fn run(&mut self) {
        let plan = self.plan();
        let moment = Moment { now: self.clock, zone: Tz::UTC };
        let mut guard = ShrinkGuard::of(&plan, guarded(&plan, &self.sizes(), &MayShrink::None));
        let evaluate = plan.resolved(moment);
        let mut wanted = Vec::new();
        for place in 0..self.users.len() {
            let evaluation = Evaluation::of(&evaluate, &self.users[place], moment);
            wanted.push(evaluation.changes.applied_to(&self.users[place].current));
            if let Some(evaluation) = guard.pass(evaluation) {
                self.write(evaluation);
            }
        }
        let counted = guard.take_counted();
        let held_back: Vec<_> = guard.decide(&counted.leaving).iter().map(|one| one.segment).collect();
        for mut evaluation in counted.withheld {
            guard.hold_back(&mut evaluation);
            self.write(evaluation);
        }
        for ((user, wanted), evaluated) in self.users.iter().zip(wanted).zip(&mut self.evaluated) {
            let is_marked = user.mark.is_some();
            assert!(is_marked || user.current == wanted, "{user:?} should be in {wanted:?}");
            assert!(user.mark.is_none_or(|mark| mark.data_changed), "{user:?} is held back without a change of data");
            assert!(
                !is_marked || evaluated.as_ref() != Some(&user.facts),
                "{user:?} is held back with the data of before"
            );
            *evaluated = (!is_marked).then(|| user.facts.clone());
        }
        self.last_clock = Some(self.clock);
        let followed = plan.segments().iter().filter(|segment| !held_back.contains(&segment.id));
        self.followed_at.extend(followed.map(|segment| (segment.id, self.clock)));
    }

    fn write(&mut self, evaluation: Evaluation) {
        let user = &mut self.users[usize::try_from(evaluation.user.0).expect("a place")];
        user.current = evaluation.changes.applied_to(&user.current);
        if evaluation.is_done {
            user.mark = None;
        }
        let count = |kind| {
            let of_kind = catalogue().iter().filter(move |system| system.key.kind == kind);
            of_kind.filter(|system| user.current.contains(system.id)).count()
        };
        assert!(count(SegmentType::Plan) <= 1, "{user:?} is in several plans");
        assert!(count(SegmentType::Lifecycle) <= 1, "{user:?} is in several lifecycles");
        if user.overrides == Overrides::default() {
            assert_eq!(count(SegmentType::Lifecycle), 1, "{user:?} is in no lifecycle");
        }
    }

    fn sizes(&self) -> BTreeMap<SegmentId, u64> {
        let members = |segment| self.users.iter().filter(|user| user.current.contains(segment)).count() as u64;
        let all = catalogue().iter().map(|system| system.id).chain([PAYING]);
        all.map(|segment| (segment, members(segment))).collect()
    }

    /// The plan of a database where a run has settled every segment.
    fn plan(&self) -> Plan {
        let system = catalogue().iter().map(|system| stored(system.id.0, &system.key.to_string()));
        let all: Vec<_> = system.chain([stored(PAYING.0, "custom:paying")]).collect();
        let definitions = [(PAYING.0, members_of(&["plan:pro", "plan:premium"]))];
        let marks: BTreeMap<_, _> = incremental::rule_marks(&plan_of(&all, &definitions), Tz::UTC).collect();
        let settled = |segment: StoredSegment| StoredSegment {
            settled: marks
                .get(&segment.id)
                .map(|rule| Settled { at: self.last_clock.unwrap_or(segment.created_at), rule: rule.clone() }),
            followed_at: self.followed_at.get(&segment.id).copied(),
            ..segment
        };
        plan_of(&all.into_iter().map(settled).collect::<Vec<_>>(), &definitions)
    }
}

#[test]
fn shrink_guard_keeps_families_exclusive_and_never_holds_back_time() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[22; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    for _ in 0..HISTORIES {
        let mut world = World::new();
        for _ in 0..STEPS {
            world.take(step().new_tree(&mut runner).expect("a step").current());
        }
        world.take(Step::Run { later: TimeDelta::zero() });
    }
}
