//! Failures during a run: a user's data, the disk, the database.

use std::time::Duration;

use domain::{
    overrides::OverrideKind,
    run::{RunIssue, RunMode},
    segment_health::SegmentHealth,
};

use integration_tests::{
    Ended, Kind, NOW, Program, TestDatabase, World, ago, moment, now, on_both_databases, quiz, user,
};
use persistence::ConnectionTrait;
use segmentation_engine::{
    audit::Audit,
    overrides::{self, NewOverride},
    run::{NoObserver, Observer, RunError, RunOptions, RunReport, Stop, run},
};

fn is_long() -> bool {
    std::env::var_os("TEST_LONG").is_some()
}

async fn try_run(world: &World) -> Result<RunReport, RunError> {
    run(world.database(), &RunOptions::at(now()), &NoObserver).await
}

async fn crowd(world: &World, users: usize) {
    let crowd: Vec<_> = (0..users).map(|index| user(&format!("user-{index:05}"))).collect();
    for some in crowd.chunks(5_000) {
        world.users(some).await;
    }
}

/// Makes the database refuse the changes of one user.
async fn refuse(world: &World, id: &str) {
    let no = world.no(id).await;
    if world.test_database.database.is_embedded() {
        let raise = format!("WHEN NEW.user_no = {no} BEGIN SELECT RAISE(ABORT, 'refused'); END");
        world.execute(&format!("CREATE TRIGGER refused BEFORE INSERT ON user_segment {raise}")).await;
    } else {
        let check = format!("ALTER TABLE user_segment ADD CONSTRAINT refused CHECK (user_no <> {no})");
        world.execute(&check).await;
    }
}

async fn allow(world: &World) {
    let sqlite = "DROP TRIGGER refused";
    let postgres = "ALTER TABLE user_segment DROP CONSTRAINT refused";
    world.execute(if world.test_database.database.is_embedded() { sqlite } else { postgres }).await;
}

on_both_databases! {
    async fn unwritable_user_does_not_affect_others(world: World) {
        crowd(&world, 250).await;
        refuse(&world, "user-00123").await;
        let report = world.run(now()).await;
        assert_eq!((report.users_processed, report.entered), (250, 498));
        let [RunIssue::UnwritableUser { user, reason }] = &report.issues[..] else { panic!("{:?}", report.issues) };
        assert_eq!(user.0, "user-00123");
        assert!(reason.starts_with("code "), "{reason}");
        assert_eq!(world.members("plan:free").await.len(), 249);
        assert_eq!(world.counts().await["plan:free"], 249);

        // The next run evaluates only this user.
        allow(&world).await;
        let incremental = RunOptions { mode: RunMode::Incremental, ..RunOptions::at(now()) };
        let report = world.run_with(&incremental).await;
        assert_eq!((report.users_processed, report.entered, report.issue_count), (1, 2, 0));
    }

    async fn unwritable_users_beyond_a_limit_fail_the_run(world: World) {
        crowd(&world, 250).await;
        world.refuse_writes("segment_event").await;
        let failed = try_run(&world).await;
        assert!(matches!(failed, Err(RunError::Statement(_))), "{failed:?}");
        world.allow_writes("segment_event").await;
        world.verify().await;
        assert_eq!(world.run(now()).await.entered, 500);
    }

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

        let allowing = RunOptions { allow_shrink: true, mode: RunMode::Incremental, ..RunOptions::at(now()) };
        let report = world.run_with(&allowing).await;
        assert!(report.issues.is_empty());
        let counts = world.counts().await;
        assert_eq!((counts["plan:free"], counts["custom:free"], counts["plan:premium"]), (100, 100, 191));
        assert_eq!(world.unhealthy().await, []);
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

on_both_databases! {
    /// Users are read together, and one by one only if that fails.
    async fn unreadable_user_is_named_and_others_are_not(world: World) {
        world.users(&["ann", "bob", "cleo"].map(user)).await;
        world.attempts(&[quiz("ann", 1, "AZ-104"), quiz("bob", 1, "AZ-104")]).await;
        let quizzes = serde_json::json!({"field": "quizAttempts", "operator": ">=", "value": 1, "within": "30d"});
        world.custom_segment("quizzed", "quizzed", serde_json::json!({"combineWith": "AND", "criteria": [quizzes]})).await;
        let engine = || Program::engine(&world.test_database.url).args(["run", "--as-of", NOW]);
        let said = "a range of users cannot be read: reading them one by one";
        assert_eq!(engine().run().expect(0).errors, "");
        assert_eq!(world.members("custom:quizzed").await, ["ann", "bob"]);

        world
            .execute("UPDATE quiz_attempts SET provider = 99 WHERE user_no = (SELECT no FROM users WHERE id = 'bob')")
            .await;
        let ended = engine().run().expect(3);
        let (bob, shards) = (world.no("bob").await, world.database().shards());
        // All users of the shard, who are read together.
        let mut together = Vec::new();
        for id in ["ann", "bob", "cleo"] {
            together.extend(Some(world.no(id).await).filter(|no| no.shard() == bob.shard()));
        }
        let (first, last) = (together.iter().min().expect("bob"), together.iter().max().expect("bob"));
        assert!(ended.errors.contains(&format!("{said} first={first} last={last}")), "{shards}: {}", ended.errors);
        assert!(ended.errors.ends_with("error: user bob: cannot read the stored quiz attempts.\n"), "{}", ended.errors);
        assert!(!ended.errors.contains("example.org") && !ended.errors.contains("AZ-104"), "{}", ended.errors);

        // Visible before the run ends.
        let killed = engine().env("FAILPOINTS", "before_finish=return").run();
        assert_eq!(killed.code, -1, "{}", killed.errors);
        let status = Program::engine(&world.test_database.url).args(["status", "--json"]).run().expect(0).json();
        let run = &status["runs"][0];
        assert_eq!((&run["state"], &run["errors"]), (&"running".into(), &serde_json::json!(["user bob: cannot read the stored quiz attempts."])));
    }
}

on_both_databases! {
    /// PostgreSQL would answer `COMMIT` with success, and SQLite would commit the rest.
    async fn transaction_with_a_failed_statement_is_never_committed(world: World) {
        world.users(&[user("ann")]).await;
        let tx = world.database().begin().await.expect("a transaction");
        tx.execute_unprepared("UPDATE users SET level = 7").await.expect("it is written");
        tx.execute_unprepared("INSERT INTO users (id) VALUES ('ann')").await.expect_err("there is one of that id");
        tx.commit().await.expect_err("a statement failed");
        assert_eq!(world.query::<(i64,)>("SELECT level FROM users").await, [(1,)]);
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

/// Whichever page is the last one that fits.
#[tokio::test]
async fn full_disk_is_a_clean_failure() {
    let Some(test_database) = TestDatabase::create(Kind::Sqlite).await else { return };
    // One connection, since the limit is per connection.
    let world = World::open_with(&test_database.url, 1).await;
    crowd(&world, 3_000).await;
    let steps = if is_long() { 200 } else { 12 };
    let mut failures = 0;
    for step in 0..steps {
        world.execute("UPDATE users SET plan = CASE plan WHEN 'PRO' THEN 'FREE' ELSE 'PRO' END").await;
        world.execute("INSERT INTO user_dirty (user_no) SELECT no FROM users WHERE true ON CONFLICT DO NOTHING").await;
        let (pages,) = world.query::<(i64,)>("PRAGMA page_count").await[0];
        world.query::<(i64,)>(&format!("PRAGMA max_page_count = {}", pages + step)).await;
        if let Err(failed) = try_run(&world).await {
            assert!(failed.to_string().contains("full"), "{failed}");
            failures += 1;
        }
        world.query::<(i64,)>("PRAGMA max_page_count = 1073741823").await;
        world.verify().await;
        world.expire_leases().await;
        let allowing = RunOptions { allow_shrink: true, ..RunOptions::at(now()) };
        world.run_with(&allowing).await;
    }
    assert!(failures > 0, "the disk was never full");
}

/// A run over 2,000 users while all connections are cut repeatedly.
async fn run_with_connections_cut(world: &World) -> Ended {
    let seconds = if is_long() { 30 } else { 3 };
    // So that an undisturbed run takes about as long as the cutting of connections.
    let pause = format!("mid_batch=sleep({})", seconds / 2);
    let engine = Program::engine(&world.test_database.url)
        .args(["run", "--batch-size", "50", "--commit-users", "100"])
        .env("FAILPOINTS", &pause);
    let engine = std::thread::spawn(move || engine.run());
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    while world.progress_of_the_active_run().await.is_none_or(|(_, users)| users == 0) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut cuts = 0;
    for _ in 0..seconds * 10 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        cuts += world.query::<(bool,)>(cut).await.len();
    }
    assert!(cuts > 5, "{cuts}");
    engine.join().expect("it ends")
}

#[tokio::test]
async fn retry_survives_a_database_that_goes_away() {
    let Some(test_database) = TestDatabase::create(Kind::Postgres).await else { return };
    let world = World::new(test_database);
    crowd(&world, 2_000).await;
    run_with_connections_cut(&world).await.expect(0);
    world.verify().await;
    let rest = world.run_with(&RunOptions { dry_run: true, ..RunOptions::at(ago(0)) }).await;
    assert_eq!((rest.users_processed, rest.entered, rest.left), (2_000, 0, 0));
}

/// To name such a user, the run queries the host's id.
#[tokio::test]
async fn retry_survives_a_database_that_goes_away_and_names_unwritable_users() {
    let Some(test_database) = TestDatabase::create(Kind::Postgres).await else { return };
    let world = World::new(test_database);
    crowd(&world, 2_000).await;
    world.execute("ALTER TABLE user_segment ADD CHECK (user_no % 20 <> 0)").await;
    let ended = run_with_connections_cut(&world).await.expect(3);
    assert_eq!(ended.errors.matches("the database refused the changes").count(), 100, "{}", ended.errors);
    world.verify().await;
    let rest = world.run_with(&RunOptions { dry_run: true, ..RunOptions::at(ago(0)) }).await;
    assert_eq!((rest.users_processed, rest.entered, rest.left), (2_000, 200, 0));
}
