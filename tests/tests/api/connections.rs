//! Connections: silent ones make room for others, and only strict HTTP/1.1 is accepted.

use std::time::{Duration, Instant};

use integration_tests::{Server, on_both_databases};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
/// How long a client waits for an answer while others hold connections.
const SOON: Duration = Duration::from_secs(1);

async fn is_healthy(server: &Server) {
    let (status, _) = timeout(SOON, server.send(HEALTH)).await.expect("an answer within a second");
    assert_eq!(status, 200);
}

/// Opens connections that each send the beginning of a request.
async fn stuck(server: &Server, count: usize, beginning: &str) -> Vec<TcpStream> {
    let mut clients = Vec::with_capacity(count);
    for _ in 0..count {
        let mut client = timeout(SOON, server.connect()).await.expect("a connection within a second");
        // The server may have closed it to make room for the next one.
        let _ = client.write_all(beginning.as_bytes()).await;
        clients.push(client);
    }
    clients
}

/// Sends a request and returns everything that comes back until the server closes the connection.
async fn exchange(server: &Server, request: &[u8]) -> Vec<u8> {
    let mut client = server.connect().await;
    client.write_all(request).await.expect("the server reads");
    let mut answer = Vec::new();
    // A reset counts as an end.
    let _ = timeout(Duration::from_secs(5), client.read_to_end(&mut answer)).await.expect("closed in time");
    answer
}

on_both_databases! {
    async fn connections_that_are_silent_make_room_for_new_ones(world: World) {
        let _room = crate::slow_clients::DESCRIPTORS.lock().await;
        let server = Server::start_with_files(&world.test_database.url, 64, &[]);
        for beginning in [
            "",
            "GET /healthz HTTP/1.1\r\nHo",
            "POST /rpc HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
        ] {
            let clients = stuck(&server, 200, beginning).await;
            for _ in 0..5 {
                is_healthy(&server).await;
            }
            drop(clients);
            is_healthy(&server).await;
        }
    }

    async fn connections_that_are_silent_are_closed_in_time(world: World) {
        let server = Server::start(&world.test_database.url, &["--arrive-seconds", "2"]);
        let begun = Instant::now();
        assert_eq!(exchange(&server, b"").await, b"");
        let after = begun.elapsed();
        assert!(after > Duration::from_secs(1) && after < Duration::from_millis(3_500), "closed after {after:?}");
    }

    async fn connections_that_do_not_read_their_answers_are_closed(world: World) {
        let server = Server::start(&world.test_database.url, &["--arrive-seconds", "2"]);
        let mut client = server.connect().await;
        let request = "GET /openrpc.json HTTP/1.1\r\nHost: test\r\n\r\n";
        // Until the buffers on both sides are full, and then until the connection is closed.
        let closed = async { while client.write_all(request.as_bytes()).await.is_ok() {} };
        timeout(Duration::from_secs(20), closed).await.expect("the connection is closed");
        is_healthy(&server).await;
    }

    async fn connections_speak_only_http_1(world: World) {
        let server = Server::start(&world.test_database.url, &[]);
        let settings = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
        let answer = exchange(&server, settings).await;
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 400 "), "{}", String::from_utf8_lossy(&answer));
        is_healthy(&server).await;
    }

    async fn connections_refuse_requests_that_a_proxy_may_read_differently(world: World) {
        let server = Server::start(&world.test_database.url, &[]);
        for request in [
            "GET /healthz HTTP/1.1\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nHost: one\r\nHost: one\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nHost: one\r\nhost: two\r\n\r\n",
            "GET /healthz HTTP/1.1\nHost: one\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nHost: one\r\nX-Note: a\nX-Other: b\r\n\r\n",
            "GET /healthz HTTP/1.1\nHost: one\n\n",
        ] {
            let answer = String::from_utf8(exchange(&server, request.as_bytes()).await).expect("UTF-8");
            assert!(answer.starts_with("HTTP/1.1 400 "), "{request:?}: {answer}");
        }
    }

    async fn connections_refuse_long_headers_before_they_fill_the_memory(world: World) {
        let server = Server::start(&world.test_database.url, &[]);
        for (bytes, status) in [(30_000, "200"), (140_000, "431"), (380_000, "431")] {
            let long = "x".repeat(bytes);
            let request = format!("GET /healthz HTTP/1.1\r\nHost: test\r\nConnection: close\r\nX-Long: {long}\r\n\r\n");
            let answer = String::from_utf8(exchange(&server, request.as_bytes()).await).expect("UTF-8");
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{bytes} bytes: {answer}");
        }
    }
}
