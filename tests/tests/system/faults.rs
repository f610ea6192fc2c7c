//! Failures during a run: a user's data, the disk, the database.

use std::time::Duration;

use domain::run::{RunIssue, RunMode};
use integration_tests::{Ended, Kind, NOW, Program, TestDatabase, World, ago, now, on_both_databases, quiz, user};
use persistence::ConnectionTrait;
use segmentation_engine::run::{MayShrink, NoObserver, RunError, RunOptions, RunReport, run};

fn is_long() -> bool {
    std::env::var_os("TEST_LONG").is_some()
}

async fn try_run(world: &World) -> Result<RunReport, RunError> {
    run(world.database(), &RunOptions::at(now()), &NoObserver).await
}

pub(crate) async fn crowd(world: &World, users: usize) {
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
        let allowing = RunOptions { may_shrink: MayShrink::All, ..RunOptions::at(now()) };
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
