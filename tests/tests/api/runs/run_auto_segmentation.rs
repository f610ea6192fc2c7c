//! `adminAudience.runAutoSegmentation`.

use std::time::Duration;

use chrono::TimeDelta;
use domain::{
    ids::RunId,
    run::{RunMode, RunState, RunTrigger},
};
use integration_tests::{Api, World, now, on_both_databases, user};
use persistence::runs::{self, NewRun, StoredRun};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.runAutoSegmentation";

/// Waits for the end of the run.
async fn ended(world: &World, answer: &Json) -> StoredRun {
    let id = RunId(answer["runId"].as_i64().expect("an id"));
    for _ in 0..1_000 {
        let run = runs::find(world.database().connection(), id).await.expect("a query").expect("the run is stored");
        if run.state != RunState::Running {
            return run;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the run does not end");
}

on_both_databases! {
    async fn run_auto_segmentation_starts_a_run_that_continues_alone(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let api = Api::new(&world).await;

        let answer = api.call(METHOD, json!({"mode": "full"})).await.expect("it is started");

        assert_eq!(answer["state"], "running");
        let run = ended(&world, &answer).await;
        assert_eq!((run.state, run.trigger, run.as_of), (RunState::Succeeded, RunTrigger::Admin, now()));
        assert_eq!((run.progress.users_processed, run.progress.entered), (2, 4));
        assert_eq!(world.members("plan:free").await, ["ann", "bob"]);
        world.verify().await;
        let audit = "SELECT actor, action, target FROM audit_log";
        let expected = ("token:test ADMIN".into(), "runAutoSegmentation".into(), format!("run {}", run.id));
        assert_eq!(world.query::<(String, String, String)>(audit).await, [expected]);
        let again = api.call(METHOD, json!({})).await.expect("it is started");
        assert_ne!(again["runId"], answer["runId"]);
        ended(&world, &again).await;
    }

    async fn run_auto_segmentation_answers_the_active_run(world: World) {
        let new = NewRun { trigger: RunTrigger::Cron, mode: RunMode::Full, as_of: now(), as_of_is_given: true, owner: "a test".into() };
        let active = runs::begin(world.database(), &new).await.expect("the lease is free").id;
        let api = Api::new(&world).await;
        let answer = api.call(METHOD, json!({})).await.expect("no error");
        assert_eq!(answer, json!({"runId": active, "state": "running"}));
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM segmentation_run").await, [(1,)]);
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM audit_log").await, [(0,)], "nothing was done");
    }

    async fn run_auto_segmentation_does_not_run_history_backwards(world: World) {
        world.run(now() + TimeDelta::days(1)).await;
        let error = Api::new(&world).await.call(METHOD, json!({})).await.expect_err("it is refused");
        assert_eq!((error.code, &error.data["asOf"]), (-32049, &json!("2026-03-11T12:00:00Z")));
    }

    async fn run_auto_segmentation_may_let_go_of_some_segments(world: World) {
        let mut users: Vec<_> = (0..150).map(|index| user(&format!("u{index:03}"))).collect();
        world.users(&users).await;
        world.run(now()).await;
        users.iter_mut().for_each(|user| user.plan = "PRO".into());
        world.users(&users).await;
        let api = Api::new(&world).await;
        for (allowed, members) in [(json!(["lifecycle:new"]), 150), (json!(["lifecycle:new", "plan:free"]), 0)] {
            let answer = api.call(METHOD, json!({"allowShrinkIn": allowed})).await.expect("it is started");
            ended(&world, &answer).await;
            assert_eq!(world.counts().await["plan:free"], members);
        }
        let detail = world.query::<(String,)>("SELECT CAST(detail AS text) FROM audit_log ORDER BY no DESC LIMIT 1").await;
        assert!(detail[0].0.contains("plan:free"), "{detail:?}");
        for unknown in ["custom:none", "nothing:free"] {
            let error = api.call(METHOD, json!({"allowShrinkIn": [unknown]})).await.expect_err("it is refused");
            assert_eq!((error.code, error.message), (-32044, format!("Not found: segment {unknown}")));
        }
    }

    async fn run_auto_segmentation_refuses_an_unknown_mode(world: World) {
        let error = Api::new(&world).await.call(METHOD, json!({"mode": "fast"})).await.expect_err("it is refused");
        assert_eq!((error.code, &error.data["faults"][0]["path"]), (-32602, &json!("mode")));
    }
}
