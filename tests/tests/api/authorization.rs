//! Every method × every kind of caller × single, batch, notification, WebSocket.

use futures_util::{SinkExt, StreamExt};
use integration_tests::{Api, on_both_databases};
use serde_json::{Value as Json, json};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

use crate::{
    callers::{Caller, callers},
    every_method::every_method,
};

/// Params that no method accepts, so that calls that pass the gate change nothing.
fn request(method: &str) -> Json {
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": {"no such param": true}})
}

/// A WebSocket, or the HTTP status of the refusal.
async fn websocket(api: &Api) -> Result<WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>, u16> {
    let address = api.serve().await;
    let mut upgrade = format!("ws://{address}/rpc").into_client_request().expect("a request");
    let authorization = format!("Bearer {}", api.bearer()).parse().expect("a header");
    upgrade.headers_mut().insert("authorization", authorization);
    match connect_async(upgrade).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("neither a WebSocket nor an answer: {error}"),
    }
}

on_both_databases! {
    async fn role_is_required_by_every_method_in_every_shape(world: World) {
        for Caller { kind, api, verdict } in callers(&world).await {
            for method in every_method() {
                let (name, request) = (method.name, request(method.name));
                let expected = verdict.code(method.role).unwrap_or(-32602);
                let (_, alone) = api.post(&request.to_string()).await;
                assert_eq!(alone["error"]["code"], expected, "{kind} calls {name}: {alone}");
                if let Some(status) = verdict.refused() {
                    let notification = json!({"jsonrpc": "2.0", "method": name, "params": method.params});
                    for unread in [&request, &json!([request, request]), &notification] {
                        let (answered, answer) = api.post(&unread.to_string()).await;
                        assert_eq!((answered, &answer["error"]["code"]), (status, &json!(expected)), "{kind}: {answer}");
                    }
                    continue;
                }
                let (_, batch) = api.post(&json!([request, request]).to_string()).await;
                let codes: Vec<_> = batch.as_array().expect("a list").iter().map(|one| &one["error"]["code"]).collect();
                assert_eq!(codes, [expected, expected], "{kind} calls {name} in a batch: {batch}");
                let notification = json!({"jsonrpc": "2.0", "method": name, "params": method.params});
                assert_eq!(api.post(&notification.to_string()).await, (204, Json::Null), "{kind} notifies {name}");
            }
        }
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM audit_log").await, [(0,)], "nothing was done");
    }

    async fn role_is_required_over_a_websocket_too(world: World) {
        for Caller { kind, api, verdict } in callers(&world).await {
            let opened = websocket(&api).await;
            assert_eq!(opened.as_ref().err().copied(), verdict.refused(), "{kind} opens a WebSocket");
            let Ok(mut socket) = opened else { continue };
            for method in every_method() {
                let expected = verdict.code(method.role).unwrap_or(-32602);
                socket.send(Message::text(request(method.name).to_string())).await.expect("it is sent");
                let mut answer = socket.next().await.expect("an answer").expect("a message");
                while answer.is_ping() {
                    answer = socket.next().await.expect("an answer").expect("a message");
                }
                let answer: Json = serde_json::from_str(answer.to_text().expect("text")).expect("JSON");
                assert_eq!(answer["error"]["code"], expected, "{kind} calls {}: {answer}", method.name);
            }
        }
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM audit_log").await, [(0,)], "nothing was done");
    }
}
