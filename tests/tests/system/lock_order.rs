//! Every transaction takes its locks in one order: definitions first, then rows. So transactions cannot deadlock.

use domain::overrides::OverrideKind;
use std::time::Duration;

use integration_tests::{Api, Kind, TestDatabase, World, now, user};
use persistence::{
    ConnectionTrait,
    membership::overrides::{self, Override},
};
use serde_json::{Value as Json, json};

/// Waits until this many sessions wait for the lock of the definitions.
async fn waiting_for_definitions(world: &World, sessions: i64) {
    let waiting = "SELECT count(*) FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'";
    while world.query::<(i64,)>(waiting).await != [(sessions,)] {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// One transaction sets an override of a user, another saves a segment and waits for it, then `method` is called. The
/// first transaction must be able to lock the user at once.
async fn the_user_is_free(method: &'static str, params: Json) {
    let Some(test_database) = TestDatabase::create(Kind::Postgres).await else { return };
    let world = World::new(test_database);
    world.users(&[user("ann")]).await;
    world.run(now()).await;
    let api = Api::new(&world).await;
    let decision = world.change_of("ann").await;

    let (saving, calling) = (api.clone(), api.clone());
    let save = tokio::spawn(async move {
        let criteria = json!([{"field": "totalPoints", "operator": ">", "value": 1}]);
        let params = json!({"name": "many points", "criteria": criteria, "combineWith": "AND"});
        saving.call("adminAudience.createCustomSegment", params).await
    });
    waiting_for_definitions(&world, 1).await;
    let call = tokio::spawn(async move { calling.call(method, params).await });
    waiting_for_definitions(&world, 2).await;

    // Less than the second after which PostgreSQL resolves a deadlock.
    decision.execute_unprepared("SET LOCAL lock_timeout = '500ms'").await.expect("a setting");
    let exclude = Override {
        user: world.no("ann").await,
        segment: world.segment("plan:free").await,
        kind: OverrideKind::Exclude,
        actor: "an admin".into(),
        reason: None,
        expires_at: None,
    };
    overrides::set(&decision, &exclude, now())
        .await
        .expect("nobody who waits for the definitions holds rows of the user");
    decision.commit().await.expect("a commit");
    save.await.expect("it ends").expect("the segment is saved");
    call.await.expect("it ends").expect("the call is answered");
    world.verify().await;
}

#[tokio::test]
async fn lock_order_record_quiz_attempts_with_evaluate() {
    let attempt = json!({"id": "1", "userId": "ann", "certification": "AZ-104", "completedAt": "2026-03-09T12:00:00Z"});
    the_user_is_free("adminAudience.recordQuizAttempts", json!({"attempts": [attempt], "evaluate": true})).await;
}

#[tokio::test]
async fn lock_order_upsert_users_with_evaluate() {
    let ann = json!({"id": "ann", "email": "ann@example.org", "plan": "PRO", "createdAt": "2025-03-10T12:00:00Z"});
    the_user_is_free("adminAudience.upsertUsers", json!({"users": [ann], "evaluate": true})).await;
}
