//! Random histories against a model: after any events in any order, a run ends where rules and overrides say, the
//! ledger folds to the memberships, and a second run writes nothing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use chrono_tz::Tz;
use domain::{
    criteria::arbitrary,
    facts::UserFacts,
    ids::UserId,
    instant::Instant,
    membership::Overrides,
    overrides::OverrideKind,
    period::Moment,
    profile::{QuizAttempt, User},
    run::RunMode,
    segment::SegmentKey,
    system_segments::catalogue,
};
use integration_tests::{World, moment, on_both_databases};
use persistence::{
    ingest::gone::{self, Reported},
    membership::overrides::{self, Override},
};
use proptest::{
    sample::select,
    strategy::{Just, Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use segmentation_engine::{audit::Audit, cleanup::cleanup_old_segments, evaluate_user::run_user, run::RunOptions};

const PEOPLE: usize = 12;
const STEPS: usize = 25;

fn histories() -> u8 {
    if std::env::var_os("TEST_LONG").is_some() { 250 } else { 40 }
}

on_both_databases! {
    async fn histories_at_random_end_where_the_model_says(world: World) {
        let mut model = Model { clock: arbitrary::now(), ..Model::default() };
        for seed in 0..histories() {
            let mut runner = TestRunner::new_with_rng(
                Config::default(),
                TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]),
            );
            for _ in 0..STEPS {
                let step = step().new_tree(&mut runner).expect("a step").current();
                let said = format!("history {seed}: {step:?}");
                model.take(&world, step).await;
                assert!(broken(&world).await.is_empty(), "{said}: {:?}", broken(&world).await);
            }
            model.run(&world, RunMode::Full).await;
            let again = world.run(model.clock).await;
            assert_eq!((again.entered, again.left), (0, 0), "history {seed}");
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Write(User),
    Attempt(Vec<QuizAttempt>),
    Decide(UserId, usize, Option<OverrideKind>),
    RunUser(UserId),
    /// The host application has deleted the user.
    Report(UserId),
    Erase(UserId),
    Run(TimeDelta, RunMode),
    Cleanup,
}

fn step() -> impl Strategy<Value = Step> {
    let now = arbitrary::now();
    let person = || (0..PEOPLE).prop_map(|index| UserId(format!("user-{index}")));
    let decision = select(vec![None, Some(OverrideKind::Include), Some(OverrideKind::Exclude)]);
    proptest::prop_oneof![
        6 => (0..PEOPLE).prop_flat_map(move |index| arbitrary::user(now, index)).prop_map(Step::Write),
        4 => person().prop_flat_map(move |id| arbitrary::attempts(now, id)).prop_map(Step::Attempt),
        4 => (person(), 0..catalogue().len(), decision).prop_map(|(who, place, what)| Step::Decide(who, place, what)),
        2 => person().prop_map(Step::RunUser),
        1 => person().prop_map(Step::Report),
        1 => person().prop_map(Step::Erase),
        3 => (select(vec![0, 1, 7 * 24, 30 * 24, 91 * 24]), select(vec![RunMode::Full, RunMode::Incremental]))
            .prop_map(|(hours, mode)| Step::Run(TimeDelta::hours(hours), mode)),
        1 => Just(Step::Cleanup),
    ]
}

/// The expected state, without a database.
#[derive(Debug, Default)]
struct Model {
    clock: Instant,
    users: BTreeMap<UserId, User>,
    attempts: BTreeMap<(UserId, String), QuizAttempt>,
    decisions: BTreeMap<(UserId, usize), OverrideKind>,
}

impl Model {
    async fn take(&mut self, world: &World, step: Step) {
        match step {
            Step::Write(user) => {
                world.users(std::slice::from_ref(&user)).await;
                if user.deleted_at.is_some() {
                    assert_eq!(world.segments_of(&user.id.0).await, [""; 0], "at once");
                }
                self.users.insert(user.id.clone(), user);
            }
            Step::Attempt(attempts) => {
                if attempts.first().is_some_and(|first| self.users.contains_key(&first.user_id)) {
                    world.attempts(&attempts).await;
                    let keyed = attempts.into_iter().map(|one| ((one.user_id.clone(), one.id.clone()), one));
                    self.attempts.extend(keyed);
                }
            }
            Step::Decide(who, place, what) if self.users.contains_key(&who) => {
                self.decide(world, who, place, what).await
            }
            Step::RunUser(who) if self.users.contains_key(&who) => {
                let report = run_user(world.database(), &who, moment(self.clock), None).await.expect("it succeeds");
                let current: BTreeSet<_> = report.current.into_iter().collect();
                assert_eq!(current, self.expected(&who));
            }
            Step::Report(who) if self.users.contains_key(&who) => {
                let no = world.no(&who.0).await;
                let tx = world.change_of(&who.0).await;
                let gone = gone::report(&tx, Reported::All(&[no]), self.clock).await.expect("it is noted");
                tx.commit().await.expect("a commit");
                assert_eq!(world.segments_of(&who.0).await, [""; 0], "at once");
                let user = self.users.get_mut(&who).expect("the user exists");
                assert_eq!(gone.is_empty(), user.deleted_at.is_some());
                user.deleted_at = user.deleted_at.or(Some(self.clock));
            }
            Step::Erase(who) if self.users.remove(&who).is_some() => {
                world.erase(&who.0).await;
                self.attempts.retain(|(user, _), _| *user != who);
                self.decisions.retain(|(user, _), _| *user != who);
            }
            Step::Run(later, mode) => {
                self.clock += later;
                self.run(world, mode).await;
            }
            Step::Cleanup => {
                let audit = Audit::of_command("cleanupOldSegments");
                cleanup_old_segments(world.database(), self.clock, &audit).await.expect("it succeeds");
            }
            Step::Decide(..) | Step::RunUser(_) | Step::Report(_) | Step::Erase(_) => {}
        }
    }

    async fn decide(&mut self, world: &World, who: UserId, place: usize, what: Option<OverrideKind>) {
        let (user, segment) = (world.no(&who.0).await, catalogue()[place].id);
        let tx = world.change_of(&who.0).await;
        match what {
            Some(kind) => {
                let actor = "an admin".into();
                let new_override = Override { user, segment, kind, actor, reason: None, expires_at: None };
                overrides::set(&tx, &new_override, self.clock).await.expect("it is recorded");
                self.decisions.insert((who, place), kind);
            }
            None => {
                let stood = overrides::clear(&tx, user, segment).await.expect("it is taken back");
                assert_eq!(stood, self.decisions.remove(&(who, place)).is_some());
            }
        }
        tx.commit().await.expect("a commit");
    }

    async fn run(&self, world: &World, mode: RunMode) {
        world.run_with(&RunOptions { mode, ..RunOptions::at(self.clock) }).await;
        let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for who in self.users.keys() {
            for segment in self.expected(who) {
                expected.entry(segment.to_string()).or_default().insert(who.0.clone());
            }
        }
        assert_eq!(world.memberships().await, expected);
    }

    /// By rules and overrides.
    fn expected(&self, who: &UserId) -> BTreeSet<SegmentKey> {
        let attempts: Vec<_> =
            self.attempts.iter().filter(|((user, _), _)| user == who).map(|(_, attempt)| attempt.clone()).collect();
        let facts = UserFacts::of(&self.users[who], &attempts);
        let overridden = |wanted| {
            let places = self.decisions.iter().filter(move |((user, _), what)| user == who && **what == wanted);
            places.map(|((_, place), _)| catalogue()[*place].id).collect()
        };
        if self.users[who].deleted_at.is_some() {
            return BTreeSet::new();
        }
        let (include, exclude) = (overridden(OverrideKind::Include), overridden(OverrideKind::Exclude));
        let overrides = Overrides { include, exclude, is_gone: false };
        let moment = Moment { now: self.clock, zone: Tz::UTC };
        let nowhere = BTreeSet::<SegmentKey>::new();
        catalogue()
            .iter()
            .filter(|system| overrides.is_member(system.id, system.criteria.holds(&facts, &nowhere, moment)))
            .map(|system| system.key.clone())
            .collect()
    }
}

async fn broken(world: &World) -> Vec<String> {
    let findings = segmentation_engine::verify::verify(world.database()).await.expect("the checks run");
    let broken = findings.into_iter().filter(|finding| finding.broken > 0);
    broken.map(|finding| format!("{} at {:?}", finding.promise, finding.first)).collect()
}
