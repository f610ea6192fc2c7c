//! WebSockets need a token and are limited per caller, and a caller who does not read affects nobody.

use std::time::Duration;

use integration_tests::{Api, Server, on_both_databases};
use serde_json::{Value as Json, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const METHOD: &str = "adminAudience.getSegments";
const EACH: usize = 8;
/// How much the server's memory may grow because of one caller.
const SOME_MEMORY: u64 = 96 << 20;

const PING: u8 = 0x89;

/// A WebSocket client with full control, so that it can also stay silent.
pub(crate) struct Socket(TcpStream);

impl Socket {
    /// Requests a WebSocket. Returns status, header and body of the answer.
    pub(crate) async fn open(server: &Server, bearer: Option<&str>) -> (u16, String, Self) {
        let mut stream = server.connect().await;
        let authorization = bearer.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let upgrade = format!(
            "GET /rpc HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{authorization}\r\n"
        );
        stream.write_all(upgrade.as_bytes()).await.expect("the server reads");
        let mut answer = String::new();
        while !answer.ends_with("\r\n\r\n") {
            answer.push(char::from(stream.read_u8().await.expect("an answer")));
        }
        let status = answer.split(' ').nth(1).expect("a status").parse().expect("a number");
        let length = answer.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().expect("a number"))];
        stream.read_exact(&mut body).await.expect("a body");
        answer += &String::from_utf8(body).expect("UTF-8");
        (status, answer, Self(stream))
    }

    /// Masked with zeros.
    pub(crate) async fn send(&mut self, text: &str) -> std::io::Result<()> {
        let length = u64::try_from(text.len()).expect("a length");
        let mut frame = vec![0x81, 0x80 | 127];
        frame.extend(length.to_be_bytes());
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        self.0.write_all(&frame).await
    }

    pub(crate) async fn receive(&mut self) -> Json {
        let mut kind = self.0.read_u8().await.expect("an answer");
        while kind == PING {
            assert_eq!(self.0.read_u8().await.expect("a length"), 0, "a ping says nothing");
            kind = self.0.read_u8().await.expect("an answer");
        }
        assert_eq!(kind, 0x81, "a text");
        let length = match self.0.read_u8().await.expect("a length") {
            126 => self.0.read_u16().await.expect("a length").into(),
            127 => self.0.read_u64().await.expect("a length"),
            short => short.into(),
        };
        let mut text = vec![0; usize::try_from(length).expect("a length")];
        self.0.read_exact(&mut text).await.expect("a text");
        serde_json::from_slice(&text).expect("JSON")
    }
}

fn call(id: impl Into<Json>, method: &str) -> String {
    json!({"jsonrpc": "2.0", "id": id.into(), "method": method, "params": {}}).to_string()
}

async fn is_answered(server: &Server, bearer: &str) {
    let (status, answer) = server.post(bearer, &call(1, METHOD)).await;
    assert_eq!((status, &answer["id"]), (200, &json!(1)), "{answer}");
}

on_both_databases! {
    async fn websocket_needs_a_valid_token(world: World) {
        let api = Api::new(&world).await;
        let server = Server::start(&world.test_database.url, &[]);
        let mut sockets = Vec::new();
        // More than any limit of calls or sockets.
        for number in 0..150 {
            let bearer = [None, Some(""), Some("aud_"), Some("aud_0123456789")][number % 4];
            let (status, answer, socket) = Socket::open(&server, bearer).await;
            assert_eq!(status, 401, "{bearer:?}: {answer}");
            assert!(answer.contains("-32040") && answer.contains("www-authenticate: Bearer"), "{answer}");
            sockets.push(socket);
        }
        is_answered(&server, api.bearer()).await;
        let (status, _, mut socket) = Socket::open(&server, Some(api.bearer())).await;
        assert_eq!(status, 101);
        socket.send(&call(7, METHOD)).await.expect("the server reads");
        assert_eq!(socket.receive().await["id"], 7);
    }

    async fn websocket_of_a_revoked_token_loses_its_rights(world: World) {
        let api = Api::new(&world).await;
        let server = Server::start(&world.test_database.url, &[]);
        let (_, _, mut socket) = Socket::open(&server, Some(api.bearer())).await;
        socket.send(&call(1, METHOD)).await.expect("the server reads");
        assert!(socket.receive().await["result"].is_object());
        world.execute("UPDATE api_token SET revoked_at = created_at").await;
        socket.send(&call(2, METHOD)).await.expect("the server reads");
        let answer = socket.receive().await;
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!(2), &json!(-32040)), "{answer}");
    }

    async fn websocket_that_never_reads_uses_no_memory_and_is_closed(world: World) {
        let api = Api::new(&world).await;
        let server = Server::start(&world.test_database.url, &["--arrive-seconds", "2"]);
        is_answered(&server, api.bearer()).await;
        let (before, _) = server.memory();
        let (_, _, mut socket) = Socket::open(&server, Some(api.bearer())).await;
        let long = call("x".repeat(1_000_000), METHOD);
        for _ in 0..300 {
            socket.send(&long).await.expect("the server reads");
        }
        let (_, most) = server.memory();
        assert!(most < before + SOME_MEMORY, "{before} bytes became {most}");

        // Answers of 190 kB, until all buffers are full.
        let closed = async {
            while socket.send(&call(1, "rpc.discover")).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(Duration::from_secs(20), closed).await.expect("the socket is closed");
        let (_, most) = server.memory();
        assert!(most < before + SOME_MEMORY, "{before} bytes became {most}");
        is_answered(&server, api.as_superadmin().await.bearer()).await;
    }

    async fn websocket_limit_per_caller_leaves_room_for_others(world: World) {
        let api = Api::new(&world).await;
        let server = Server::start(&world.test_database.url, &[]);
        let mut sockets = Vec::new();
        for _ in 0..EACH {
            let (status, answer, socket) = Socket::open(&server, Some(api.bearer())).await;
            assert_eq!(status, 101, "{answer}");
            sockets.push(socket);
        }
        let (status, answer, _) = Socket::open(&server, Some(api.bearer())).await;
        assert_eq!(status, 429, "{answer}");
        assert!(answer.contains("retry-after: ") && answer.contains("-32029"), "{answer}");
        assert!(answer.contains("this caller may have 8 WebSockets"), "{answer}");
        is_answered(&server, api.bearer()).await;
        let other = api.as_superadmin().await;
        assert_eq!(Socket::open(&server, Some(other.bearer())).await.0, 101, "another caller has its own");
        sockets.pop();
        let reopened = async {
            while Socket::open(&server, Some(api.bearer())).await.0 != 101 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(Duration::from_secs(5), reopened).await.expect("one that is closed makes room");
    }

    async fn websocket_limit_per_address(world: World) {
        let api = Api::new(&world).await;
        let server = Server::start(&world.test_database.url, &["--sockets-per-address", "3"]);
        let mut sockets = Vec::new();
        for _ in 0..3 {
            let (status, answer, socket) = Socket::open(&server, Some(api.as_superadmin().await.bearer())).await;
            assert_eq!(status, 101, "{answer}");
            sockets.push(socket);
        }
        let (status, answer, _) = Socket::open(&server, Some(api.bearer())).await;
        assert_eq!(status, 429, "{answer}");
        assert!(answer.contains("this address may have 3 WebSockets"), "{answer}");
        is_answered(&server, api.bearer()).await;
    }

    async fn websocket_refuses_a_long_id_without_repeating_it(world: World) {
        let api = Api::new(&world).await;
        let server = Server::start(&world.test_database.url, &[]);
        let (_, _, mut socket) = Socket::open(&server, Some(api.bearer())).await;
        for (length, code) in [(256, Json::Null), (257, json!(-32600))] {
            let id = "x".repeat(length);
            socket.send(&call(id.clone(), METHOD)).await.expect("the server reads");
            let answer = socket.receive().await;
            assert_eq!(answer["error"]["code"], code, "{answer}");
            assert_eq!(answer["id"], if code.is_null() { json!(id) } else { Json::Null });
        }
    }
}
