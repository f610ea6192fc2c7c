//! Random edits of users, attempts, events, overrides and definitions, and a clock that jumps: after every incremental run, a
//! full run has nothing to do.

use chrono::TimeDelta;
use chrono_tz::Tz;
use domain::{
    attribute::AttributeValues,
    criteria::{Criteria, arbitrary},
    event::Event,
    ids::UserId,
    instant::Instant,
    membership::Cause,
    overrides::OverrideKind,
    period::Moment,
    profile::{QuizAttempt, User},
    run::RunMode,
    segment::{SegmentKey, SegmentType},
    shard::Shard,
    system_segments::catalogue,
};
use integration_tests::{World, moment, on_both_databases};
use persistence::{
    ingest::{events, users},
    membership::{
        Rule,
        ledger::ChangeContext,
        overrides::{self, Override},
    },
    segments::{
        self,
        custom::{self, Draft, NewCustomSegment},
    },
};
use proptest::{
    prelude::*,
    sample::select,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use segmentation_engine::{
    evaluate_user::run_user,
    run::{NoObserver, RunOptions, run},
    segments::follow::follow,
};
use serde_json::{Value as Json, json};

const PEOPLE: usize = 15;
/// Each custom segment may refer to those before it.
const CUSTOM: usize = 5;
const STEPS: usize = 80;

fn histories() -> u8 {
    if std::env::var_os("TEST_LONG").is_some() { 250 } else { 12 }
}

on_both_databases! {
    async fn incremental_runs_leave_nothing_for_a_full_run(world: World) {
        declare_what_is_dated(&world).await;
        let mut history = History { world: &world, clock: arbitrary::now() };
        let mut looked_at = (0, 0);
        for seed in 0..histories() {
            let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
            let mut runner = TestRunner::new_with_rng(Config::default(), rng);
            for number in 0..STEPS {
                let step = step(history.clock).new_tree(&mut runner).expect("a step").current();
                let said = format!("history {seed}, step {number}: {step:?}");
                if let Some((users, of)) = history.take(step, &said).await {
                    looked_at = (looked_at.0 + users, looked_at.1 + of);
                }
            }
        }
        assert!(looked_at.0 > 0 && looked_at.0 < looked_at.1, "some and not all were looked at: {looked_at:?}");
        world.verify().await;
    }
}

/// Attributes, and a segment for each kind of date.
pub(crate) async fn declare_what_is_dated(world: &World) {
    world.declare(&arbitrary::attributes()).await;
    for (number, condition) in DATED.iter().enumerate() {
        let condition: Json = condition.parse().expect("JSON");
        let definition = json!({"combineWith": "AND", "criteria": [condition]});
        world.custom_segment(&format!("dated-{number}"), &format!("Dated {number}"), definition).await;
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Step {
    Write(User),
    Values(UserId, AttributeValues),
    Attempt(Vec<QuizAttempt>),
    Record(Vec<Event>),
    Void(Vec<(UserId, String)>),
    Decide(UserId, SegmentKey, OverrideKind, Option<TimeDelta>),
    TakeBack(UserId, SegmentKey),
    Save(usize, Criteria),
    Activate(usize, bool),
    RunUser(UserId),
    Erase(UserId),
    Run(TimeDelta, RunMode),
}

/// Draws dates near the clock, where the rules have their boundaries.
pub(crate) fn step(now: Instant) -> impl Strategy<Value = Step> {
    let person = || (0..PEOPLE).prop_map(|index| UserId(format!("user-{index}")));
    let key = || select(segments_before(CUSTOM));
    let decision = select(vec![OverrideKind::Include, OverrideKind::Exclude]);
    let jump = || {
        select(vec![0, 1, 1, 30, 30, 60, 60, 12 * 60, 12 * 60, 24 * 60, 7 * 24 * 60, 31 * 24 * 60])
            .prop_map(TimeDelta::minutes)
    };
    let definition = (0..CUSTOM).prop_flat_map(|slot| (Just(slot), arbitrary::criteria(segments_before(slot))));
    prop_oneof![
        6 => (0..PEOPLE).prop_flat_map(move |index| arbitrary::user(now, index)).prop_map(Step::Write),
        4 => (person(), arbitrary::attribute_values(now)).prop_map(|(id, values)| Step::Values(id, values)),
        4 => person().prop_flat_map(move |id| arbitrary::attempts(now, id)).prop_map(Step::Attempt),
        4 => person().prop_flat_map(move |id| arbitrary::events(now, id)).prop_map(Step::Record),
        1 => person().prop_flat_map(move |id| arbitrary::events(now, id)).prop_map(|events| {
            Step::Void(events.into_iter().map(|event| (event.user_id, event.id)).collect())
        }),
        2 => (person(), key(), decision, proptest::option::of(jump()))
            .prop_map(|(who, segment, what, until)| Step::Decide(who, segment, what, until)),
        1 => (person(), key()).prop_map(|(who, segment)| Step::TakeBack(who, segment)),
        1 => definition.prop_map(|(slot, criteria)| Step::Save(slot, criteria)),
        1 => (0..CUSTOM, prop::bool::weighted(0.8)).prop_map(|(slot, is_active)| Step::Activate(slot, is_active)),
        2 => person().prop_map(Step::RunUser),
        1 => person().prop_map(Step::Erase),
        16 => (jump(), select(vec![RunMode::Incremental, RunMode::Incremental, RunMode::Incremental, RunMode::Full]))
            .prop_map(|(jump, mode)| Step::Run(jump, mode)),
    ]
}

/// Segments that each kind of date moves users into and out of. They do not change.
const DATED: [&str; 12] = [
    r#"{"field": "createdAt", "operator": "in_period", "value": "today"}"#,
    r#"{"field": "lastActivityAt", "operator": "not_within_last", "value": "30m"}"#,
    r#"{"field": "lastQuizAt", "operator": "within_last", "value": "12h"}"#,
    r#"{"field": "lastQuizAt", "operator": "in_period", "value": "last_month"}"#,
    r#"{"field": "quizAttempts", "operator": ">=", "value": 1, "within": "1h"}"#,
    r#"{"field": "events", "name": "login", "operator": ">=", "value": 1, "within": "1h"}"#,
    r#"{"field": "purchases", "operator": ">=", "value": 1, "within": "12h"}"#,
    r#"{"field": "totalSpent", "currency": "EUR", "operator": "<", "value": 0, "within": "7d"}"#,
    r#"{"field": "lastPurchaseAt", "operator": "not_within_last", "value": "30m"}"#,
    r#"{"field": "attr.date", "operator": "within_last", "value": "12h"}"#,
    r#"{"field": "attr.trial_ends", "operator": "not_within_last", "value": "7d"}"#,
    r#"{"field": "attr.trial_ends", "operator": "in_period", "value": "today"}"#,
];

/// The system segments and the first custom ones.
fn segments_before(slot: usize) -> Vec<SegmentKey> {
    catalogue().iter().map(|system| system.key.clone()).chain((0..slot).map(custom)).collect()
}

fn custom(slot: usize) -> SegmentKey {
    SegmentKey::new(SegmentType::Custom, format!("slot-{slot}"))
}

pub(crate) struct History<'a> {
    pub(crate) world: &'a World,
    pub(crate) clock: Instant,
}

impl History<'_> {
    /// After an incremental run: users evaluated, and all users.
    pub(crate) async fn take(&mut self, step: Step, said: &str) -> Option<(u64, u64)> {
        match step {
            Step::Write(user) => self.world.users(&[user]).await,
            Step::Values(id, values) => {
                if self.exists(&id).await {
                    let attributes = arbitrary::attributes();
                    let keys = attributes.iter().map(|attribute| attribute.key());
                    let change = keys.map(|key| (key.clone(), values.get(key).cloned())).collect();
                    self.world.attributes(&id.0, change).await;
                }
            }
            Step::Attempt(attempts) => {
                if let Some(first) = attempts.first()
                    && self.exists(&first.user_id).await
                {
                    self.world.attempts(&attempts).await;
                }
            }
            Step::Record(events) => {
                if let Some(first) = events.first()
                    && self.exists(&first.user_id).await
                {
                    self.world.record_events(&events).await;
                }
            }
            Step::Void(keys) => {
                if let Some((who, _)) = keys.first() {
                    let tx = self.world.change_of(&who.0).await;
                    events::void(&tx, &keys).await.expect("they are deleted");
                    tx.commit().await.expect("a commit");
                }
            }
            Step::Decide(who, segment, what, until) => self.decide(&who, &segment, Some((what, until))).await,
            Step::TakeBack(who, segment) => self.decide(&who, &segment, None).await,
            Step::Save(slot, criteria) => self.save(slot, criteria).await,
            Step::Activate(slot, is_active) => self.activate(slot, is_active).await,
            Step::RunUser(who) => {
                if self.exists(&who).await {
                    run_user(self.world.database(), &who, moment(self.clock), None).await.expect("it succeeds");
                }
            }
            Step::Erase(who) => {
                if self.exists(&who).await {
                    self.world.erase(&who.0).await;
                }
            }
            Step::Run(jump, mode) => return self.run(jump, mode, said).await,
        }
        None
    }

    async fn exists(&self, who: &UserId) -> bool {
        let database = self.world.database();
        users::find(database.connection(), database.shards().of(who), who).await.expect("a query").is_some()
    }

    async fn decide(&self, who: &UserId, key: &SegmentKey, what: Option<(OverrideKind, Option<TimeDelta>)>) {
        let database = self.world.database();
        let segment = segments::find(database.connection(), key).await.expect("a query");
        let (Some(segment), true) = (segment, self.exists(who).await) else { return };
        let (user, segment) = (self.world.no(&who.0).await, segment.id);
        let tx = database.begin_definition_change(user.shard()).await.expect("a transaction");
        if let Some((kind, until)) = what {
            let expires_at = until.map(|until| self.clock + until);
            let new_override = Override { user, segment, kind, actor: "token:ops".into(), reason: None, expires_at };
            overrides::set(&tx, &new_override, self.clock).await.expect("it is recorded");
        } else {
            overrides::clear(&tx, user, segment).await.expect("it is taken back");
        }
        tx.commit().await.expect("a commit");
    }

    /// Like the API: the definition with its members, and those of segments that refer to it.
    async fn save(&self, slot: usize, criteria: Criteria) {
        let database = self.world.database();
        let tx = database.begin_definition_change(Shard::FIRST).await.expect("a transaction");
        let key = custom(slot);
        let draft = Draft { name: key.value.clone(), description: None, criteria, author: "token:ops".into() };
        let (segment, is_active) = match segments::find(&tx, &key).await.expect("a query") {
            None => {
                let new = NewCustomSegment { id: key.value.clone(), draft: draft.clone() };
                (custom::insert(&tx, &new, self.clock).await.expect("it is made"), true)
            }
            Some(segment) => {
                let stored = custom::find(&tx, segment.id).await.expect("a query").expect("a definition");
                let updated = custom::update(&tx, &stored, stored.version, &draft, self.clock).await;
                updated.expect("it is changed");
                (segment.id, segment.is_active)
            }
        };
        if is_active && self.refers_to_what_there_is(&tx, &draft.criteria).await {
            let moment = Moment { now: self.clock, zone: Tz::UTC };
            let change = ChangeContext { at: self.clock, cause: Cause::SegmentSaved, run: None, actor: None };
            let rule = Rule { segment, criteria: &draft.criteria, moment };
            follow(&tx, rule, &change).await.expect("the members follow");
            tx.commit().await.expect("a commit");
            for shard in database.shards().all().filter(|shard| *shard != Shard::FIRST) {
                let tx = database.begin_definition_change(shard).await.expect("a transaction");
                follow(&tx, rule, &change).await.expect("the members follow");
                tx.commit().await.expect("a commit");
            }
        } else {
            tx.commit().await.expect("a commit");
        }
    }

    async fn refers_to_what_there_is(&self, tx: &persistence::Transaction, criteria: &Criteria) -> bool {
        for key in criteria.references() {
            if segments::find(tx, key).await.expect("a query").is_none() {
                return false;
            }
        }
        true
    }

    async fn activate(&self, slot: usize, is_active: bool) {
        let tx = self.world.database().begin_definition_change(Shard::FIRST).await.expect("a transaction");
        if let Some(segment) = segments::find(&tx, &custom(slot)).await.expect("a query") {
            segments::set_active(&tx, segment.id, is_active).await.expect("it is set");
        }
        tx.commit().await.expect("a commit");
    }

    async fn run(&mut self, jump: TimeDelta, mode: RunMode, said: &str) -> Option<(u64, u64)> {
        self.clock += jump;
        let options = RunOptions { mode, ..RunOptions::at(self.clock) };
        let report = run(self.world.database(), &options, &NoObserver).await.expect("the run succeeds");
        let full = RunOptions { mode: RunMode::Full, dry_run: true, ..options };
        let rest = run(self.world.database(), &full, &NoObserver).await.expect("the run succeeds");
        assert_eq!((rest.entered, rest.left), (0, 0), "{said} left {:?}", rest.by_segment);
        (mode == RunMode::Incremental).then_some((report.users_processed, rest.users_processed))
    }
}
