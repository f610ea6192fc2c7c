//! Who may run, and who may work on a shard of a run.

use domain::{
    ids::RunId,
    run::{RunMode, RunState, RunTrigger, ShardStage},
};
use integration_tests::{now, on_both_databases, user};
use persistence::runs::{
    self, Ending, Issues, LeaseError, NewRun, Outcome,
    shards::{ShardOfRun, ShardProgress},
};
use segmentation_engine::run::{NoObserver, RunError, RunOptions, run};

on_both_databases! {
    async fn lease_allows_one_run_until_it_expires(world: World) {
        world.users(&[user("ann")]).await;
        let new =
            NewRun { trigger: RunTrigger::CommandLine, mode: RunMode::Full, as_of: now(), as_of_is_given: true, owner: "a process that died".into() };
        let dead = runs::begin(world.database(), &new).await.expect("the lease is free").id;
        let refused = run(world.database(), &RunOptions::at(now()), &NoObserver).await;
        assert!(matches!(refused, Err(RunError::Lease(LeaseError::Active { run })) if run == dead), "{refused:?}");

        world.expire_leases().await;
        world.run(now()).await;

        // The old process wakes up: its writes are refused.
        let tx = world.database().begin().await.expect("a transaction");
        let late = runs::set_plan(&tx, dead, &serde_json::json!({}), None).await;
        assert!(matches!(late, Err(LeaseError::Lost { run }) if run == dead));
        let states = world.query::<(i64, String)>("SELECT id, state FROM segmentation_run ORDER BY id").await;
        assert_eq!(states.iter().map(|(_, state)| state.as_str()).collect::<Vec<_>>(), ["abandoned", "succeeded"]);
    }

    /// However long it took.
    async fn run_that_was_stopped_has_not_died(world: World) {
        let new = NewRun { trigger: RunTrigger::CommandLine, mode: RunMode::Full, as_of: now(), as_of_is_given: true, owner: "a process".into() };
        let id = runs::begin(world.database(), &new).await.expect("the lease is free").id;
        // Shards renew their own leases.
        world.expire_leases().await;
        let tx = world.database().begin().await.expect("a transaction");
        let ending = Ending::Abandoned("the run was asked to stop".into());
        runs::finish(&tx, id, &Outcome { attempts_without_provider: 0, issues: &Issues::default(), ending }).await.expect("it ends");
        tx.commit().await.expect("a commit");
        let run = runs::find(world.database().connection(), id).await.expect("a query").expect("the run");
        assert_eq!((run.state, run.has_died, run.is_overdue), (RunState::Abandoned, false, false));
        assert_eq!(Some(run.last_heard_of_at), run.finished_at);
    }

    async fn shard_of_a_run_has_one_engine_at_a_time(world: World) {
        let (run, connection) = (RunId(7), world.database().connection());
        for _ in 0..2 {
            let tx = world.database().begin().await.expect("a transaction");
            runs::shards::prepare(&tx, run, world.database().shards()).await.expect("also if an earlier try has");
            tx.commit().await.expect("a commit");
        }
        let read = async || runs::shards::all(connection, run).await.expect("a query").remove(0);
        let take = async |read: &ShardOfRun| {
            runs::shards::take(connection, run, read, ShardStage::Counting, "a test").await.expect("a query")
        };
        let waiting = read().await;
        let lease = take(&waiting).await.expect("it is free");
        assert_eq!(take(&waiting).await, None, "another one was faster");
        let held = read().await;
        assert_eq!(take(&held).await, None, "it is held");
        runs::shards::release(connection, lease, ShardStage::Counting, &held.progress).await.expect("it has it");
        let released = read().await;
        let lease = take(&released).await.expect("it is free again");

        // Frozen for longer than the lease, the engine writes once more, and gives it back.
        world.execute("UPDATE run_shard SET lease_until = '2000-01-01T00:00:00+00:00'").await;
        let overdue = read().await;
        let progress = ShardProgress { entered: 7, ..overdue.progress.clone() };
        runs::shards::release(connection, lease, ShardStage::Counting, &progress).await.expect("it still has it");
        assert_eq!(take(&overdue).await, None, "what was read is outdated");
        assert!(take(&read().await).await.is_some());
    }
}
