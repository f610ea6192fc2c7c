//! Who may call what: every method × every kind of caller × alone, in a batch, as a notification, over a WebSocket.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use integration_tests::{Api, World, now, on_both_databases, options};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rpc_server::{
    auth::{
        Authenticator,
        jwt::{JwtAlgorithm, JwtVerifier},
    },
    openrpc,
};
use serde_json::{Value as Json, json};

/// The one list of methods that need more than ADMIN. A method that is in the document and not in the matrix below
/// cannot be: the matrix is made from the document.
const SUPERADMIN_ONLY: &[&str] = &["adminAudience.eraseUser"];

const SECRET: &[u8] = b"a secret of at least thirty-two bytes";

/// What a caller should be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Known,
    Superadmin,
    NotAuthenticated,
    NotAllowed,
}

impl Verdict {
    /// The code that a method answers; none if the gate lets the call through.
    fn code(self, method: &str) -> Option<i64> {
        match self {
            Self::Known if SUPERADMIN_ONLY.contains(&method) => Some(-32043),
            Self::Known | Self::Superadmin => None,
            Self::NotAuthenticated => Some(-32040),
            Self::NotAllowed => Some(-32043),
        }
    }
}

fn methods() -> Vec<String> {
    let document = openrpc::document();
    let methods = document["methods"].as_array().expect("methods");
    methods.iter().map(|method| method["name"].as_str().expect("a name").to_owned()).collect()
}

fn jwt(change: impl FnOnce(&mut Json), algorithm: Algorithm, secret: &[u8]) -> String {
    let expires = (now() + TimeDelta::hours(1)).timestamp();
    let mut claims = json!({"sub": "boss", "role": "ADMIN", "iss": "host", "aud": "audience", "exp": expires});
    change(&mut claims);
    encode(&Header::new(algorithm), &claims, &EncodingKey::from_secret(secret)).expect("a JWT")
}

/// `alg: none`, as an attacker writes it: base64url of the parts, and no signature.
const UNSIGNED: &str = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.\
    eyJzdWIiOiJib3NzIiwicm9sZSI6IlNVUEVSQURNSU4iLCJpc3MiOiJob3N0IiwiYXVkIjoiYXVkaWVuY2UiLCJleHAiOjk5OTk5OTk5OTl9.";

async fn callers(world: &World, api: &Api) -> BTreeMap<&'static str, (String, Verdict)> {
    let revoked = api.as_superadmin().await;
    world.execute("UPDATE api_token SET revoked_at = created_at WHERE role = 'SUPERADMIN'").await;
    let expired = api.as_superadmin().await;
    world
        .execute("UPDATE api_token SET expires_at = created_at WHERE role = 'SUPERADMIN' AND revoked_at IS NULL")
        .await;
    let superadmin = api.as_superadmin().await;
    let hs256 = |change: fn(&mut Json)| jwt(change, Algorithm::HS256, SECRET);
    BTreeMap::from([
        ("no token", (String::new(), Verdict::NotAuthenticated)),
        ("malformed", ("aud_123".into(), Verdict::NotAuthenticated)),
        ("revoked", (revoked.bearer().into(), Verdict::NotAuthenticated)),
        ("expired token", (expired.bearer().into(), Verdict::NotAuthenticated)),
        ("admin", (api.bearer().into(), Verdict::Known)),
        ("superadmin", (superadmin.bearer().into(), Verdict::Superadmin)),
        ("JWT", (hs256(|_| ()), Verdict::Known)),
        ("JWT superadmin", (hs256(|claims| claims["role"] = json!("SUPERADMIN")), Verdict::Superadmin)),
        ("JWT wrong role", (hs256(|claims| claims["role"] = json!("USER")), Verdict::NotAllowed)),
        ("JWT expired", (hs256(|claims| claims["exp"] = json!(now().timestamp() - 31)), Verdict::NotAuthenticated)),
        ("JWT early", (hs256(|claims| claims["nbf"] = json!(now().timestamp() + 60)), Verdict::NotAuthenticated)),
        ("JWT without exp", (hs256(|claims| claims["exp"] = Json::Null), Verdict::NotAuthenticated)),
        ("JWT wrong audience", (hs256(|claims| claims["aud"] = json!("other")), Verdict::NotAuthenticated)),
        ("JWT wrong issuer", (hs256(|claims| claims["iss"] = json!("other")), Verdict::NotAuthenticated)),
        (
            "JWT wrong key",
            (jwt(|_| (), Algorithm::HS256, b"another secret of thirty-two bytes!!"), Verdict::NotAuthenticated),
        ),
        ("JWT other algorithm", (jwt(|_| (), Algorithm::HS384, SECRET), Verdict::NotAuthenticated)),
        ("JWT alg none", (UNSIGNED.into(), Verdict::NotAuthenticated)),
    ])
}

async fn api(world: &World) -> Api {
    let mut options = options();
    let verifier = JwtVerifier::new(JwtAlgorithm::Hs256, SECRET, "host", "audience").expect("a verifier");
    options.authenticator = Authenticator { jwt: Some(verifier) };
    Api::at(world, now(), options).await
}

/// Params that fit no method, so that what passes the gate changes nothing.
fn request(method: &str) -> Json {
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": {"no such param": true}})
}

on_both_databases! {
    async fn every_method_needs_its_role_in_every_shape(world: World) {
        let api = api(&world).await;
        for (kind, (bearer, verdict)) in callers(&world, &api).await {
            let caller = api.bearing(&bearer);
            for method in methods() {
                let expected = verdict.code(&method).unwrap_or(-32602);
                let (_, alone) = caller.post(&request(&method).to_string()).await;
                assert_eq!(alone["error"]["code"], expected, "{kind} calls {method}: {alone}");
                let (_, batch) = caller.post(&json!([request(&method), request(&method)]).to_string()).await;
                let answers = batch.as_array().expect("a list");
                assert_eq!(answers.len(), 2);
                assert!(answers.iter().all(|answer| answer["error"]["code"] == expected), "{kind} calls {method}: {batch}");
                let notification = json!({"jsonrpc": "2.0", "method": method, "params": {}});
                assert_eq!(caller.post(&notification.to_string()).await, (204, Json::Null), "{kind} notifies {method}");
            }
        }
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM audit_log").await, [(0,)], "nothing was done");
    }

    async fn a_websocket_passes_the_same_gate(world: World) {
        use futures_util::{SinkExt, StreamExt};
        use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};
        let api = api(&world).await;
        let callers = callers(&world, &api).await;
        let address = api.serve().await;
        for (kind, (bearer, verdict)) in callers {
            let mut upgrade = format!("ws://{address}/rpc").into_client_request().expect("a request");
            let authorization = format!("Bearer {bearer}").parse().expect("a header");
            upgrade.headers_mut().insert("authorization", authorization);
            let (mut socket, _) = tokio_tungstenite::connect_async(upgrade).await.expect("a WebSocket");
            for method in methods() {
                let expected = verdict.code(&method).unwrap_or(-32602);
                socket.send(Message::text(request(&method).to_string())).await.expect("it is sent");
                let answer = socket.next().await.expect("an answer").expect("a message");
                let answer: Json = serde_json::from_str(answer.to_text().expect("text")).expect("JSON");
                assert_eq!(answer["error"]["code"], expected, "{kind} calls {method}: {answer}");
            }
        }
    }
}

#[test]
fn methods_that_need_more_than_admin_are_listed() {
    let document = openrpc::document();
    for method in document["methods"].as_array().expect("methods") {
        let name = method["name"].as_str().expect("a name");
        let description = method["description"].as_str().expect("a description");
        assert_eq!(description.contains("SUPERADMIN"), SUPERADMIN_ONLY.contains(&name), "{name}");
    }
}

#[test]
fn weak_secrets_and_bad_keys_are_refused() {
    for (algorithm, key) in
        [(JwtAlgorithm::Hs256, "short"), (JwtAlgorithm::Rs256, "no key"), (JwtAlgorithm::EdDsa, "{\"keys\": []}")]
    {
        assert!(JwtVerifier::new(algorithm, key.as_bytes(), "host", "audience").is_err(), "{algorithm:?}");
    }
}
