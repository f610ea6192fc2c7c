//! A transaction that loses a race to another one is retried, so API callers do not see the failure.

use std::time::Duration;

use integration_tests::{Kind, TestDatabase, World, moment, now, on_both_databases};
use segmentation_engine::{
    audit::Audit,
    segments::save::{ProposedSegment, create},
};
use serde_json::{Value as Json, json};
use tokio::time::timeout;

use crate::{
    audited::no_run_is_active,
    every_method::{Does, Known, every_method, peopled},
};

const CRON: &str = "/api/cron/auto-segment";

fn writing_methods() -> impl Iterator<Item = Known> {
    every_method().into_iter().filter(|method| method.does != Does::Read)
}

/// How often each method had to write its audit row.
async fn tries(world: &World) -> i64 {
    world.query::<(i64,)>("SELECT last_value FROM lost_races").await[0].0
}

#[tokio::test]
async fn lost_races_are_survived_by_every_method_postgres() {
    let Some(test_database) = TestDatabase::create(Kind::Postgres).await else { return };
    let world = World::new(test_database);
    let api = peopled(&world).await;
    world.lose_every_other_race("audit_log").await;
    for method in writing_methods() {
        let before = tries(&world).await;
        api.call(method.name, method.params).await.unwrap_or_else(|error| panic!("{}: {error:?}", method.name));
        assert_eq!(tries(&world).await - before, 2, "{} is done twice", method.name);
        no_run_is_active(&world).await;
    }
    let bearer = format!("Bearer {}", api.bearer());
    let answer = api.request("POST", CRON, &[("authorization", &bearer)]).await;
    assert_eq!(answer.status(), 200, "{}", answer.body());
    world.verify().await;
}

/// SQLite has one writer, and a call that finds it at work for longer than it waits is done again.
#[tokio::test]
async fn lost_races_are_survived_by_every_method_sqlite() {
    let test_database = TestDatabase::create(Kind::Sqlite).await.expect("SQLite is embedded");
    let elsewhere = World::new(test_database);
    // The setting is that of a connection, so there is only one.
    let world = World::open_with(&elsewhere.test_database.url, 1).await;
    let api = peopled(&world).await;
    world.query::<(i64,)>("PRAGMA busy_timeout = 0").await;
    for method in writing_methods() {
        let other = elsewhere.database().begin().await.expect("the write lock");
        let (name, api) = (method.name, api.clone());
        let mut call = tokio::spawn(async move { api.call(name, method.params).await });
        let early = timeout(Duration::from_millis(100), &mut call).await;
        assert!(early.is_err(), "{name} gives up: {early:?}");
        other.rollback().await.expect("the lock is free");
        call.await.expect("it ends").unwrap_or_else(|error: integration_tests::RpcError| panic!("{name}: {error:?}"));
        no_run_is_active(&world).await;
    }
    let entries = "SELECT detail FROM audit_log WHERE action = 'createCustomSegment'";
    assert_eq!(elsewhere.query::<(Json,)>(entries).await.len(), 1, "it is done once");
    elsewhere.verify().await;
}

on_both_databases! {
    /// The answer to a commit is lost if the connection is cut at that moment.
    async fn lost_races_leave_a_segment_alone_that_an_earlier_try_created(world: World) {
        let all = json!({"combineWith": "AND", "criteria": [{"field": "level", "operator": ">=", "value": 0}]});
        let proposed = ProposedSegment { name: "All".into(), description: None, definition: all };
        let audit = Audit { actor: "token:ops".into(), action: "createCustomSegment".into(), request_id: None, shell: None };
        let first = create(world.database(), "one-id", &proposed, moment(now()), &audit).await.expect("it is created");
        let again = create(world.database(), "one-id", &proposed, moment(now()), &audit).await.expect("it is there");
        assert_eq!((again.segment, again.definition), (first.segment, first.definition));
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM audit_log").await, [(1,)]);
    }
}
