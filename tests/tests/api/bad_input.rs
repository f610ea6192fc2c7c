//! Invalid input: the right code, every fault with its path, no change, and no disclosure.

use std::collections::BTreeSet;

use integration_tests::{Api, RpcError, on_both_databases, streaks::merged};
use rpc_server::server::document;
use serde_json::{Value as Json, json};

use crate::every_method::{every_method, peopled};

/// A value that no answer may contain.
const SECRET: &str = "canary-7f3a@example.org";

fn call(method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc": "2.0", "id": 1, "method": "{method}", "params": {params}}}"#)
}

/// Distinct paths of the faults.
fn paths(error: &RpcError) -> BTreeSet<&str> {
    let faults = error.data["faults"].as_array().expect("faults");
    faults.iter().map(|fault| fault["path"].as_str().expect("a path")).collect()
}

async fn refused(api: &Api, method: &str, params: Json) -> RpcError {
    let said = format!("{method} {params}");
    let Err(error) = api.call(method, params).await else { panic!("{said} is answered") };
    assert!(!format!("{error:?}").contains(SECRET), "{said}: {error:?}");
    error
}

/// Names of the required params of a method.
fn required(method: &str) -> BTreeSet<&'static str> {
    let document = document()["methods"].as_array().expect("methods");
    let method = document.iter().find(|one| one["name"] == method).expect("it is documented");
    let params = method["params"].as_array().expect("params").iter();
    params.filter(|param| param["required"] == true).map(|param| param["name"].as_str().expect("a name")).collect()
}

on_both_databases! {
    async fn bad_input_that_is_not_a_request_is_refused(world: World) {
        let api = peopled(&world).await;
        let before = world.dump().await;
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        let preview = |criteria: &str| {
            call("adminAudience.previewSegment", &format!(r#"{{"combineWith": "AND", "criteria": {criteria}}}"#))
        };
        let sets = |depth: usize| {
            let open = r#"{"combineWith": "AND", "criteria": ["#;
            format!("[{}{}]", open.repeat(depth), "]}".repeat(depth))
        };
        let search = |text: &[u8]| {
            let request = call("adminAudience.getSegments", r#"{"searchQuery": "?"}"#);
            let at = request.find('?').expect("a mark");
            [&request.as_bytes()[..at], text, &request.as_bytes()[at + 1..]].concat()
        };
        for (name, body, status, code) in [
            ("nothing", Vec::new(), 200, -32700),
            ("half a request", b"{\"jsonrpc\": \"2.0\", \"met".to_vec(), 200, -32700),
            ("no UTF-8: a byte of its own", search(b"\xff"), 200, -32700),
            ("no UTF-8: half of a character", search(b"\xc3"), 200, -32700),
            ("no UTF-8: a surrogate", search(b"\xed\xa0\x80"), 200, -32700),
            ("half a surrogate, escaped", search(br"\ud800"), 200, -32602),
            ("only nesting", nested(100_000).into_bytes(), 200, -32600),
            ("deep params", call("adminAudience.getSegments", &nested(500)).into_bytes(), 200, -32602),
            ("deeper params", call("adminAudience.getSegments", &nested(400_000)).into_bytes(), 200, -32602),
            ("deep items", preview(&nested(100)).into_bytes(), 200, -32602),
            ("deeper items", preview(&nested(100_000)).into_bytes(), 200, -32602),
            ("deep sets", preview(&sets(9)).into_bytes(), 200, -32602),
            ("deeper sets", preview(&sets(10_000)).into_bytes(), 200, -32602),
            ("a body that is too large", search(&vec![b'x'; 1 << 20]), 413, -32007),
            ("an empty batch", b"[]".to_vec(), 200, -32600),
            ("a batch of nothing", b"[1, null]".to_vec(), 200, -32600),
            ("no method", b"{\"jsonrpc\": \"2.0\", \"id\": 1}".to_vec(), 200, -32600),
            ("an unknown method", call("adminAudience.noSuchMethod", "{}").into_bytes(), 200, -32601),
            ("a method in another case", call("adminaudience.getsegments", "{}").into_bytes(), 200, -32601),
        ] {
            let (answered, answer) = api.post(&body).await;
            let first = if answer.is_array() { &answer[0] } else { &answer };
            assert_eq!((answered, &first["error"]["code"]), (status, &json!(code)), "{name}: {answer}");
            assert!(answer.to_string().len() < 1_000, "{name} costs more to answer than to ask: {answer}");
        }
        assert_eq!(world.dump().await, before);
    }

    async fn params_of_every_method_are_refused_with_every_fault(world: World) {
        let api = peopled(&world).await;
        let before = world.dump().await;
        for method in every_method() {
            let name = method.name;
            let params = method.params.as_object().expect("an object");
            for list in [json!([]), json!([SECRET]), Json::Array(params.values().cloned().collect())] {
                let error = refused(&api, name, list).await;
                assert_eq!((error.code, error.faults()), (-32602, vec![": expected an object: params are named".into()]), "{name}");
            }

            let unknown = refused(&api, name, merged(method.params.clone(), json!({"no such param": SECRET}))).await;
            assert_eq!((unknown.code, unknown.faults()), (-32602, vec![r#": unknown key "no such param""#.into()]), "{name}");

            let needed = required(name);
            if !needed.is_empty() {
                let missing = refused(&api, name, json!({})).await;
                assert_eq!((missing.code, paths(&missing)), (-32602, needed), "{name} without params");
            }
            // No param is such an object, and no object may be a list.
            let wrong = |value: &Json| if value.is_object() { json!([SECRET]) } else { json!({"of": SECRET}) };
            let mut wrong: Json = params.iter().map(|(key, value)| (key.clone(), wrong(value))).collect();
            wrong["no such param"] = SECRET.into();
            let error = refused(&api, name, wrong).await;
            let expected: BTreeSet<_> = params.keys().map(String::as_str).chain([""]).collect();
            assert_eq!((error.code, paths(&error)), (-32602, expected), "{name} with wrong types: {error:?}");
            assert!(error.faults().iter().all(|fault| !fault.ends_with(": ")), "{name}: {error:?}");
        }
        assert_eq!(world.dump().await, before);
    }

    async fn params_numbers_have_bounds(world: World) {
        let api = peopled(&world).await;
        let free = json!({"segmentType": "plan", "segmentValue": "free"});
        let pro = json!({"combineWith": "AND", "criteria": [{"field": "plan", "operator": "equals", "value": "PRO"}]});
        for (method, others, key, least, most) in [
            ("getSegmentStats", &free, "days", 7, 90),
            ("getSegmentHistory", &free, "days", 7, 400),
            ("getSegmentSizes", &json!({}), "days", 7, 400),
            ("getSegmentUsers", &free, "page", 1, 1_000_000_000_i64),
            ("getSegmentUsers", &free, "limit", 1, 100),
            ("getSegmentMembersAsOf", &merged(free.clone(), json!({"at": "2026-03-01T00:00:00Z"})), "limit", 1, 1_000),
            ("previewSegment", &pro, "sampleSize", 0, 50),
            ("listRuns", &json!({}), "limit", 1, 100),
            ("listRuns", &json!({}), "before", 1, (1 << 53) - 1),
            ("getAuditLog", &json!({}), "limit", 1, 100),
            ("getAuditLog", &json!({}), "before", 1, i64::MAX),
        ] {
            let method = format!("adminAudience.{method}");
            let with = |value: Json| merged(others.clone(), json!({key: value}));
            for value in [least, most] {
                api.call(&method, with(json!(value))).await.expect("a bound is within");
            }
            let beyond = u64::try_from(most).expect("positive") + 1;
            for value in [
                json!(least - 1), json!(beyond), json!(-1), json!(i64::MIN), json!(u64::MAX), json!(1e300), json!(7.5),
                json!("7"), json!(true), json!([7]),
            ] {
                let error = refused(&api, &method, with(value.clone())).await;
                assert_eq!((error.code, paths(&error)), (-32602, BTreeSet::from([key])), "{method} {key} {value}: {error:?}");
            }
        }
    }

    async fn params_that_name_nothing_stored_are_not_found(world: World) {
        let api = peopled(&world).await;
        let before = world.dump().await;
        let mut tried = BTreeSet::new();
        for method in every_method() {
            for (params, what) in [
                (json!({"segmentType": "plan", "segmentValue": "gold"}), "segment plan:gold"),
                (json!({"segmentType": "custom", "segmentValue": "gone"}), "segment custom:gone"),
                (json!({"userId": "nobody"}), "user nobody"),
                (json!({"userId": "' OR 1=1 --"}), "user ' OR 1=1 --"),
                (json!({"runId": 4_711}), "run 4711"),
            ] {
                let keys = params.as_object().expect("an object").keys();
                if !keys.clone().all(|key| method.params.get(key).is_some()) {
                    continue;
                }
                tried.extend(keys.cloned());
                // Methods that take a user instead of a segment.
                let without = match params.get("userId") {
                    Some(_) if method.params["userId"].is_null() => json!({"segmentType": null, "segmentValue": null}),
                    _ => json!({}),
                };
                let params = merged(merged(method.params.clone(), without), params);
                let error = refused(&api, method.name, params).await;
                assert_eq!((error.code, error.data), (-32044, json!({"what": what})), "{}", method.name);
            }
        }
        assert_eq!(tried.len(), 4, "every kind of name is tried: {tried:?}");
        assert_eq!(world.dump().await, before);
    }

    async fn params_names_that_cannot_exist_are_faults(world: World) {
        let api = peopled(&world).await;
        let before = world.dump().await;
        for method in every_method() {
            for (key, value) in [
                ("segmentType", json!("PLAN")), ("segmentType", json!("")), ("segmentValue", json!("")),
                ("segmentValue", json!("a:b")), ("segmentValue", json!("x".repeat(65))), ("userId", json!("")),
                ("userId", json!("a\0b")), ("userId", json!("x".repeat(1_025))), ("runId", json!("1")),
                ("mode", json!("FULL")), ("show", json!("all")), ("at", json!("yesterday")), ("combineWith", json!("XOR")),
                ("expiresAt", json!("2100-01-01")), ("cursor", json!("x")), ("cursor", json!(SECRET.repeat(2))),
                ("reason", json!("a\0b")), ("searchQuery", json!("x".repeat(257))), ("evaluate", json!("yes")),
                ("includeInactive", json!(1)), ("name", json!(" ")), ("users", json!([])), ("attempts", json!({})),
            ] {
                if method.params.get(key).is_some() {
                    let error = refused(&api, method.name, merged(method.params.clone(), json!({key: value}))).await;
                    assert_eq!((error.code, paths(&error)), (-32602, BTreeSet::from([key])), "{} {error:?}", method.name);
                }
            }
        }
        assert_eq!(world.dump().await, before);
    }

    async fn params_and_definitions_are_refused_with_all_faults_together(world: World) {
        let api = peopled(&world).await;
        let criteria = json!([
            {"field": "plan", "operator": "equals", "value": SECRET},
            {"combineWith": "OR", "criteria": [{"field": "segment", "operator": "in", "value": ["custom:gone"]}]},
        ]);
        let of_criteria = ["criteria[0].value", "criteria[1].criteria[0].value[0]"];
        let expected = |more: &[&'static str]| of_criteria.iter().chain(more).copied().collect::<BTreeSet<_>>();
        for (method, others, more) in [
            ("previewSegment", json!({"combineWith": "AND", "sampleSize": 51}), &["sampleSize"][..]),
            ("previewSegment", json!({"sampleSize": -1, "other": 1}), &["sampleSize", "combineWith", ""]),
            ("createCustomSegment", json!({"combineWith": "XOR", "name": " "}), &["combineWith", "name"]),
            ("createCustomSegment", json!({"combineWith": "OR", "name": " "}), &["name"]),
            ("createCustomSegment", json!({"description": 7}), &["combineWith", "name", "description"]),
        ] {
            let error = refused(&api, &format!("adminAudience.{method}"), merged(others, json!({"criteria": criteria}))).await;
            assert_eq!((error.code, paths(&error)), (-32602, expected(more)), "{method}: {error:?}");
            assert_eq!(error.faults().len(), expected(more).len(), "each once: {error:?}");
        }
        let long_ago = json!({"segmentType": "PLAN", "segmentValue": "free", "at": "2100-01-01T00:00:00Z", "cursor": "x"});
        let error = refused(&api, "adminAudience.getSegmentMembersAsOf", long_ago.clone()).await;
        assert_eq!(paths(&error), BTreeSet::from(["segmentType", "at", "cursor"]), "{error:?}");
        let error = refused(&api, "adminAudience.getSegmentMembersAsOf", merged(long_ago, json!({"segmentType": "plan"}))).await;
        assert_eq!(paths(&error), BTreeSet::from(["at", "cursor"]), "{error:?}");
    }
}
