//! Examples of runs.

use chrono::TimeDelta;
use domain::{
    overrides::OverrideKind,
    run::{RunIssue, RunMode, RunTrigger},
    segment_health::{RuleFailure, SegmentHealth},
};
use integration_tests::{Program, World, ago, moment, now, on_both_databases, quiz, user};
use persistence::{
    membership::overrides::{self, Override},
    runs::{self, LeaseError, NewRun},
    segments,
};
use segmentation_engine::{
    audit::Audit,
    cleanup::cleanup_old_segments,
    evaluate_user::run_user,
    run::{NoObserver, RunError, RunOptions, run},
};

on_both_databases! {
    async fn run_puts_everyone_where_they_belong(world: World) {
        let mut ann = user("ann");
        ann.plan = "PRO".into();
        ann.last_activity_at = Some(ago(2));
        ann.current_streak = 7;
        let mut bob = user("bob");
        bob.created_at = ago(3);
        world.users(&[ann, bob, user("cleo")]).await;
        let aws: Vec<_> = (0..60).map(|number| quiz("ann", number, "AWS-SAA-C03")).collect();
        let other: Vec<_> = (60..100).map(|number| quiz("ann", number, "AZ-104")).collect();
        world.attempts(&[aws, other, vec![quiz("cleo", 0, "GCP ACE")]].concat()).await;

        let report = world.run(now()).await;

        assert_eq!(report.users_processed, 3);
        assert_eq!((report.entered, report.left), (11, 0));
        assert_eq!(
            world.segments_of("ann").await,
            ["behavior:power_users", "behavior:streak_7", "certification:aws_focus", "lifecycle:active", "plan:pro"]
        );
        assert_eq!(world.segments_of("bob").await, ["lifecycle:new", "plan:free"]);
        assert_eq!(
            world.segments_of("cleo").await,
            ["behavior:casual", "certification:gcp_focus", "lifecycle:churned", "plan:free"]
        );
        assert_eq!(world.counts().await["plan:free"], 2);
    }

    async fn run_moves_a_user_to_the_segment_of_a_new_plan(world: World) {
        let mut ann = user("ann");
        world.users(&[ann.clone()]).await;
        world.run(now()).await;
        ann.plan = "PREMIUM".into();
        world.users(&[ann]).await;

        let report = world.run(now() + TimeDelta::days(1)).await;

        assert_eq!((report.entered, report.left), (1, 1));
        assert_eq!(world.segments_of("ann").await, ["lifecycle:churned", "plan:premium"]);
        let history = world.query::<(String, String)>(
            "SELECT segment_value, CAST(removed_at IS NULL AS text) FROM user_segment_by_name \
             WHERE segment_type = 'plan' ORDER BY segment_value",
        );
        let values: Vec<_> = history.await.into_iter().map(|(value, _)| value).collect();
        assert_eq!(values, ["free", "premium"], "the past is kept");
    }

    async fn run_repeated_writes_nothing(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.run(now()).await;
        let events = world.events().await;
        let counted = world.query::<(String, i64)>(COUNTED_AT).await;

        let report = world.run(now()).await;

        assert_eq!((report.entered, report.left), (0, 0));
        assert_eq!(world.events().await, events);
        assert_eq!(world.query::<(String, i64)>(COUNTED_AT).await, counted);
    }

    async fn membership_row_is_reused_and_the_ledger_keeps_all_events(world: World) {
        let mut ann = user("ann");
        for (plan, days) in [("PRO", 0), ("FREE", 1), ("PRO", 2)] {
            ann.plan = plan.into();
            world.users(&[ann.clone()]).await;
            world.run(now() + TimeDelta::days(days)).await;
        }
        let rows = "SELECT segment_value, count(*) FROM user_segment_by_name WHERE segment_type = 'plan' \
                    AND removed_at IS NULL GROUP BY segment_value";
        assert_eq!(world.query::<(String, i64)>(rows).await, [("pro".into(), 1)]);
        let id = world.segment("plan:pro").await;
        let events = format!("SELECT count(*) FROM segment_event WHERE segment_id = {id}");
        assert_eq!(world.query::<(i64,)>(&events).await, [(3,)]);
    }

    async fn mark_of_change_is_cleared_by_a_run(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let marked = "SELECT count(*) FROM user_dirty";
        assert_eq!(world.query::<(i64,)>(marked).await, [(2,)]);
        world.run(now()).await;
        assert_eq!(world.query::<(i64,)>(marked).await, [(0,)]);
        world.users(&[user("ann"), user("bob")]).await;
        assert_eq!(world.query::<(i64,)>(marked).await, [(0,)], "nothing changed, so nobody is marked");
        world.attempts(&[quiz("bob", 1, "AZ-104")]).await;
        assert_eq!(world.query::<(i64,)>(marked).await, [(1,)]);
    }

    /// A mark that is newer than the one that was read stays.
    async fn mark_of_change_survives_the_clearing_of_an_earlier_one(world: World) {
        world.users(&[user("ann")]).await;
        let no = world.no("ann").await;
        let [(read,)] = world.query::<(i64,)>("SELECT seq FROM user_dirty").await[..] else { panic!("one mark") };
        world.attempts(&[quiz("ann", 1, "AZ-104")]).await;
        let tx = world.change_of("ann").await;
        persistence::ingest::user_stats::clear_dirty(&tx, &[(no, read)]).await.expect("marks are cleared");
        tx.commit().await.expect("a commit");
        let [(later,)] = world.query::<(i64,)>("SELECT seq FROM user_dirty").await[..] else { panic!("one mark") };
        assert!(later > read);
    }

    async fn run_warns_of_a_plan_without_a_segment(world: World) {
        let mut ann = user("ann");
        ann.plan = "ENTERPRISE".into();
        world.users(&[ann]).await;
        let report = world.run(now()).await;
        assert_eq!(report.unknown_plans, 1);
        assert!(report.issues.is_empty());
        assert_eq!(world.segments_of("ann").await, ["lifecycle:churned"]);
    }

    async fn override_survives_runs(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.run(now()).await;
        decide(&world, "ann", "plan:free", OverrideKind::Exclude, None).await;
        decide(&world, "bob", "plan:premium", OverrideKind::Include, None).await;
        for days in 1..3 {
            world.run(now() + TimeDelta::days(days)).await;
            assert_eq!(world.members("plan:free").await, ["bob"]);
            assert_eq!(world.members("plan:premium").await, ["bob"]);
        }
    }

    async fn override_that_expired_has_no_effect(world: World) {
        world.users(&[user("ann")]).await;
        decide(&world, "ann", "plan:free", OverrideKind::Exclude, Some(now() + TimeDelta::days(1))).await;
        world.run(now()).await;
        assert!(world.members("plan:free").await.is_empty());
        world.run(now() + TimeDelta::days(1)).await;
        assert_eq!(world.members("plan:free").await, ["ann"]);
    }

    async fn batch_size_does_not_change_the_result(world: World) {
        let users: Vec<_> = (0..250)
            .map(|index: i64| {
                let mut user = user(&format!("user-{index}"));
                user.plan = ["FREE", "PRO", "PREMIUM"][usize::try_from(index % 3).expect("small")].into();
                user.last_activity_at = (index % 5 != 0).then(|| ago(index % 40));
                user.created_at = ago(index % 60);
                user
            })
            .collect();
        world.users(&users).await;
        let mut ends = Vec::new();
        for (batch, commit) in [(1, 1), (7, 50), (100, 5_000), (5_000, 1), (5_000, 5_000)] {
            world.execute("DELETE FROM user_segment").await;
            world.execute("DELETE FROM segment_event").await;
            world.execute("DELETE FROM segment_flow").await;
            world.execute("UPDATE segment_count SET member_count = 0").await;
            let mut options = RunOptions::at(now());
            options.batch_size = batch.try_into().expect("not zero");
            options.commit_users = commit.try_into().expect("not zero");
            let report = world.run_with(&options).await;
            ends.push((world.memberships().await, report.entered, world.events().await));
        }
        assert!(ends.iter().all(|end| *end == ends[0]));
        assert_eq!(ends[0].1, 500);
    }

    async fn dry_run_reports_changes_and_makes_none(world: World) {
        world.users(&[user("ann")]).await;
        let mut options = RunOptions::at(now());
        options.dry_run = true;
        let report = world.run_with(&options).await;
        assert_eq!((report.run, report.entered, report.left), (None, 2, 0));
        let named: Vec<_> = report.by_segment.keys().map(ToString::to_string).collect();
        assert_eq!(named, ["plan:free", "lifecycle:churned"]);
        assert!(world.memberships().await.is_empty());
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM segmentation_run").await, [(0,)]);
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM user_dirty").await, [(1,)]);
    }

    async fn clock_cannot_run_backwards(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        let refused = run(world.database(), &RunOptions::at(ago(1)), &NoObserver).await;
        assert!(matches!(refused, Err(RunError::Lease(LeaseError::Backwards { .. }))), "{refused:?}");
    }

    /// Another run started and ended while this one waited, or another machine's clock is ahead.
    async fn clock_that_was_not_given_is_moved_up_slightly(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        let late = |seconds| RunOptions {
            as_of_is_given: false,
            ..RunOptions::at(now() - TimeDelta::seconds(seconds))
        };
        let report = run(world.database(), &late(59), &NoObserver).await.expect("it succeeds");
        assert_eq!(report.as_of, now());
        let refused = run(world.database(), &late(61), &NoObserver).await;
        assert!(matches!(refused, Err(RunError::Lease(LeaseError::Backwards { .. }))), "{refused:?}");
    }

    async fn clock_is_not_behind_changes_of_single_users_and_admins(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        run_user(world.database(), &user("ann").id, moment(now()), None).await.expect("it succeeds");

        let refused = run(world.database(), &RunOptions::at(now() - TimeDelta::minutes(2)), &NoObserver).await;
        assert!(matches!(refused, Err(RunError::Lease(LeaseError::BehindChange { .. }))), "{refused:?}");
        let said = Program::engine(&world.test_database.url).args(["run", "--as-of", "2026-03-10T11:58:00Z"]).run().expect(2);
        let why = "error: the time of the run, 2026-03-10T11:58:00Z, is earlier than a change at 2026-03-10T12:00:00Z: history cannot \
                   run backwards. Check --as-of and the clocks\n";
        assert_eq!(said.errors, why);

        // The clocks of machines differ slightly: the run takes the time of the change.
        let report = world.run(now() - TimeDelta::seconds(2)).await;
        assert_eq!(report.as_of, now());
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM segment_event WHERE at <> (SELECT max(at) FROM segment_event)").await, [(0,)]);

        // A change after a run is not recorded before it either.
        world.users(&[integration_tests::user("cleo")]).await;
        run_user(world.database(), &user("cleo").id, moment(now() - TimeDelta::seconds(9)), None).await.expect("it succeeds");
        assert_eq!(world.query::<(i64,)>("SELECT count(DISTINCT at) FROM segment_event").await, [(1,)]);
        world.verify().await;
    }

    /// A run does not undo a later evaluation of a single user.
    async fn run_leaves_a_user_evaluated_meanwhile_to_the_next_one(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        let new = NewRun { trigger: RunTrigger::CommandLine, mode: RunMode::Full, as_of: now(), as_of_is_given: true, owner: "a run".into() };
        runs::begin(world.database(), &new).await.expect("the lease is free");
        let mut ann = user("ann");
        ann.plan = "PRO".into();
        world.users(&[ann]).await;
        let marks = "SELECT count(*), coalesce(max(seq), 0) FROM user_dirty";
        let before = world.query::<(i64, i64)>(marks).await;
        run_user(world.database(), &user("ann").id, moment(now()), None).await.expect("it succeeds");
        let after = world.query::<(i64, i64)>(marks).await;
        assert!(after[0].0 == 1 && after[0].1 > before[0].1, "{before:?} {after:?}");
    }

    async fn run_user_evaluates_one_user(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let report = run_user(world.database(), &user("ann").id, moment(now()), None).await.expect("it succeeds");
        let added: Vec<_> = report.added.iter().map(ToString::to_string).collect();
        assert_eq!(added, ["plan:free", "lifecycle:churned"]);
        assert!(world.segments_of("bob").await.is_empty());
        assert_eq!(world.query::<(String,)>("SELECT DISTINCT cause FROM segment_event").await, [("user_run".into(),)]);
        world.verify().await;
        let unknown = run_user(world.database(), &user("nobody").id, moment(now()), None).await;
        assert_eq!(unknown.expect_err("there is no such user").to_string(), "there is no user nobody");
    }

    async fn plan_orders_custom_segments_after_those_they_refer_to(world: World) {
        let mut ann = user("ann");
        ann.plan = "PRO".into();
        world.users(&[ann, user("bob")]).await;
        world.attempts(&[quiz("ann", 1, "AWS-SAA-C03")]).await;
        // Created in the wrong order: the first refers to the second.
        custom(&world, "both", r#"{"field": "segment", "operator": "in", "value": ["custom:recent"]}"#).await;
        custom(&world, "recent", r#"{"field": "quizAttempts", "operator": ">=", "value": 1, "within": "15d"}"#).await;
        custom(&world, "named", r#"{"field": "email", "operator": "starts_with", "value": "BOB@"}"#).await;
        world.run(now()).await;
        assert_eq!(world.members("custom:recent").await, ["ann"]);
        assert_eq!(world.members("custom:both").await, ["ann"]);
        assert_eq!(world.members("custom:named").await, ["bob"]);
        world.run(now() + TimeDelta::days(6)).await;
        assert!(world.members("custom:recent").await.is_empty());
        assert!(world.members("custom:both").await.is_empty());
    }

    async fn failed_rule_keeps_its_members_and_others_continue(world: World) {
        world.users(&[user("ann")]).await;
        custom(&world, "everyone", r#"{"field": "level", "operator": ">=", "value": 0}"#).await;
        world.run(now()).await;
        assert_eq!(world.members("custom:everyone").await, ["ann"]);
        world.execute("UPDATE custom_segment SET criteria = '[{\"field\": \"gone\", \"operator\": \"in\"}]'").await;
        let mut ann = user("ann");
        ann.plan = "PRO".into();
        world.users(&[ann]).await;

        let report = world.run(now() + TimeDelta::days(1)).await;

        let [RunIssue::RuleFailed { segment, reason: RuleFailure::InvalidDefinition { faults } }] = &report.issues[..] else {
            panic!("{:?}", report.issues)
        };
        assert_eq!((segment.to_string().as_str(), faults[0].path.as_str()), ("custom:everyone", "criteria[0].field"));
        assert_eq!(world.segments_of("ann").await, ["custom:everyone", "lifecycle:churned", "plan:pro"]);
        let reason = RuleFailure::InvalidDefinition { faults: faults.clone() };
        assert_eq!(world.unhealthy().await, [(segment.to_string(), SegmentHealth::RuleFailed { reason })]);

        world.execute("UPDATE custom_segment SET criteria = '[{\"field\": \"level\", \"operator\": \"<\", \"value\": 0}]'").await;
        world.run(now() + TimeDelta::days(2)).await;
        assert_eq!(world.unhealthy().await, []);
        assert!(world.members("custom:everyone").await.is_empty());
    }

    async fn inactive_segment_is_skipped_and_keeps_its_members(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        let tx = world.database().begin_definition_change(domain::shard::Shard::FIRST).await.expect("a transaction");
        segments::set_active(&tx, world.segment("plan:free").await, false).await.expect("it is set");
        tx.commit().await.expect("a commit");
        let mut ann = user("ann");
        ann.plan = "PRO".into();
        world.users(&[ann]).await;
        world.run(now() + TimeDelta::days(1)).await;
        assert_eq!(world.segments_of("ann").await, ["lifecycle:churned", "plan:free", "plan:pro"]);
    }

    async fn cleanup_deletes_memberships_older_than_90_days_and_no_override(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.run(now()).await;
        decide(&world, "ann", "plan:free", OverrideKind::Exclude, None).await;
        world.run(now()).await;
        let rows = "SELECT count(*) FROM user_segment";
        assert_eq!(world.query::<(i64,)>(rows).await, [(4,)]);
        let ninety = TimeDelta::days(90);
        let audit = Audit::of_command("cleanupOldSegments");
        assert_eq!(cleanup_old_segments(world.database(), now() + ninety, &audit).await, Ok(0));
        assert_eq!(cleanup_old_segments(world.database(), now() + ninety + TimeDelta::microseconds(1), &audit).await, Ok(1));
        assert_eq!(world.query::<(i64,)>(rows).await, [(3,)]);
        world.verify().await;
        world.run(now() + TimeDelta::days(91)).await;
        assert_eq!(world.members("plan:free").await, ["bob"]);
    }
}

const COUNTED_AT: &str = "SELECT CAST(max(counted_at) AS text), CAST(sum(member_count) AS bigint) FROM segment_count GROUP BY segment_id HAVING sum(member_count) > 0 ORDER BY segment_id";

/// Like the API: the override and the membership in one transaction.
async fn decide(
    world: &World,
    user: &str,
    segment: &str,
    kind: OverrideKind,
    expires_at: Option<domain::instant::Instant>,
) {
    let decided = Override {
        user: world.no(user).await,
        segment: world.segment(segment).await,
        kind,
        actor: "an admin".into(),
        reason: None,
        expires_at,
    };
    let tx = world.change_of(user).await;
    overrides::set(&tx, &decided, now()).await.expect("it is recorded");
    tx.commit().await.expect("a commit");
}

async fn custom(world: &World, id: &str, condition: &str) {
    let definition = format!(r#"{{"combineWith": "AND", "criteria": [{condition}]}}"#);
    world.custom_segment(id, &format!("The {id}"), definition.parse().expect("JSON")).await;
}
