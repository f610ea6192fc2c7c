//! Events of the mail service as they come in after a broadcast: how long each answer takes while admins read lists, and how soon
//! the events have their effects.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use integration_tests::{Api, Kind, MailWorld, Server, post_event};
use resend_fake::{Fake, PendingEvent};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::{sleep, sleep_until},
};

use crate::engine::{Bar, Row, Unit};

/// How long events arrive.
const SECONDS: u32 = 10;
/// The mail service holds several connections open.
const CONNECTIONS: u32 = 20;
/// Admins who read one list after the other.
const READERS: usize = 2;

pub(crate) async fn measure(mail: &MailWorld, kind: Kind, users: usize) -> [Row; 2] {
    let rate = match kind {
        Kind::Sqlite => 200,
        Kind::Postgres => 1_000,
    };
    let case = format!("{rate} events a second for {SECONDS} s");
    let mut answers =
        Row::new(kind, format!("{case}, 99 of 100 answers within"), Unit::Milliseconds, Bar::AtMost(250.0));
    let mut applied =
        Row::new(kind, format!("{case}, all applied after the last"), Unit::Milliseconds, Bar::AtMost(1_000.0));
    let server =
        Arc::new(Server::with_webhook(&mail.world.test_database.url, Fake::SECRET, &["--calls-per-minute", "1000000"]));
    let bearer = Api::new(&mail.world).await.bearer().to_owned();
    let events = events(mail, users, (rate * SECONDS) as usize);
    let readers: Vec<_> = (0..READERS)
        .map(|_| {
            let (server, bearer) = (Arc::clone(&server), bearer.clone());
            tokio::spawn(async move {
                let params = json!({"segmentType": "plan", "segmentValue": "free", "limit": 100});
                let call =
                    json!({"jsonrpc": "2.0", "id": 1, "method": "adminAudience.getSegmentUsers", "params": params});
                loop {
                    assert_eq!(server.post(&bearer, &call.to_string()).await.0, 200);
                }
            })
        })
        .collect();
    let begun = tokio::time::Instant::now();
    let posting = (0..CONNECTIONS).map(|connection| {
        let mine: Vec<_> = events.iter().enumerate().skip(connection as usize).step_by(CONNECTIONS as usize).collect();
        post(&server, mine, begun, rate)
    });
    let mut taken: Vec<_> = join_all(posting).await.concat();
    let posted = Instant::now();
    while !is_applied(mail).await {
        sleep(Duration::from_millis(20)).await;
    }
    applied.note(posted.elapsed().as_secs_f64() * 1e3);
    readers.iter().for_each(tokio::task::JoinHandle::abort);
    taken.sort_by(f64::total_cmp);
    answers.note(taken[taken.len() * 99 / 100]);
    [answers, applied]
}

/// Half of the mails are opened, and one in a hundred people unsubscribes.
fn events(mail: &MailWorld, users: usize, count: usize) -> Vec<PendingEvent> {
    mail.fake.take_events();
    for number in 0..count {
        let email = crate::crowd::person(number % users, users).email;
        match number % 100 {
            0 => mail.fake.unsubscribe(&email),
            number => {
                let kind = if number % 2 == 0 { "email.opened" } else { "email.delivered" };
                mail.fake.mail_event(kind, &email, None, None);
            }
        }
    }
    mail.fake.take_events()
}

/// Returns how long each answer took, in milliseconds.
async fn post(
    server: &Server,
    events: Vec<(usize, &PendingEvent)>,
    begun: tokio::time::Instant,
    rate: u32,
) -> Vec<f64> {
    let mut stream = BufReader::new(server.connect().await);
    let mut taken = Vec::new();
    for (place, event) in events {
        sleep_until(begun + Duration::from_secs_f64(place as f64 / f64::from(rate))).await;
        let asked = Instant::now();
        stream.write_all(post_event(event, "keep-alive").as_bytes()).await.expect("it reads");
        assert_eq!(status(&mut stream).await, 200);
        taken.push(asked.elapsed().as_secs_f64() * 1e3);
    }
    taken
}

/// Of the next answer, which is read to its end.
async fn status(stream: &mut BufReader<TcpStream>) -> u16 {
    let (mut line, mut status, mut length) = (String::new(), 0, 0);
    loop {
        line.clear();
        stream.read_line(&mut line).await.expect("it answers");
        let text = line.trim_end().to_ascii_lowercase();
        if let Some(code) = text.strip_prefix("http/1.1 ") {
            status = code.split(' ').next().and_then(|code| code.parse().ok()).expect("a status");
        } else if let Some(value) = text.strip_prefix("content-length: ") {
            length = value.parse().expect("a length");
        } else if text.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.expect("a body");
    status
}

async fn is_applied(mail: &MailWorld) -> bool {
    mail.world.query::<(i64,)>("SELECT count(*) FROM webhook_event WHERE state = 'waiting'").await == [(0,)]
}
