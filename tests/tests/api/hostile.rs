//! Malicious definitions, through every method that reads definitions. `cargo xtask bench` measures the cost of
//! refusing them.

use integration_tests::{Api, Hostile, RpcError, hostile_calls, now, on_both_databases, options, user};
use serde_json::{Value as Json, json};

const METHODS: [&str; 4] = [
    "adminAudience.previewSegment",
    "adminAudience.createCustomSegment",
    "adminAudience.describeCriteria",
    "adminAudience.explainUser",
];

fn error(answer: &Json) -> RpcError {
    let error = &answer["error"];
    let message = error["message"].as_str().expect("a message").to_owned();
    RpcError { code: error["code"].as_i64().expect("a code"), message, data: error["data"].clone() }
}

on_both_databases! {
    async fn malicious_definitions_are_refused_and_nothing_breaks(world: World) {
        world.users(&[user("ann")]).await;
        let api = Api::new(&world).await;
        for method in METHODS {
            for Hostile { name, body, refusal, fault } in hostile_calls(method) {
                let (status, answer) = api.post(&body).await;
                let error = error(&answer);
                assert_eq!((status, error.code), refusal, "{method}, {name}");
                let last = error.faults().pop();
                let is_expected = match fault {
                    Some(start) => last.as_ref().is_some_and(|last| last.starts_with(start)),
                    None => last.is_none(),
                };
                assert!(is_expected, "{method}, {name}: {last:?}");
            }
        }
        assert!(api.call("adminAudience.getSegments", json!({})).await.is_ok());
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM custom_segment").await, [(0,)]);
    }

    /// The limits of definitions do not depend on the limit of bodies.
    async fn malicious_definitions_have_the_same_limits_in_larger_bodies(world: World) {
        world.users(&[user("ann")]).await;
        let mut options = options();
        options.body_bytes = 16 << 20;
        let api = Api::at(&world, now(), options).await;
        for method in METHODS {
            for Hostile { name, body, .. } in hostile_calls(method) {
                let (status, answer) = api.post(&body).await;
                let code = if name.ends_with("never closed") { -32700 } else { -32602 };
                assert_eq!((status, error(&answer).code), (200, code), "{method}, {name}");
            }
        }
    }
}
