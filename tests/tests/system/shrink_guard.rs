//! The shrink guard on both databases: what a run holds back, and what it lets go.

use domain::{
    overrides::OverrideKind,
    run::{RunIssue, RunMode},
    segment_health::SegmentHealth,
};
use integration_tests::{Kind, TestDatabase, World, ago, moment, now, on_both_databases, user};
use segmentation_engine::{
    audit::Audit,
    overrides::{self, NewOverride},
    run::{MayShrink, NoObserver, Observer, RunError, RunOptions, Stop, run},
};

use crate::faults::crowd;

on_both_databases! {
    async fn shrink_guard_holds_back_most_members_of_a_segment(world: World) {
        let mut users: Vec<_> = (0..201).map(|index| user(&format!("user-{index:03}"))).collect();
        let mut small: Vec<_> = (0..90).map(|index| user(&format!("pro-{index:03}"))).collect();
        small.iter_mut().for_each(|user| user.plan = "PRO".into());
        world.users(&users).await;
        world.users(&small).await;
        world.custom_segment("free", "free", serde_json::json!({"combineWith": "AND", "criteria": [
            {"field": "segment", "operator": "in", "value": ["plan:free"]},
        ]})).await;
        world.run(now()).await;

        // Half may leave.
        users[..100].iter_mut().for_each(|user| user.plan = "PREMIUM".into());
        world.users(&users).await;
        assert!(world.run(now()).await.issues.is_empty());
        users[..100].iter_mut().for_each(|user| user.plan = "FREE".into());
        world.users(&users).await;
        world.run(now()).await;

        // More may not, also not from segments that refer to it. Small segments may lose everyone.
        users[..101].iter_mut().for_each(|user| user.plan = "PREMIUM".into());
        small.iter_mut().for_each(|user| user.plan = "PREMIUM".into());
        world.users(&users).await;
        world.users(&small).await;
        let dry = world.run_with(&RunOptions { dry_run: true, ..RunOptions::at(now()) }).await;
        let report = world.run(now()).await;
        let held_back = ["plan:free", "custom:free"].map(|key| RunIssue::HeldBack {
            segment: key.parse().expect("a key"),
            leaving: 101,
            members: 201,
        });
        assert_eq!((&report.issues[..], report.issue_count), (&held_back[..], 2));
        assert_eq!((dry.issues, dry.entered, dry.left), (report.issues, report.entered, report.left));
        let counts = world.counts().await;
        assert_eq!((counts["plan:free"], counts["custom:free"]), (201, 201));
        // A user who stays in one plan does not enter another.
        assert_eq!((counts["plan:pro"], counts["plan:premium"]), (0, 90));
        let health = SegmentHealth::HeldBack { leaving: 101, members: 201 };
        assert_eq!(world.unhealthy().await, ["plan:free", "custom:free"].map(|key| (key.to_owned(), health.clone())));

        // The next run holds it back again.
        let again = world.run_with(&RunOptions { mode: RunMode::Incremental, ..RunOptions::at(now()) }).await;
        assert_eq!((again.users_processed, again.issue_count, again.entered, again.left), (101, 2, 0, 0));

        let allowing = RunOptions { may_shrink: MayShrink::All, mode: RunMode::Incremental, ..RunOptions::at(now()) };
        let report = world.run_with(&allowing).await;
        assert!(report.issues.is_empty());
        let counts = world.counts().await;
        assert_eq!((counts["plan:free"], counts["custom:free"], counts["plan:premium"]), (100, 100, 191));
        assert_eq!(world.unhealthy().await, []);
    }

    async fn shrink_guard_lets_go_of_the_segments_that_are_named(world: World) {
        let mut users: Vec<_> = (0..150).map(|index| user(&format!("user-{index:03}"))).collect();
        users.iter_mut().for_each(|user| (user.created_at, user.last_activity_at) = (ago(100), Some(ago(1))));
        world.users(&users).await;
        world.run(now()).await;
        users.iter_mut().for_each(|user| (user.plan, user.last_activity_at) = ("PRO".into(), None));
        world.users(&users).await;
        let only = |key: &str| MayShrink::Only([key.parse().expect("a key")].into());
        let report = world.run_with(&RunOptions { may_shrink: only("plan:free"), ..RunOptions::at(now()) }).await;
        let held_back = [("lifecycle:active".to_owned(), SegmentHealth::HeldBack { leaving: 150, members: 150 })];
        assert_eq!((report.issue_count, world.unhealthy().await.as_slice()), (1, held_back.as_slice()));
        let counts = world.counts().await;
        assert_eq!((counts["plan:free"], counts["plan:pro"], counts["lifecycle:active"]), (0, 150, 150));
        let unknown = RunOptions { may_shrink: only("custom:none"), ..RunOptions::at(now()) };
        for unknown in [unknown.clone(), RunOptions { dry_run: true, ..unknown }] {
            let refused = run(world.database(), &unknown, &NoObserver).await.expect_err("there is no such segment");
            assert_eq!(refused.to_string(), "there is no segment custom:none");
        }
        world.run_with(&RunOptions { may_shrink: only("lifecycle:active"), ..RunOptions::at(now()) }).await;
        assert_eq!((world.counts().await["lifecycle:active"], world.unhealthy().await.len()), (0, 0));
    }

    async fn shrink_guard_lets_members_leave_as_time_passes(world: World) {
        let mut class: Vec<_> = (0..150).map(|index| user(&format!("user-{index:03}"))).collect();
        for user in &mut class {
            (user.created_at, user.last_activity_at) = (now(), Some(now()));
        }
        world.users(&class).await;
        world.custom_segment("today", "today", serde_json::json!({"combineWith": "AND", "criteria": [
            {"field": "lastActivityAt", "operator": "in_period", "value": "today"},
        ]})).await;
        world.run(now()).await;
        let sizes = |counts: &std::collections::BTreeMap<String, i64>| {
            ["custom:today", "lifecycle:new", "lifecycle:inactive"].map(|key| counts[key])
        };
        assert_eq!(sizes(&world.counts().await), [150, 150, 0]);
        for (days, expected) in [(1, [0, 150, 0]), (8, [0, 0, 150])] {
            let later = RunOptions { mode: RunMode::Incremental, ..RunOptions::at(now() + chrono::TimeDelta::days(days)) };
            assert_eq!(world.run_with(&later).await.issues, []);
            assert_eq!(sizes(&world.counts().await), expected, "after {days} days");
        }
    }

    /// The host application writes something of everyone every day, but that is not why they are no longer new.
    async fn shrink_guard_lets_members_leave_as_time_passes_while_other_data_change(world: World) {
        let mut class: Vec<_> = (0..150).map(|index| user(&format!("user-{index:03}"))).collect();
        class.iter_mut().for_each(|user| user.created_at = now());
        for days in 0..9 {
            class.iter_mut().for_each(|user| user.total_points += 10);
            world.users(&class).await;
            let mode = if days % 2 == 0 { RunMode::Full } else { RunMode::Incremental };
            let day = RunOptions { mode, ..RunOptions::at(now() + chrono::TimeDelta::days(days)) };
            assert_eq!(world.run_with(&day).await.issues, [], "after {days} days");
        }
        assert_eq!(world.counts().await["lifecycle:new"], 0);
    }

    /// Once the data are right again, nobody is held back, however long it took.
    async fn shrink_guard_lets_go_once_a_broken_import_is_repaired(world: World) {
        let mut class: Vec<_> = (0..150).map(|index| user(&format!("user-{index:03}"))).collect();
        class.iter_mut().for_each(|user| user.created_at = now());
        world.users(&class).await;
        world.run(now()).await;
        let day = |days| RunOptions::at(now() + chrono::TimeDelta::days(days));
        class.iter_mut().for_each(|user| user.created_at = ago(2_000));
        world.users(&class).await;
        for days in [1, 3, 12] {
            assert_eq!(world.run_with(&day(days)).await.issue_count, 1, "it is held back after {days} days");
            assert_eq!(world.counts().await["lifecycle:new"], 150);
        }
        class.iter_mut().for_each(|user| user.created_at = now());
        world.users(&class).await;
        assert_eq!(world.run_with(&day(12)).await.issues, []);
        assert_eq!(world.counts().await["lifecycle:new"], 0);
    }

    /// The rules are those of before, though everyone has to be evaluated.
    async fn shrink_guard_holds_back_in_another_time_zone_and_after_an_upgrade(world: World) {
        let mut users: Vec<_> = (0..150).map(|index| user(&format!("user-{index:03}"))).collect();
        world.users(&users).await;
        world.run(now()).await;
        users.iter_mut().for_each(|user| user.plan = "PRO".into());
        world.users(&users).await;
        let berlin = RunOptions { zone: chrono_tz::Europe::Berlin, ..RunOptions::at(now()) };
        assert_eq!(world.run_with(&berlin).await.issue_count, 1);
        world.execute("UPDATE segment SET settled_rule = replace(settled_rule, ' ', ' 0.0.')").await;
        assert_eq!(world.run(now()).await.issue_count, 1);
        world.execute("UPDATE segment SET settled_rule = 'one hash of an earlier version'").await;
        world.execute("UPDATE segment SET settled_rule = replace(settled_rule, ' ', '-')").await;
        assert_eq!(world.run(now()).await.issue_count, 1);
        assert_eq!(world.counts().await["plan:free"], 150);
    }

    /// An override marks a user for the next run, but it is not a change of data.
    async fn shrink_guard_lets_users_with_overrides_leave_as_time_passes(world: World) {
        let mut class: Vec<_> = (0..150).map(|index| user(&format!("user-{index:03}"))).collect();
        class.iter_mut().for_each(|user| user.last_activity_at = Some(now()));
        world.users(&class).await;
        world.run(now()).await;
        let audit = Audit::of_command("removeUserFromSegment");
        for user in &class {
            let excluded = NewOverride {
                user: user.id.clone(),
                segment: "plan:free".parse().expect("a key"),
                kind: OverrideKind::Exclude,
                reason: None,
                expires_at: None,
            };
            overrides::set(world.database(), &excluded, moment(now()), &audit).await.expect("it is set");
        }
        let later = now() + chrono::TimeDelta::days(8);
        let report = world.run_with(&RunOptions { mode: RunMode::Incremental, ..RunOptions::at(later) }).await;
        assert_eq!((report.issues, world.counts().await["lifecycle:inactive"]), (vec![], 150));
    }

    /// A change by an admin is intended, and so is what follows in other segments.
    async fn shrink_guard_does_not_hold_back_a_changed_definition(world: World) {
        crowd(&world, 150).await;
        let all_of = |condition: serde_json::Value| serde_json::json!({"combineWith": "AND", "criteria": [condition]});
        let level = serde_json::json!({"field": "level", "operator": ">=", "value": 1});
        let in_level = serde_json::json!({"field": "segment", "operator": "in", "value": ["custom:level"]});
        world.custom_segment("level", "level", all_of(level)).await;
        world.custom_segment("in_it", "in it", all_of(in_level)).await;
        world.run(now()).await;
        assert_eq!(world.counts().await["custom:in_it"], 150);
        let change = r#"UPDATE custom_segment SET criteria = '[{"field": "level", "operator": ">=", "value": 2}]' WHERE id = 'level'"#;
        world.execute(change).await;
        let report = world.run_with(&RunOptions { mode: RunMode::Incremental, ..RunOptions::at(now()) }).await;
        assert!(report.issues.is_empty(), "{:?}", report.issues);
        let counts = world.counts().await;
        assert_eq!((counts["custom:level"], counts["custom:in_it"]), (0, 0));
    }
}

/// Once too many users are held back, the rest is only counted. Everyone would leave, so nothing may be written yet.
#[tokio::test]
async fn shrink_guard_counting_can_be_stopped_and_moves_nobody() {
    let Some(test_database) = TestDatabase::create(Kind::Sqlite).await else { return };
    let world = World::new(test_database);
    world.run(now()).await;
    for sql in [
        "INSERT INTO users (id, email, email_folded, plan, role, current_streak, total_points, level, random_bucket, created_at, \
         updated_at) WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers LIMIT 110000) \
         SELECT number, 'a@example.org', 'a@example.org', 'PRO', 'USER', 0, 0, 1, 0, '2025-03-10T12:00:00+00:00', \
         '2025-03-10T12:00:00+00:00' FROM numbers",
        "INSERT INTO user_stats (user_no) SELECT no FROM users",
        "INSERT INTO user_segment (user_no, segment_id, added_at) SELECT no, (SELECT id FROM segment WHERE \
         segment_value = 'free'), '2025-03-10T12:00:00+00:00' FROM users",
        "INSERT INTO user_dirty (user_no) SELECT no FROM users",
        "INSERT INTO segment_count (segment_id, member_count, counted_at) VALUES (1, 110000, '2025-03-10T12:00:00+00:00')",
    ] {
        world.execute(sql).await;
    }
    let options = RunOptions { batch_size: 5_000.try_into().expect("not zero"), ..RunOptions::at(now()) };
    let asks = AsksToStop { after: 100_000, stop: options.stop.clone() };
    let ended = run(world.database(), &options, &asks).await;
    assert!(matches!(ended, Err(RunError::Stopped { of: 110_000, .. })), "{ended:?}");
    let state = "SELECT state FROM segmentation_run ORDER BY id DESC LIMIT 1";
    assert_eq!(world.query::<(String,)>(state).await, [("abandoned".into(),)]);
    assert_eq!(world.events().await, 0);
}

/// Asks the run to stop after this many users.
struct AsksToStop {
    after: u64,
    stop: Stop,
}

impl Observer for AsksToStop {
    fn evaluated(&self, users: u64, _of: u64) {
        if users >= self.after {
            self.stop.ask();
        }
    }
}
