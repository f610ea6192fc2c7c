//! Incremental runs: which users they evaluate, and that they end where a full run ends.

use chrono::TimeDelta;
use chrono_tz::Tz;
use domain::{
    ids::{RunId, UserNo},
    instant::Instant,
    membership::Cause,
    overrides::OverrideKind,
    period::Moment,
    run::{RunMode, ShardStage},
    shard::Shard,
};
use integration_tests::{World, ago, now, on_both_databases, quiz, user};
use persistence::{
    facts::{self, Candidate, Scope},
    membership::{
        ledger::ChangeContext,
        overrides::{self, Override},
    },
    runs::shards::{self, ShardLease, ShardProgress},
    segments,
    user_range::UserSelection,
};
use segmentation_engine::run::{
    NoObserver, RunOptions, RunReport, commit::PendingBatch, evaluation::Evaluation, plan::Plan, run,
};
use serde_json::{Value as Json, json};

fn incremental(as_of: Instant) -> RunOptions {
    RunOptions { mode: RunMode::Incremental, ..RunOptions::at(as_of) }
}

/// Runs, and checks that a full run has nothing to do.
async fn run_incrementally(world: &World, options: &RunOptions) -> RunReport {
    let report = world.run_with(options).await;
    let full = RunOptions { mode: RunMode::Full, dry_run: true, ..options.clone() };
    let rest = world.run_with(&full).await;
    assert_eq!((rest.entered, rest.left), (0, 0), "{:?} are left for a full run", rest.by_segment);
    report
}

async fn custom(world: &World, id: &str, condition: Json) {
    world.custom_segment(id, id, json!({"combineWith": "AND", "criteria": [condition]})).await;
}

async fn read(world: &World, user: UserNo, plan: &Plan) -> Candidate {
    let scope = Scope { users: &UserSelection::List(vec![user]), as_of: now(), needs: &plan.needs() };
    let mut rows = facts::read_all(world.database().connection(), scope).await.expect("users are read");
    rows.remove(0).expect("a readable user")
}

/// Evaluates a user by a plan and writes the changes, like the run that made the plan.
async fn commit(world: &World, plan: &Plan, id: &str) {
    let candidate = read(world, world.no(id).await, plan).await;
    let mut pending = PendingBatch::default();
    pending.add(Evaluation::of(plan, &candidate, Moment { now: now(), zone: Tz::UTC }));
    let change = ChangeContext { at: now(), cause: Cause::Run, run: None, actor: None };
    let lease = lease_of(world, candidate.no.shard()).await;
    let progress = &mut ShardProgress::default();
    let refused = pending.commit(world.database(), plan, &change, (lease, ShardStage::Counting), progress, 1).await;
    assert!(refused.expect("it is written").is_empty());
}

/// Takes a shard of a run that nobody else works on any more.
async fn lease_of(world: &World, shard: Shard) -> ShardLease {
    let (run, connection) = (RunId(0), world.database().connection());
    let tx = world.database().begin().await.expect("a transaction");
    shards::prepare(&tx, run, world.database().shards()).await.expect("its shards");
    tx.commit().await.expect("a commit");
    world.execute("UPDATE run_shard SET lease_until = NULL").await;
    let all = shards::all(connection, run).await.expect("a query");
    let read = all.iter().find(|read| read.shard == shard).expect("the shard");
    let taken = shards::take(connection, run, read, ShardStage::Counting, "a test").await.expect("a query");
    taken.expect("nobody has it")
}

fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}

on_both_databases! {
    async fn incremental_first_run_evaluates_everyone_and_the_next_nobody(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let first = run_incrementally(&world, &incremental(now())).await;
        assert_eq!((first.users_processed, first.entered), (2, 4));
        assert_eq!(world.query::<(i64,)>("SELECT users_total FROM segmentation_run").await, [(2,)]);
        let events = world.events().await;
        for later in [0, 1, 60] {
            let next = run_incrementally(&world, &incremental(now() + minutes(later))).await;
            assert_eq!((next.users_processed, next.entered, next.left), (0, 0, 0));
        }
        assert_eq!(world.events().await, events);
        let runs = "SELECT mode, users_total FROM segmentation_run ORDER BY id DESC LIMIT 1";
        assert_eq!(world.query::<(String, i64)>(runs).await, [("incremental".into(), 0)]);
    }

    /// During a run, a definition changes and then a user. The run drops what it evaluated by the old definition, and
    /// with it the user's mark of change. The next run makes up for that, whatever the change was.
    async fn incremental_run_evaluates_what_the_last_one_dropped(world: World) {
        custom(&world, "streak", json!({"field": "currentStreak", "operator": ">=", "value": 7})).await;
        let both = json!([
            {"field": "segment", "operator": "in", "value": ["custom:streak"]},
            {"field": "level", "operator": ">=", "value": 3},
        ]);
        world.custom_segment("high", "high", json!({"combineWith": "AND", "criteria": both})).await;
        for change in [
            "UPDATE custom_segment SET name = 'other', name_folded = 'other', version = version + 1 WHERE id = 'streak'",
            "UPDATE segment SET is_active = false WHERE segment_value = 'streak'",
        ] {
            let mut ann = user("ann");
            (ann.current_streak, ann.level) = (7, 3);
            world.users(&[ann, user("bob")]).await;
            world.run(now()).await;
            assert_eq!(world.members("custom:high").await, ["ann"]);
            let plan = Plan::load(world.database().connection(), Tz::UTC).await.expect("a plan");
            world.execute(change).await;
            world.users(&[user("ann")]).await;
            commit(&world, &plan, "ann").await;
            assert_eq!(world.members("custom:high").await, ["ann"], "dropped");
            run_incrementally(&world, &incremental(now())).await;
            assert!(world.members("custom:high").await.is_empty(), "{change}");
        }
    }

    async fn incremental_run_evaluates_only_users_whose_data_changed(world: World) {
        let (mut ann, bob) = (user("ann"), user("bob"));
        world.users(&[ann.clone(), bob, user("cleo")]).await;
        world.run(now()).await;
        ann.plan = "PRO".into();
        world.users(&[ann]).await;
        world.attempts(&[quiz("bob", 1, "AZ-104")]).await;
        let report = run_incrementally(&world, &incremental(now() + minutes(1))).await;
        assert_eq!((report.users_processed, report.entered, report.left), (2, 3, 1));
        assert_eq!(world.segments_of("ann").await, ["lifecycle:churned", "plan:pro"]);
        assert_eq!(world.members("behavior:casual").await, ["bob"]);
    }

    async fn incremental_run_evaluates_users_whose_dates_have_passed(world: World) {
        let mut fresh = user("fresh");
        fresh.created_at = ago(7) + minutes(10);
        let mut active = user("active");
        active.last_activity_at = Some(ago(30) + minutes(20));
        world.users(&[fresh, active, user("idle")]).await;
        world.run(now()).await;
        for (later, processed, (entered, left)) in [(9, 0, (0, 0)), (11, 1, (1, 1)), (21, 1, (1, 1)), (40, 0, (0, 0))] {
            let report = run_incrementally(&world, &incremental(now() + minutes(later))).await;
            assert_eq!((report.users_processed, report.entered, report.left), (processed, entered, left), "{later}");
        }
        assert_eq!(world.members("lifecycle:inactive").await, ["fresh"]);
        assert_eq!(world.members("lifecycle:churned").await, ["active", "idle"]);
    }

    async fn incremental_run_notices_quizzes_that_leave_a_window(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let mut attempt = quiz("ann", 1, "AZ-104");
        attempt.completed_at = now() - minutes(59);
        world.attempts(&[attempt, quiz("bob", 1, "AZ-104")]).await;
        custom(&world, "hour", json!({"field": "quizAttempts", "operator": ">=", "value": 1, "within": "1h"})).await;
        custom(&world, "in_it", json!({"field": "segment", "operator": "in", "value": ["custom:hour"]})).await;
        world.run(now()).await;
        assert_eq!(world.members("custom:in_it").await, ["ann"]);
        let report = run_incrementally(&world, &incremental(now() + minutes(2))).await;
        assert_eq!((report.users_processed, report.left), (1, 2));
    }

    async fn incremental_run_evaluates_everyone_for_a_new_changed_or_repaired_definition(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.run(now()).await;
        custom(&world, "level", json!({"field": "level", "operator": ">=", "value": 1})).await;
        let processed = |report: RunReport| report.users_processed;
        assert_eq!(processed(run_incrementally(&world, &incremental(now())).await), 2);
        assert_eq!(world.members("custom:level").await, ["ann", "bob"]);
        assert_eq!(processed(run_incrementally(&world, &incremental(now())).await), 0);
        let define = |criteria: &str| format!("UPDATE custom_segment SET criteria = '[{criteria}]'");
        for (criteria, processed) in [
            (r#"{"field": "level", "operator": ">=", "value": 2}"#, 2),
            // It cannot be evaluated; the others can.
            (r#"{"field": "gone"}"#, 0),
            (r#"{"field": "level", "operator": ">=", "value": 2}"#, 2),
        ] {
            world.execute(&define(criteria)).await;
            let report = run_incrementally(&world, &incremental(now())).await;
            assert_eq!(report.users_processed, processed, "{criteria}");
        }
        assert!(world.members("custom:level").await.is_empty());
    }

    async fn incremental_run_evaluates_everyone_for_an_activated_segment(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.run(now()).await;
        for (is_active, processed) in [(false, 0), (true, 2)] {
            let tx = world.database().begin_definition_change(domain::shard::Shard::FIRST).await.expect("a transaction");
            segments::set_active(&tx, world.segment("plan:free").await, is_active).await.expect("it is set");
            tx.commit().await.expect("a commit");
            let report = run_incrementally(&world, &incremental(now())).await;
            assert_eq!(report.users_processed, processed);
        }
    }

    async fn incremental_run_evaluates_everyone_in_another_zone(world: World) {
        let mut ann = user("ann");
        ann.last_activity_at = Some(now() - TimeDelta::hours(14));
        world.users(&[ann]).await;
        custom(&world, "today", json!({"field": "lastActivityAt", "operator": "in_period", "value": "today"})).await;
        world.run(now()).await;
        assert!(world.members("custom:today").await.is_empty());
        let mut options = incremental(now());
        options.zone = Tz::Asia__Tokyo;
        assert_eq!(run_incrementally(&world, &options).await.users_processed, 1);
        assert_eq!(world.members("custom:today").await, ["ann"], "it was seven in the morning there");
        assert_eq!(run_incrementally(&world, &options).await.users_processed, 0);
    }

    async fn incremental_run_notices_overrides_that_expire(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.run(now()).await;
        let new_override = Override {
            user: world.no("ann").await,
            segment: world.segment("plan:free").await,
            kind: OverrideKind::Exclude,
            actor: "token:ops".into(),
            reason: None,
            expires_at: Some(now() + minutes(30)),
        };
        let tx = world.change_of("ann").await;
        overrides::set(&tx, &new_override, now()).await.expect("it is recorded");
        tx.commit().await.expect("a commit");
        for (later, processed, members) in [(1, 1, vec!["bob"]), (29, 0, vec!["bob"]), (31, 1, vec!["ann", "bob"])] {
            let report = run_incrementally(&world, &incremental(now() + minutes(later))).await;
            assert_eq!(report.users_processed, processed, "after {later} minutes");
            assert_eq!(world.members("plan:free").await, members, "after {later} minutes");
        }
    }

    async fn incremental_run_does_not_rely_on_a_failed_run(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.refuse_writes("segment").await;
        let failed = run(world.database(), &RunOptions::at(now()), &NoObserver).await;
        failed.expect_err("its end cannot be noted");
        world.allow_writes("segment").await;
        let report = run_incrementally(&world, &incremental(now())).await;
        assert_eq!((report.users_processed, report.entered), (2, 0), "it had written their memberships");
    }
}
