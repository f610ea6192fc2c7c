//! Engines that are killed, frozen, stopped and started together: never half a batch, never two runs at a time, and the
//! next run finishes the work.

use std::{
    process::{Child, Command},
    time::Duration,
};

use integration_tests::{Kind, Program, TestDatabase, World, ago, on_both_databases, quiz, user};
use persistence::ConnectionTrait;
use sea_orm::Statement;
use segmentation_engine::{
    run::{MayShrink, NoObserver, RunOptions, run},
    support::failpoints::POINTS,
};

/// Batches of 10, so that a run reaches every point of a batch often.
const USERS: usize = 120;
/// All of these users move at once.
const SMALL_BATCHES: [&str; 6] = ["run", "--batch-size", "10", "--commit-users", "20", "--allow-shrink"];

fn is_long() -> bool {
    std::env::var_os("TEST_LONG").is_some()
}

fn engine(world: &World) -> Program {
    Program::engine(&world.test_database.url).args(SMALL_BATCHES)
}

/// Changes everyone's plan, so that everyone moves.
async fn edit_everyone(world: &World, round: usize) {
    let users: Vec<_> = (0..USERS)
        .map(|index| {
            let mut user = user(&format!("user-{index}"));
            user.plan = ["FREE", "PRO", "PREMIUM"][(index + round) % 3].into();
            user.last_activity_at = (index % 4 > 0).then(|| ago(7 * (index % 4) as i64));
            user
        })
        .collect();
    world.users(&users).await;
    let attempts: Vec<_> = (0..USERS).map(|index| quiz(&format!("user-{index}"), round, "AWS-SAA-C03")).collect();
    world.attempts(&attempts).await;
}

async fn expire_lease(world: &World) {
    world.expire_leases().await;
}

/// Checks the invariants, and that the next run ends where an undisturbed full run would.
async fn recovers(world: &World, said: &str) {
    world.verify().await;
    expire_lease(world).await;
    engine(world).args(["--incremental"]).run().expect(0);
    world.verify().await;
    let options = RunOptions {
        dry_run: true,
        may_shrink: MayShrink::All,
        ..RunOptions::at(domain::instant::Clock::now(&domain::instant::SystemClock))
    };
    let rest = run(world.database(), &options, &NoObserver).await.expect("it succeeds");
    assert_eq!((rest.entered, rest.left), (0, 0), "{said}: {:?}", rest.by_segment);
    assert_eq!(rest.users_processed, USERS as u64);
}

/// The active run, once it has evaluated this many users.
async fn wait_for_progress(world: &World, users: i64) -> i64 {
    for _ in 0..2_000 {
        if let Some((run, processed)) = world.progress_of_the_active_run().await
            && processed >= users
        {
            return run;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("no run comes so far");
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill is there");
    assert!(sent.success(), "{name}");
}

async fn state_of(world: &World, run: i64) -> String {
    let sql = format!("SELECT state FROM segmentation_run WHERE id = {run}");
    world.query::<(String,)>(&sql).await.remove(0).0
}

on_both_databases! {
    async fn killed_at_any_point_a_run_recovers(world: World) {
        let times = if is_long() { 20 } else { 2 };
        for (round, point) in POINTS.into_iter().enumerate() {
            for time in 0..times {
                edit_everyone(&world, 20 * round + time).await;
                // A point that a run reaches once aborts it the first time; the others at some batch.
                let is_once = !["after_read", "mid_batch", "before_write", "after_write", "before_commit", "after_commit"].contains(&point);
                // A run has six commits.
                let before = if is_once { 0 } else { time % 6 };
                let armed = format!("{point}={before}*off->return");
                let ended = engine(&world).env("FAILPOINTS", &armed).run();
                assert_eq!(ended.code, -1, "{armed}: {} {}", ended.output, ended.errors);
                recovers(&world, &armed).await;
            }
        }
    }

    async fn killed_at_random_moments_a_run_recovers(world: World) {
        let times = if is_long() { 200 } else { 6 };
        for time in 0..times {
            edit_everyone(&world, time).await;
            let mut child = engine(&world).env("FAILPOINTS", "mid_batch=sleep(1)").spawn();
            // From before the lease until after the end.
            tokio::time::sleep(Duration::from_millis((time as u64 * 37) % 250)).await;
            child.kill().expect("it is killed");
            child.wait().expect("it is dead");
            recovers(&world, &format!("kill {time}")).await;
        }
    }

    async fn lease_eight_concurrent_starts_one_wins(world: World) {
        let times = if is_long() { 50 } else { 2 };
        for time in 0..times {
            edit_everyone(&world, time).await;
            let engines: Vec<_> = (0..8)
                .map(|_| {
                    let program = engine(&world).env("FAILPOINTS", "mid_batch=sleep(30)");
                    std::thread::spawn(move || program.run())
                })
                .collect();
            let mut codes: Vec<_> = engines.into_iter().map(|engine| engine.join().expect("it ends").code).collect();
            codes.sort_unstable();
            assert_eq!(codes, [0, 75, 75, 75, 75, 75, 75, 75]);
            recovers(&world, "eight").await;
        }
    }

    /// Each has its own clock and nothing to do, so some may start and end before others start.
    async fn lease_eight_concurrent_starts_with_nothing_to_do_run_or_report_another(world: World) {
        for _ in 0..if is_long() { 50 } else { 3 } {
            let engines: Vec<_> = (0..8)
                .map(|_| {
                    let program = Program::engine(&world.test_database.url).args(["run", "--incremental"]);
                    std::thread::spawn(move || program.run())
                })
                .collect();
            for ended in engines.into_iter().map(|engine| engine.join().expect("it ends")) {
                assert!([0, 75].contains(&ended.code), "{}: {}", ended.code, ended.errors);
            }
        }
    }

    async fn lease_frozen_holder_changes_nothing_after_a_takeover(world: World) {
        edit_everyone(&world, 0).await;
        let mut frozen = engine(&world).env("FAILPOINTS", "mid_batch=sleep(500)").spawn();
        let run = wait_for_progress(&world, 20).await;
        signal(&frozen, "-STOP");
        expire_lease(&world).await;
        engine(&world).run().expect(0);
        assert_eq!(state_of(&world, run).await, "abandoned");
        edit_everyone(&world, 1).await;
        let before = world.dump().await;
        signal(&frozen, "-CONT");
        let ended = frozen.wait().expect("it ends");
        assert_eq!(ended.code(), Some(1));
        assert_eq!(world.dump().await, before);
        recovers(&world, "frozen").await;
    }

    async fn stopped_run_finishes_the_current_batch(world: World) {
        for (round, name) in ["-TERM", "-INT"].into_iter().enumerate() {
            edit_everyone(&world, round).await;
            let mut child = engine(&world).env("FAILPOINTS", "mid_batch=sleep(10)").spawn();
            let run = wait_for_progress(&world, 20).await;
            signal(&child, name);
            assert_eq!(child.wait().expect("it ends").code(), Some(75));
            let row = format!("SELECT state, failure, users_processed FROM segmentation_run WHERE id = {run}");
            let (state, why, users) = world.query::<(String, String, i64)>(&row).await.remove(0);
            assert_eq!(state, "abandoned");
            // Of the shard that it was at.
            let parts = "SELECT count(*) FROM run_shard WHERE stage = 'lost' AND users_processed % 10 <> 0";
            assert_eq!(world.query::<(i64,)>(parts).await, [(0,)]);
            assert!(users < USERS as i64);
            assert_eq!(why, format!("the run was asked to stop, after {users} of {USERS} users"));
            // The lease is free at once.
            engine(&world).run().expect(0);
            recovers(&world, name).await;
        }
    }
}

/// Until a session has written in a transaction and does nothing more.
async fn until_a_session_idles_in_its_transaction(world: &World) {
    let idling = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                  AND state = 'idle in transaction' AND backend_xid IS NOT NULL";
    for _ in 0..2_000 {
        if world.query::<(i64,)>(idling).await[0].0 > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("no session idles");
}

/// SQLite has no server that could end it.
#[tokio::test]
async fn frozen_engine_keeps_its_locks_on_postgres_for_half_a_minute_at_most() {
    let Some(test_database) = TestDatabase::create(Kind::Postgres).await else { return };
    let world = World::new(test_database);
    edit_everyone(&world, 0).await;
    let mut frozen = engine(&world).env("FAILPOINTS", "before_commit=pause").spawn();
    until_a_session_idles_in_its_transaction(&world).await;
    signal(&frozen, "-STOP");
    // Waits for the rows that the engine has locked.
    let written = tokio::time::timeout(Duration::from_secs(60), edit_everyone(&world, 1)).await;
    written.expect("the server ends the transaction of the frozen engine");
    signal(&frozen, "-KILL");
    frozen.wait().expect("it ends");
    recovers(&world, "frozen in a transaction").await;
}

async fn limit(tx: &impl ConnectionTrait) -> String {
    let sql = "SELECT current_setting('idle_in_transaction_session_timeout')";
    let row = tx.query_one_raw(Statement::from_string(tx.get_database_backend(), sql)).await.expect("a query");
    row.expect("a row").try_get_by_index(0).expect("a text")
}

/// An export may wait for its reader for as long as it takes.
#[tokio::test]
async fn frozen_transactions_end_on_postgres_unless_they_allow_idling() {
    let Some(test_database) = TestDatabase::create(Kind::Postgres).await else { return };
    let world = World::new(test_database);
    let snapshot = world.database().begin_snapshot().await.expect("a transaction");
    assert_eq!(limit(&snapshot).await, "30s");
    snapshot.allow_idling().await.expect("it is allowed");
    assert_eq!(limit(&snapshot).await, "0");
    snapshot.close().await.expect("it ends");
    let next = world.database().begin().await.expect("a transaction");
    assert_eq!(limit(&next).await, "30s", "only that transaction may idle");
    next.rollback().await.expect("it ends");
}
