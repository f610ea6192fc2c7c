//! `adminAudience.getUserSegments`.

use chrono::TimeDelta;
use domain::{instant::Instant, overrides::OverrideKind, profile::User};
use integration_tests::{Api, Program, World, ago, now, on_both_databases, user};
use persistence::membership::overrides::{self, Override};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getUserSegments";
const ID: &str = "0b5c9a3e-6f0d-4c8e-9a51-3b1f5f7f2a10";

async fn decide(world: &World, segment: &str, kind: OverrideKind, expires_at: Option<Instant>) {
    let (user, segment) = (world.no("ann").await, world.segment(segment).await);
    let new_override =
        Override { user, segment, kind, actor: "token:ops".into(), reason: Some("a test".into()), expires_at };
    let tx = world.change_of("ann").await;
    overrides::set(&tx, &new_override, now()).await.expect("it is recorded");
    tx.commit().await.expect("a commit");
}

async fn define(world: &World) {
    let everyone = json!({"combineWith": "AND", "criteria": [{"field": "level", "operator": ">=", "value": 1}]});
    world.custom_segment(ID, "Everyone", everyone).await;
}

async fn segments_of(api: &Api, id: &str) -> Json {
    api.call(METHOD, json!({"userId": id})).await.expect("segments")
}

on_both_databases! {
    async fn user_id_may_have_spaces_around_it(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        let spaced = || json!({"userId": " ann\n"});
        for method in ["getUserSegments", "autoSegmentUser"] {
            api.call(&format!("adminAudience.{method}"), spaced()).await.unwrap_or_else(|error| panic!("{method}: {error:?}"));
        }
        Program::engine(&world.test_database.url).args(["run-user", " ann "]).run().expect(0);
        Program::engine(&world.test_database.url).args(["erase-user", " ann ", "--confirm"]).run().expect(0);
        let error = api.call("adminAudience.getUserSegments", spaced()).await.expect_err("the user is erased");
        assert_eq!(error.message, "Not found: user ann");
    }

    async fn user_segments_are_listed_with_their_names(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.run(ago(10)).await;
        world.users(&[User { plan: "PRO".into(), ..user("ann") }]).await;
        define(&world).await;
        world.run(ago(1)).await;
        let api = Api::new(&world).await;
        let segment = |kind: &str, value: &str, name: &str, added_at: &str| {
            json!({"segmentType": kind, "segmentValue": value, "name": name, "addedAt": added_at})
        };
        assert_eq!(segments_of(&api, "ann").await, json!({
            "userId": "ann",
            "deletedAt": null,
            "segments": [
                segment("plan", "pro", "Pro Users", "2026-03-09T12:00:00Z"),
                segment("lifecycle", "churned", "Churned Users", "2026-02-28T12:00:00Z"),
                segment("custom", ID, "Everyone", "2026-03-09T12:00:00Z"),
            ],
            "overrides": [],
        }));
    }

    async fn user_segments_show_overrides_in_effect(world: World) {
        world.users(&[user("ann")]).await;
        decide(&world, "plan:free", OverrideKind::Exclude, None).await;
        decide(&world, "plan:pro", OverrideKind::Include, Some(now() + TimeDelta::hours(1))).await;
        decide(&world, "behavior:casual", OverrideKind::Include, Some(now())).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        let answer = segments_of(&api, "ann").await;
        let new_override = |value: &str, decision: &str, expires_at: Json| {
            json!({
                "segmentType": "plan", "segmentValue": value, "decision": decision, "actor": "token:ops",
                "reason": "a test", "createdAt": "2026-03-10T12:00:00Z", "expiresAt": expires_at,
            })
        };
        assert_eq!(answer["overrides"], json!([
            new_override("free", "exclude", Json::Null),
            new_override("pro", "include", json!("2026-03-10T13:00:00Z")),
        ]));
        let values: Vec<_> = answer["segments"].as_array().expect("segments").iter().map(|one| &one["segmentValue"]).collect();
        assert_eq!(values, ["pro", "churned"]);
    }

    async fn user_segments_of_an_unknown_user_are_not_found(world: World) {
        world.users(&[user("ann")]).await;
        let api = Api::new(&world).await;
        for id in ["nobody", "ANN", "an n", "'; --", "ü"] {
            let error = api.call(METHOD, json!({"userId": id})).await.expect_err("there is none");
            assert_eq!((error.code, &error.data), (-32044, &json!({"what": format!("user {id}")})));
        }
        for id in [json!(""), json!("a\u{0}"), json!(1), Json::Null, json!("x".repeat(1025))] {
            let error = api.call(METHOD, json!({"userId": id})).await.expect_err("a refusal");
            assert_eq!(error.code, -32602, "{id}");
            assert!(error.faults()[0].starts_with("userId: "), "{id}: {:?}", error.faults());
        }
    }
}
