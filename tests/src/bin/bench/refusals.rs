//! The cost of refusing malicious definitions: the real server's time from the first byte sent to the last byte of the
//! answer, and the additional memory.

use std::time::Instant;

use integration_tests::{Api, Hostile, Kind, Server, World, hostile_calls, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::cases::{Bar, Measured};

pub(crate) async fn measure(world: &World, kind: Kind, rounds: usize) -> Vec<Measured> {
    let bearer = Api::new(world).await.bearer().to_owned();
    let server = Server::start(&world.test_database.url, &["--calls-per-minute", "100000"]);
    let calls = hostile_calls("adminAudience.previewSegment");
    let row = |case, bar| Measured { database: kind, case, bar, rounds: Vec::new() };
    let mut measured: Vec<_> = calls
        .iter()
        .flat_map(|call| [row(call.name, Bar::Milliseconds(50.0)), row(call.name, Bar::Megabytes(20.0))])
        .collect();
    // The first round only warms up.
    for round in 0..=rounds {
        for (place, Hostile { name, body, refusal, .. }) in calls.iter().enumerate() {
            let (held, _) = server.memory();
            let begun = Instant::now();
            let status = send(&server, &post(&bearer, body)).await;
            let took = begun.elapsed();
            assert!(status.is_none_or(|status| status == refusal.0), "{name}: {status:?}");
            let (_, most) = server.memory();
            if round > 0 {
                measured[2 * place].rounds.push(took.as_secs_f64() * 1e3);
                measured[2 * place + 1].rounds.push(most.saturating_sub(held) as f64 / 1e6);
            }
        }
    }
    measured
}

/// The status of the answer. A server that refuses a body early may reset the connection before the answer is read.
async fn send(server: &Server, request: &str) -> Option<u16> {
    let mut stream = server.connect().await;
    // The server need not read the whole body.
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).split(' ').nth(1)?.parse().ok()
}
