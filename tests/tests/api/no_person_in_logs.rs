//! Logs, metrics and errors hold no personal data and no token, whatever is called and whatever fails. A stolen
//! database holds no token.

use domain::mail::{HeldReason, SuppressionReason};
use integration_tests::{Server, World, on_both_databases, post, streaks::merged};
use serde_json::{Value as Json, json};

use crate::every_method::{Does, every_method, peopled};

/// Part of every name and address.
const CANARY: &str = "kanarie";
/// The most users in one call.
const AT_ONCE: usize = 100;

fn users(from: usize) -> Json {
    let user = |number| {
        json!({
            "id": format!("c-{number}"), "email": format!("{CANARY}{number}@{CANARY}.example"),
            "firstName": format!("Kanarie {number}"), "lastName": format!("van der KANARIE {number}"),
            "createdAt": "2025-01-01T00:00:00Z",
        })
    };
    (from..from + AT_ONCE).map(user).collect()
}

/// The params of a method, with personal data wherever possible.
fn with_persons(mut params: Json) -> Json {
    let criteria = json!([
        {"field": "email", "operator": "contains", "value": CANARY},
        {"field": "firstName", "operator": "equals", "value": "Kanarie 1"},
    ]);
    for (key, value) in [
        ("searchQuery", json!(CANARY)),
        ("reason", json!("Kanarie 1 asked on the telephone")),
        ("why", json!("Kanarie 1 asked in a letter")),
        ("description", json!("those whom Kanarie 2 knows")),
        ("criteria", criteria),
        ("users", users(0)),
    ] {
        let is_of_an_enum =
            |text: &str| text.parse::<SuppressionReason>().is_ok() || text.parse::<HeldReason>().is_ok();
        let is_reason = |given: &Json| given.as_str().is_some_and(is_of_an_enum);
        if params.get(key).is_some_and(|given| !given.is_null() && !is_reason(given)) {
            params[key] = value;
        }
    }
    params
}

fn is_personal(text: &str) -> bool {
    text.to_lowercase().contains(CANARY)
}

/// Sends a request. Checks that errors hold no personal data.
async fn send(server: &Server, bearer: &str, method: &str, params: &Json) -> Json {
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string();
    let (_, answer) = server.post(bearer, &body).await;
    assert!(answer["result"].is_object() || !is_personal(&answer.to_string()), "{method} tells: {answer}");
    answer
}

/// Calls every method with valid and invalid params.
async fn call_all(server: &Server, bearer: &str) {
    for method in every_method() {
        let answer = send(server, bearer, method.name, &with_persons(method.params.clone())).await;
        assert!(answer["error"].is_null(), "{}: {answer}", method.name);
        let keys = method.params.as_object().expect("an object").keys();
        let wrong: Json = keys.map(|key| (key.clone(), json!({"of": CANARY}))).collect();
        let answer = send(server, bearer, method.name, &merged(wrong, json!({"other": CANARY}))).await;
        assert_eq!(answer["error"]["code"], -32602, "{}", method.name);
    }
    send(server, bearer, &format!("{CANARY}@example.org"), &json!({})).await;
    server.send(&post(bearer, &format!("{{\"{CANARY}"))).await;
}

/// The database's own message about a refused write contains the values.
async fn call_in_vain(world: &World, server: &Server, bearer: &str, table: &str) {
    world.refuse_writes(table).await;
    let mut failed = 0;
    for method in every_method().into_iter().filter(|method| method.does == Does::Change) {
        let answer = send(server, bearer, method.name, &with_persons(method.params.clone())).await;
        failed += i32::from(answer["error"]["code"] == -32603);
    }
    assert!(failed > 0, "{table} is written to by some");
    world.allow_writes(table).await;
}

on_both_databases! {
    async fn personal_data_and_tokens_are_not_in_logs_metrics_or_errors(world: World) {
        let api = peopled(&world).await;
        let bearer = api.bearer();
        let options = ["--log", "trace", "--calls-per-minute", "1000000"];
        let server = Server::with_mail(&world.test_database.url, &options);
        let count = if std::env::var_os("TEST_LONG").is_some() { 1_000 } else { 100 };
        for from in (0..count).step_by(AT_ONCE) {
            let answer = send(&server, bearer, "adminAudience.upsertUsers", &json!({"users": users(from), "evaluate": true})).await;
            assert_eq!(answer["result"]["results"].as_array().map(Vec::len), Some(AT_ONCE), "{answer}");
        }

        call_all(&server, bearer).await;
        // Unchanged users are not written again.
        world.execute("DELETE FROM users WHERE id = 'c-7'").await;
        for table in ["users", "audit_log", "segment_event"] {
            call_in_vain(&world, &server, bearer, table).await;
        }
        let last = if bearer.ends_with('0') { "1" } else { "0" };
        let forged = format!("{}{last}", &bearer[..bearer.len() - 1]);
        let jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJrYW5hcmllIn0.";
        for wrong in [&forged, jwt, CANARY] {
            assert_eq!(send(&server, wrong, "adminAudience.getSegments", &json!({})).await["error"]["code"], -32040);
        }
        let get = |path: &str, bearer: &str| {
            format!("GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer {bearer}\r\n\r\n")
        };
        assert_eq!(server.send(&get("/api/cron/auto-segment", &forged)).await.0, 401);

        let (status, metrics) = server.send(&get("/metrics", bearer)).await;
        assert_eq!(status, 200);
        let log = server.log();
        for said in ["serving", "answered", "a method failed"] {
            assert!(log.contains(said), "{said} is not in the log");
        }
        for (name, text) in [("the log", &log), ("the metrics", &metrics)] {
            // The first characters of a token are shown, to recognize it by.
            for secret in [&bearer[10..bearer.len() - 1], jwt, CANARY] {
                let line = text.lines().find(|line| line.to_lowercase().contains(&secret.to_lowercase()));
                assert_eq!(line, None, "{name} tells {secret}");
            }
        }
    }

    async fn token_is_not_in_a_stolen_database(world: World) {
        let api = peopled(&world).await;
        let server = Server::start(&world.test_database.url, &[]);
        send(&server, api.bearer(), "adminAudience.runAutoSegmentation", &json!({})).await;
        let dump = world.dump().await;
        assert!(!dump["api_token"].is_empty() && !dump["audit_log"].is_empty());
        for (table, rows) in dump {
            let row = rows.iter().find(|row| row.contains(&api.bearer()[10..]));
            assert_eq!(row, None, "{table} holds a token");
        }
    }
}
