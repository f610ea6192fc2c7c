//! One caller cannot take what all callers share: calls in flight are limited per caller, and without a valid token no
//! body is read.

use std::time::Duration;

use integration_tests::{Api, Server, World, on_both_databases, post};
use persistence::ConnectionTrait;
use serde_json::{Value as Json, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::sockets::Socket;

const LIMIT: usize = 3;
const LISTED: &str = "adminAudience.getSegments";

fn server(world: &World) -> Server {
    Server::start(&world.test_database.url, &["--calls-at-once", &LIMIT.to_string()])
}

fn call(id: usize, method: &str, params: &Json) -> String {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string()
}

/// A call that waits while [`locked`] holds.
fn waiting_call(id: usize) -> String {
    let user = json!({"id": format!("u{id}"), "email": "a@example.org", "createdAt": "2025-01-01T00:00:00Z"});
    call(id, "adminAudience.upsertUsers", &json!({"users": [user]}))
}

/// Writers wait until this transaction ends.
async fn locked(world: &World) -> persistence::Transaction {
    let tx = world.database().begin().await.expect("a transaction");
    if !world.database().is_embedded() {
        tx.execute_unprepared("LOCK TABLE users IN EXCLUSIVE MODE").await.expect("it is locked");
    }
    tx
}

async fn open_call(server: &Server, bearer: &str, body: &str) -> TcpStream {
    let mut stream = server.connect().await;
    stream.write_all(post(bearer, body).as_bytes()).await.expect("the server reads");
    is_under_way().await;
    stream
}

/// Nothing shows from outside that a call has begun to wait.
async fn is_under_way() {
    tokio::time::sleep(Duration::from_millis(500)).await;
}

async fn status(mut stream: TcpStream) -> (u16, String) {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    (answer.split(' ').nth(1).expect("a status").parse().expect("a number"), answer)
}

/// Calls until the limit is reached, which takes the server a moment.
async fn until_refused(server: &Server, bearer: &str) -> String {
    let refused = async {
        loop {
            let (status, answer) = server.send(&post(bearer, &call(1, LISTED, &json!({})))).await;
            if status == 429 {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(20), refused).await.expect("the limit is reached")
}

fn is_refusal(error: &Json) {
    assert_eq!((&error["code"], &error["data"]["retryAfter"]), (&json!(-32029), &json!(1)), "{error}");
    let message = error["message"].as_str().expect("a message");
    assert_eq!(message, "Too many requests: this caller may have 3 calls in flight at once");
}

on_both_databases! {
    async fn in_flight_limit_per_caller_leaves_room_for_others(world: World) {
        let (server, api) = (server(&world), Api::new(&world).await);
        let (bearer, other) = (api.bearer().to_owned(), api.as_superadmin().await.bearer().to_owned());
        let (_, _, mut socket) = Socket::open(&server, Some(&bearer)).await;
        let lock = locked(&world).await;
        // A single call, a batch, and a call over a WebSocket take one each.
        let single = open_call(&server, &bearer, &waiting_call(1)).await;
        let batch = open_call(&server, &bearer, &format!("[{}]", waiting_call(2))).await;
        socket.send(&waiting_call(3)).await.expect("the server reads");
        is_under_way().await;

        let answer = until_refused(&server, &bearer).await;
        assert!(answer.contains("retry-after: 1\r\n"), "{answer}");
        is_refusal(&serde_json::from_str::<Json>(answer.split_once("\r\n\r\n").expect("a body").1).expect("JSON")["error"]);
        let listed = call(7, LISTED, &json!({}));
        let (status_of_batch, answers) = server.post(&bearer, &format!("[{listed}, {listed}]")).await;
        assert_eq!(status_of_batch, 200);
        answers.as_array().expect("a list").iter().for_each(|answer| is_refusal(&answer["error"]));
        socket.send(&listed).await.expect("the server reads");
        let answer = socket.receive().await;
        assert_eq!(answer["id"], 7);
        is_refusal(&answer["error"]);
        // A notification does nothing and takes nothing.
        let notification = json!({"jsonrpc": "2.0", "method": LISTED}).to_string();
        assert_eq!(server.post(&bearer, &notification).await.0, 204);
        let cron = |bearer: &str| {
            format!("POST /api/cron/auto-segment HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer {bearer}\r\n\r\n")
        };
        let (status_of_cron, answer) = server.send(&cron(&bearer)).await;
        assert_eq!(status_of_cron, 429, "{answer}");
        assert!(answer.contains("retry-after: 1\r\n") && answer.contains("3 calls in flight"), "{answer}");

        assert_eq!(server.post(&other, &listed).await.0, 200, "another caller has its own");
        lock.rollback().await.expect("it is unlocked");
        for stream in [single, batch] {
            let (status, answer) = status(stream).await;
            assert_eq!(status, 200, "{answer}");
        }
        assert_eq!(socket.receive().await["id"], 3);
        assert_eq!(server.post(&bearer, &listed).await.0, 200, "what was answered makes room");
        assert_eq!(server.send(&cron(&bearer)).await.0, 200);
    }

    async fn in_flight_work_of_a_caller_that_disconnected_still_counts(world: World) {
        let (server, api) = (server(&world), Api::new(&world).await);
        let lock = locked(&world).await;
        for id in 0..LIMIT {
            drop(open_call(&server, api.bearer(), &waiting_call(id)).await);
        }
        until_refused(&server, api.bearer()).await;
        lock.rollback().await.expect("it is unlocked");
        let done = async {
            while server.post(api.bearer(), &call(1, LISTED, &json!({}))).await.0 != 200 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(Duration::from_secs(20), done).await.expect("the work has ended");
    }

    async fn body_without_a_valid_token_is_not_read(world: World) {
        let (server, api) = (server(&world), Api::new(&world).await);
        let header = |authorization: &str| {
            format!("POST /rpc HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n{authorization}Content-Length: 1000000\r\n\r\n")
        };
        for authorization in ["", "Authorization: Bearer aud_0123\r\n", "Authorization: Basic YTpi\r\n"] {
            // The answer comes before the body.
            let mut client = server.connect().await;
            client.write_all(header(authorization).as_bytes()).await.expect("the server reads");
            let mut answer = vec![0; 12];
            let read = timeout(Duration::from_secs(3), client.read_exact(&mut answer)).await;
            read.expect("an answer in time").expect("an answer");
            assert_eq!(answer, b"HTTP/1.1 401", "{authorization:?}");
            // A client that sends the whole body first gets the answer too.
            let mut client = server.connect().await;
            let whole = header(authorization) + &" ".repeat(1_000_000);
            client.write_all(whole.as_bytes()).await.expect("the server discards");
            let (status, answer) = status(client).await;
            assert_eq!(status, 401, "{answer}");
            assert!(answer.contains("www-authenticate: Bearer") && answer.contains("-32040"), "{answer}");
            assert!(answer.contains("connection: close"), "{answer}");
        }
        assert_eq!(server.post(api.bearer(), &call(1, LISTED, &json!({}))).await.0, 200);
    }
}
