//! `adminAudience.getSegmentForecast`.

use domain::{overrides::OverrideKind, profile::User};
use integration_tests::{Api, World, at, example_world::ASKED_AT, on_both_databases, options, user};
use persistence::membership::overrides::{self, Override};
use serde_json::json;

const METHOD: &str = "adminAudience.getSegmentForecast";
pub(super) const NOW: &str = "2026-03-22T00:00:00Z";

/// Four users, by when they were last active. Nobody is new.
const ACTIVE: [(&str, &str); 4] = [
    ("ann", "2026-03-21T12:00:00Z"),
    ("bob", "2026-03-22T00:00:00Z"),
    ("cleo", "2026-03-15T00:00:00.000001Z"),
    ("dan", "2026-03-20T09:00:00Z"),
];

/// All of them are active, of whom an admin keeps Dan there until April 2.
pub(super) async fn four_active_users(world: &World) -> Api {
    let person = |(id, active): &(&str, &str)| User { last_activity_at: Some(at(active)), ..user(id) };
    world.users(&ACTIVE.iter().map(person).collect::<Vec<_>>()).await;
    include(world, "dan", "lifecycle:active", "2026-04-02T00:00:00Z").await;
    world.run(at(NOW)).await;
    Api::at(world, at(NOW), options()).await
}

async fn include(world: &World, id: &str, segment: &str, until: &str) {
    let decision = Override {
        user: world.no(id).await,
        segment: world.segment(segment).await,
        kind: OverrideKind::Include,
        actor: "token:ops".into(),
        reason: None,
        expires_at: Some(at(until)),
    };
    let tx = world.change_of(id).await;
    overrides::set(&tx, &decision, at(NOW)).await.expect("it is recorded");
    tx.commit().await.expect("a commit");
}

on_both_databases! {
    async fn forecast_says_when_who_leaves_if_nobody_does_anything(world: World) {
        let api = four_active_users(&world).await;
        let answer = api.call(METHOD, json!({"segment": "lifecycle:active"})).await.expect("a forecast");
        assert_eq!((&answer["kind"], &answer["size"], &answer["asOf"]), (&json!("certain"), &json!(4), &json!(NOW)));
        let days = answer["days"].as_array().expect("days");
        assert_eq!(days.len(), 14);
        assert_eq!(days[6], json!({"at": "2026-03-29T00:00:00Z", "size": 2, "leave": 2, "enter": 0}));
        let leave: Vec<_> = days.iter().map(|day| day["leave"].as_u64().expect("a number")).collect();
        assert_eq!(leave, [1, 1, 1, 1, 1, 1, 2, 3, 3, 3, 4, 4, 4, 4]);
    }

    async fn forecast_begins_with_what_a_run_would_do_now(world: World) {
        let api = four_active_users(&world).await;
        let away = User { last_activity_at: Some(at("2026-01-01T00:00:00Z")), ..user("ann") };
        world.users(&[away]).await;
        let answer = api.call(METHOD, json!({"segment": "lifecycle:active", "days": 1})).await.expect("a forecast");
        assert_eq!(answer["days"], json!([{"at": "2026-03-23T00:00:00Z", "size": 2, "leave": 2, "enter": 0}]));
    }

    async fn forecast_of_a_segment_that_no_run_evaluates_changes_nothing(world: World) {
        let four = four_active_users(&world).await;
        let active = json!({"combineWith": "AND", "criteria": [{"field": "lastActivityAt", "operator": "within_last", "value": "7d"}]});
        world.custom_segment("here", "Here", active).await;
        world.run(at(NOW)).await;
        let off = json!({"segmentValue": "here", "isActive": false});
        four.call("adminAudience.setSegmentActive", off).await.expect("it is inactive");
        let answer = four.call(METHOD, json!({"segment": "custom:here", "days": 14})).await.expect("a forecast");
        let last = &answer["days"][13];
        assert_eq!((&answer["size"], &last["leave"], &last["enter"]), (&last["size"], &json!(0), &json!(0)));
        assert_eq!(answer["notes"], json!([{"kind": "segmentInactive", "segment": "custom:here"}]));
    }

    async fn forecast_of_what_is_usual_needs_a_history(world: World) {
        let api = four_active_users(&world).await;
        let params = json!({"segment": "lifecycle:active", "kind": "usual", "days": 7});
        let answer = api.call(METHOD, params).await.expect("a forecast");
        let said = ["kind", "method", "status", "sizes", "band", "backtest"].map(|key| answer[key].clone());
        let none = json!([]);
        assert_eq!(said, [json!("usual"), json!("recency"), json!("notEnoughHistory"), none.clone(), json!(null), none]);
        assert_eq!(answer["wape"], json!({"method": null, "same": null}));
    }

    async fn forecast_is_exported_with_the_numbers_of_the_answer(world: World) {
        let api = four_active_users(&world).await;
        let params = json!({"segment": "lifecycle:active", "days": 2});
        let answer = api.call("adminAudience.exportReport", json!({"report": "getSegmentForecast", "params": params})).await;
        let answer = answer.expect("a table");
        assert_eq!(answer["csv"].as_str().expect("a text").lines().collect::<Vec<_>>(), [
            "day,at,size,leave,enter", "1,2026-03-23T00:00:00Z,3,1,0", "2,2026-03-24T00:00:00Z,3,1,0",
        ]);
    }

    async fn forecast_is_refused_with_every_fault(world: World) {
        world.play_example().await;
        let api = Api::at(&world, at(ASKED_AT), options()).await;
        let params = json!({"segment": "lifecycle:active", "days": 91, "kind": "wrong"});
        let error = api.call(METHOD, params).await.expect_err("a refusal");
        let expected = ["days: expected a number of at most 90", "kind: expected one of \"certain\", \"usual\""];
        assert_eq!(error.faults(), expected);
        let params = json!({"segment": "behavior:casual", "kind": "usual"});
        let error = api.call(METHOD, params).await.expect_err("a refusal");
        assert_eq!(error.faults(), ["segment: expected a segment of the type plan or lifecycle: users move among these"]);
        for params in [json!({"segment": "plan:gold"}), json!({"segment": "custom:nothing"})] {
            assert_eq!(api.call(METHOD, params).await.expect_err("a refusal").code, -32044);
        }
    }
}
