//! JSON-RPC 2.0: the 15 examples of the specification with our methods, and limits of batches and bodies.
//! <https://www.jsonrpc.org/specification#examples>

use integration_tests::{Api, on_both_databases, options};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getSegments";

fn code(answer: &Json) -> &Json {
    &answer["error"]["code"]
}

on_both_databases! {
    async fn json_rpc_examples_of_the_specification_hold(world: World) {
        let api = Api::new(&world).await;
        let call = |id: i64| json!({"jsonrpc": "2.0", "method": METHOD, "params": {"searchQuery": "free"}, "id": id});

        // 1, 2: positional parameters. Ours are by name, so a list is refused.
        for params in [json!([false, "free"]), json!(["free", false])] {
            let (_, answer) = api.post(&json!({"jsonrpc": "2.0", "method": METHOD, "params": params, "id": 1}).to_string()).await;
            assert_eq!((code(&answer), &answer["id"]), (&json!(-32602), &json!(1)));
        }
        // 3, 4: named parameters, in any order.
        for params in [r#"{"includeInactive": false, "searchQuery": "free"}"#, r#"{"searchQuery": "free", "includeInactive": false}"#] {
            let (_, answer) = api.post(&format!(r#"{{"jsonrpc": "2.0", "method": "{METHOD}", "params": {params}, "id": 3}}"#)).await;
            assert_eq!((&answer["result"]["total"], &answer["id"], &answer["jsonrpc"]), (&json!(1), &json!(3), &json!("2.0")));
        }
        // 5, 6: notifications are not answered, even if the method does not exist.
        for method in [METHOD, "foobar"] {
            let (status, answer) = api.post(&json!({"jsonrpc": "2.0", "method": method, "params": {}}).to_string()).await;
            assert_eq!((status, answer), (204, Json::Null));
        }
        // 7: an unknown method.
        let (_, answer) = api.post(r#"{"jsonrpc": "2.0", "method": "foobar", "id": "1"}"#).await;
        assert_eq!((code(&answer), &answer["id"]), (&json!(-32601), &json!("1")));
        // 8: malformed JSON.
        let (_, answer) = api.post(r#"{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]"#).await;
        assert_eq!((code(&answer), &answer["id"]), (&json!(-32700), &Json::Null));
        // 9: an invalid request.
        let (_, answer) = api.post(r#"{"jsonrpc": "2.0", "method": 1, "params": "bar"}"#).await;
        assert_eq!((code(&answer), &answer["id"]), (&json!(-32600), &Json::Null));
        // 10: a batch of malformed JSON.
        let (_, answer) = api.post(r#"[{"jsonrpc": "2.0", "method": "sum", "id": "1"}, {"jsonrpc": "2.0", "method"]"#).await;
        assert_eq!(code(&answer), &json!(-32700));
        // 11: an empty batch.
        let (_, answer) = api.post("[]").await;
        assert_eq!((code(&answer), &answer["id"]), (&json!(-32600), &Json::Null));
        // 12, 13: batches of invalid requests.
        for (batch, count) in [("[1]", 1), ("[1, 2, 3]", 3)] {
            let (_, answer) = api.post(batch).await;
            let answers = answer.as_array().expect("a list");
            assert_eq!(answers.len(), count);
            assert!(answers.iter().all(|answer| *code(answer) == -32600 && answer["id"].is_null()), "{answer}");
        }
        // 14: a mixed batch.
        let batch = json!([
            call(1), {"jsonrpc": "2.0", "method": METHOD, "params": {}}, call(2), {"foo": "boo"},
            {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"}, call(9),
        ]);
        let (_, answer) = api.post(&batch.to_string()).await;
        let answers: Vec<_> = answer
            .as_array()
            .expect("a list")
            .iter()
            .map(|answer| (answer["id"].clone(), code(answer).clone(), answer["result"]["total"].clone()))
            .collect();
        assert_eq!(answers, [
            (json!(1), Json::Null, json!(1)),
            (json!(2), Json::Null, json!(1)),
            (Json::Null, json!(-32600), Json::Null),
            (json!("5"), json!(-32601), Json::Null),
            (json!(9), Json::Null, json!(1)),
        ]);
        // 15: a batch of notifications only.
        let batch = json!([{"jsonrpc": "2.0", "method": METHOD}, {"jsonrpc": "2.0", "method": "foobar"}]);
        assert_eq!(api.post(&batch.to_string()).await, (204, Json::Null));
    }

    async fn json_rpc_params_are_refused_with_every_fault_and_path(world: World) {
        let api = Api::new(&world).await;
        let refused = api.call(METHOD, json!({"includeInactive": "yes", "searchQuery": 7, "serachQuery": "typo"})).await;
        let refused = refused.expect_err("three faults");
        assert_eq!(refused.code, -32602);
        let mut faults = refused.faults();
        faults.sort();
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert_eq!(faults[0], ": unknown key \"serachQuery\"");
        assert!(faults[1].starts_with("includeInactive: "), "{faults:?}");
        assert!(faults[2].starts_with("searchQuery: "), "{faults:?}");
        assert!(!faults.join(" ").contains("yes"), "values are not repeated: {faults:?}");
    }

    async fn json_rpc_unreadable_numbers_and_nesting_are_refused_and_not_repeated(world: World) {
        let api = Api::new(&world).await;
        let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        for params in [r#"{"limit": 1.0}"#.to_owned(), r#"{"limit": 1e999}"#.into(), format!(r#"{{"limit": {deep}}}"#)] {
            let body = format!(r#"{{"jsonrpc": "2.0", "id": 1, "method": "adminAudience.listRuns", "params": {params}}}"#);
            let (_, answer) = api.post(&body).await;
            assert!([-32602, -32700].map(Json::from).contains(code(&answer)), "{params}: {answer}");
            assert!(!answer.to_string().contains("1.0") && !answer.to_string().contains("999"), "{answer}");
        }
    }

    async fn batch_size_is_limited_and_each_item_counts_as_a_call(world: World) {
        let mut options = options();
        options.batch_items = 3;
        options.body_bytes = 2_000;
        options.limits.calls_per_minute = 5.try_into().expect("not zero");
        let api = Api::at(&world, integration_tests::now(), options).await;
        let batch = |items: usize| Json::Array(vec![json!({"jsonrpc": "2.0", "method": METHOD, "id": 1}); items]).to_string();

        let (_, answer) = api.post(&batch(4)).await;
        assert_eq!(code(&answer), &json!(-32010), "{answer}");
        let (status, answer) = api.post(&format!("{:2001}", "")).await;
        assert_eq!((status, code(&answer)), (413, &json!(-32007)), "{answer}");

        let (_, answer) = api.post(&batch(3)).await;
        assert!(answer.as_array().expect("a list").iter().all(|answer| answer["result"].is_object()));
        let (_, answer) = api.post(&batch(3)).await;
        let codes: Vec<_> = answer.as_array().expect("a list").iter().map(|answer| code(answer).clone()).collect();
        assert_eq!(codes, [Json::Null, Json::Null, json!(-32029)]);
        let (status, answer) = api.post(&json!({"jsonrpc": "2.0", "method": METHOD, "id": 1}).to_string()).await;
        assert_eq!(status, 429);
        assert!(answer["error"]["data"]["retryAfter"].as_u64().is_some_and(|seconds| (1..=13).contains(&seconds)), "{answer}");

        // Another caller is not affected.
        assert!(api.as_superadmin().await.call(METHOD, json!({})).await.is_ok());
    }

    async fn request_id_that_cannot_be_kept_is_not_a_notification(world: World) {
        let api = Api::new(&world).await;
        for id in ["-1", "1.5", "{}", "[]", "true", "18446744073709551616"] {
            let call = format!(r#"{{"jsonrpc": "2.0", "id": {id}, "method": "{METHOD}"}}"#);
            let (status, answer) = api.post(&call).await;
            assert_eq!((status, code(&answer), &answer["id"]), (200, &json!(-32600), &Json::Null), "{id}");
            let fine = json!({"jsonrpc": "2.0", "id": 2, "method": METHOD});
            let (_, answers) = api.post(&format!("[{call}, {fine}]")).await;
            assert_eq!((code(&answers[0]), &answers[1]["id"]), (&json!(-32600), &json!(2)), "{id}: {answers}");
        }
        for no_request in ["5", "null", "true", "\"text\""] {
            let (status, answer) = api.post(no_request).await;
            assert_eq!((status, code(&answer)), (200, &json!(-32600)), "{no_request}");
        }
    }

    async fn request_id_over_256_bytes_is_refused_and_not_repeated(world: World) {
        let api = Api::new(&world).await;
        let call = |id: &str| json!({"jsonrpc": "2.0", "id": id, "method": METHOD});
        for (id, is_kept) in [("x".repeat(256), true), ("x".repeat(257), false), ("\u{e4}".repeat(129), false)] {
            let (status, answer) = api.post(&call(&id).to_string()).await;
            let (_, answers) = api.post(&json!([call(&id), call("2")]).to_string()).await;
            for answer in [&answer, &answers[0]] {
                let refused = if is_kept { Json::Null } else { json!(-32600) };
                let repeated = if is_kept { json!(id) } else { Json::Null };
                assert_eq!((status, code(answer), &answer["id"]), (200, &refused, &repeated), "{}", id.len());
            }
            assert_eq!(answers[1]["id"], "2");
        }
        // An invalid request may have an id too.
        for no_request in [r#"{"jsonrpc": "1.0", "id": "ID"}"#, r#"{"id": "ID", "jsonrpc": "2.0", "method": 7}"#] {
            let no_request = no_request.replace("ID", &"x".repeat(257));
            for body in [no_request.clone(), format!("[{no_request}]")] {
                let (_, answer) = api.post(&body).await;
                assert!(answer.to_string().len() < 200 && answer.to_string().contains("-32600"), "{answer}");
            }
        }
    }

    async fn fault_says_which_values_are_allowed(world: World) {
        let api = Api::new(&world).await;
        let params = json!({"segmentType": "zz", "segmentValue": "free", "show": "all", "searchQuery": 7});
        let mut faults = api.call("adminAudience.getSegmentUsers", params).await.expect_err("three faults").faults();
        faults.sort();
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults[1].contains(r#"expected one of "plan", "lifecycle", "behavior""#), "{faults:?}");
        let refused = api.call("adminAudience.listRuns", json!({"before": 0})).await.expect_err("too small");
        assert!(refused.faults()[0].contains("expected a number of at least 1"), "{:?}", refused.faults());
    }

    async fn rate_limit_counts_refused_calls(world: World) {
        let mut options = options();
        options.limits.calls_per_minute = 3.try_into().expect("not zero");
        let api = Api::at(&world, integration_tests::now(), options).await;
        let mut codes = Vec::new();
        for _ in 0..4 {
            codes.push(api.call("adminAudience.eraseUser", json!({"userId": "ann"})).await.expect_err("refused").code);
        }
        assert_eq!(codes, [-32043, -32043, -32043, -32029]);
    }
}
