//! Clients that are slow, disconnect, or ask for too much at once: nobody else waits, and nothing is done in part.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use integration_tests::{Api, Server, World, now, on_both_databases, options, post};
use serde_json::{Value as Json, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Handle,
    sync::Mutex,
    time::timeout,
};

const GET_SEGMENTS: &str = "adminAudience.getSegments";

fn request(method: &str, params: &Json) -> String {
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string()
}

/// Two tests with many sockets at once would exceed a limit of 1,024 open files.
pub(crate) static DESCRIPTORS: Mutex<()> = Mutex::const_new(());

/// The number of slow clients, and the times allowed.
struct Form {
    headers: usize,
    bodies: usize,
    /// How long the server waits for a request.
    limit: Duration,
    /// How much later a client may see the end on a busy machine.
    slack: Duration,
    /// How long others may wait for their answers.
    others: Duration,
}

impl Form {
    /// The full test takes longer.
    fn of_this_run() -> Self {
        let seconds = Duration::from_secs;
        if std::env::var_os("TEST_LONG").is_some() {
            let others = Duration::from_millis(250);
            return Self { headers: 500, bodies: 100, limit: seconds(10), slack: seconds(1), others };
        }
        Self { headers: 100, bodies: 40, limit: seconds(3), slack: Duration::from_millis(1_500), others: seconds(1) }
    }
}

/// A client that sends the beginning of a request and then nothing.
struct Stuck {
    stream: TcpStream,
    begun: Instant,
}

async fn stuck(server: &Server, count: usize, beginning: &str) -> Vec<Stuck> {
    let mut clients = Vec::with_capacity(count);
    for _ in 0..count {
        let begun = Instant::now();
        let mut stream = server.connect().await;
        stream.write_all(beginning.as_bytes()).await.expect("it reads");
        clients.push(Stuck { stream, begun });
    }
    clients
}

/// The answer before the connection is closed, and how long after its start.
async fn closed(mut client: Stuck) -> (String, Duration) {
    let mut told = Vec::new();
    // A reset counts as an end.
    let _ = client.stream.read_to_end(&mut told).await;
    (String::from_utf8(told).expect("UTF-8"), client.begun.elapsed())
}

/// A client that disconnects: in the body, right after it, or later: while its token is looked up, while it waits for a
/// database connection, or while its users are written.
async fn hang_up(address: std::net::SocketAddr, request: &str, number: usize) {
    let mut client = TcpStream::connect(address).await.expect("the server listens");
    let sent = if number.is_multiple_of(4) { &request[..request.len() - 20] } else { request };
    client.write_all(sent.as_bytes()).await.expect("it reads");
    if number % 4 > 1 {
        tokio::time::sleep(Duration::from_millis(number as u64 * 7 % 100)).await;
    }
}

/// The number of tasks at rest. Ended work leaves some for a moment.
async fn tasks_at_rest() -> usize {
    let mut least = usize::MAX;
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        least = least.min(Handle::current().metrics().num_alive_tasks());
    }
    least
}

/// Work continues after its connection is gone.
async fn until_tasks_are(count: usize) {
    for _ in 0..3_000 {
        if Handle::current().metrics().num_alive_tasks() <= count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{} tasks are alive, {count} are expected", Handle::current().metrics().num_alive_tasks());
}

/// Both connections of a pool of two are available.
async fn is_whole(world: &World) {
    let first = world.database().begin_snapshot().await.expect("a connection");
    let second = timeout(Duration::from_secs(5), world.database().begin_snapshot()).await;
    second.expect("another connection in time").expect("another connection").close().await.expect("a rollback");
    first.close().await.expect("a rollback");
}

on_both_databases! {
    async fn slow_clients_do_not_delay_others_and_are_closed(world: World) {
        let _room = DESCRIPTORS.lock().await;
        let bearer = Api::new(&world).await.bearer().to_owned();
        let form = Form::of_this_run();
        let server = Server::start(&world.test_database.url, &["--arrive-seconds", &form.limit.as_secs().to_string()]);
        let whole = post(&bearer, &request(GET_SEGMENTS, &json!({})));
        let (header, _) = whole.split_once("\r\n\r\n").expect("a header");
        let half = header.len() / 2;
        let headers = stuck(&server, form.headers, &whole[..half]).await;
        let bodies = stuck(&server, form.bodies / 2, &whole[..whole.len() - 20]).await;
        let mut both = stuck(&server, form.bodies / 2, &whole[..half]).await;

        for _ in 0..20 {
            let asked = Instant::now();
            assert_eq!(server.send(&whole).await.0, 200);
            assert!(asked.elapsed() < form.others, "others wait for {:?}", asked.elapsed());
        }
        // Slow with the header, then with the body.
        let late = both[0].begun + form.limit - Duration::from_secs(1);
        tokio::time::sleep_until(late.into()).await;
        for slow in &mut both {
            slow.stream.write_all(&whole.as_bytes()[half..whole.len() - 20]).await.expect("still open");
        }

        let slow = headers.into_iter().chain(bodies).chain(both);
        let closed: Vec<_> = stream::iter(slow).map(closed).buffer_unordered(600).collect().await;
        let last = closed.iter().map(|(_, after)| *after).max().expect("some");
        assert!(last < form.limit + form.slack, "closed after {last:?}");
        let told = closed.iter().filter(|(answer, _)| answer.starts_with("HTTP/1.1 408 ")).count();
        assert_eq!(told, form.bodies, "whose header came is told why");
        assert_eq!(server.send(&whole).await.0, 200);
    }

    async fn slow_client_without_a_request_is_closed_without_an_error(world: World) {
        let bearer = Api::new(&world).await.bearer().to_owned();
        let server = Server::start(&world.test_database.url, &["--arrive-seconds", "1", "--log", "rpc_server=debug"]);
        let kept = post(&bearer, &request(GET_SEGMENTS, &json!({}))).replace("Connection: close\r\n", "");
        let mut client = server.connect().await;
        for _ in 0..2 {
            client.write_all(kept.as_bytes()).await.expect("it reads");
            let mut answer = String::new();
            while !answer.ends_with("\"id\":1}") && !answer.contains("\"jsonrpc\":\"2.0\",\"id\":1,") {
                answer.push(char::from(client.read_u8().await.expect("an answer")));
            }
        }
        let mut rest = Vec::new();
        timeout(Duration::from_secs(5), client.read_to_end(&mut rest)).await.expect("closed in time").expect("an end");
        let log = server.log();
        assert!(log.contains("answered") && !log.contains("ended early"), "{log}");
    }

    async fn slow_client_that_disconnects_breaks_nothing(world: World) {
        let small = World::open_with(&world.test_database.url, 2).await;
        let api = Api::at(&small, now(), options()).await;
        let address = api.serve().await;
        let tasks = tasks_at_rest().await;

        let requests = (0..1_000).map(|number| {
            let user = |letter| json!({"id": format!("{number}{letter}"), "email": "a@example.org", "createdAt": "2025-01-01T00:00:00Z"});
            let params = json!({"users": [user('a'), user('b'), user('c')], "evaluate": true});
            (number, post(api.bearer(), &request("adminAudience.upsertUsers", &params)))
        });
        stream::iter(requests)
            .for_each_concurrent(20, async |(number, request)| hang_up(address, &request, number).await)
            .await;
        // Connections are accepted in order, so when this one is answered, all before it were accepted.
        let mut last = TcpStream::connect(address).await.expect("the server listens");
        last.write_all(post(api.bearer(), &request(GET_SEGMENTS, &json!({}))).as_bytes()).await.expect("it reads");
        let mut answer = String::new();
        last.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        until_tasks_are(tasks).await;

        let [(users, calls)] = &world.query::<(i64, i64)>("SELECT (SELECT count(*) FROM users), (SELECT count(DISTINCT request_id) FROM audit_log)").await[..]
            else { panic!("counts") };
        assert_eq!(*users, 3 * calls, "each call is there as a whole, with its audit rows, or not at all");
        assert!((1..=750).contains(calls), "some came through, and a quarter never came whole: {calls}");
        assert_eq!(world.counts().await["plan:free"], *users, "evaluated as they came");
        world.verify().await;
        is_whole(&small).await;
        assert!(api.call(GET_SEGMENTS, json!({})).await.is_ok());
    }

    async fn slow_client_batches_are_answered_or_refused_at_once(world: World) {
        let batch = |items: usize| Json::Array(vec![json!({"jsonrpc": "2.0", "method": GET_SEGMENTS, "id": 1}); items]).to_string();
        let mut options = options();
        options.limits.calls_per_minute = 120.try_into().expect("not zero");
        let ordinary = Api::at(&world, now(), options.clone()).await;
        options.body_bytes = 16 << 20;
        let roomy = Api::at(&world, now(), options).await;
        // 50 items are the limit, and 120 calls in a minute.
        for (api, items, status, code) in [
            (&ordinary, 0, 200, -32600),
            (&ordinary, 51, 200, -32010),
            (&ordinary, 100_000, 413, -32007),
            (&roomy, 100_000, 200, -32010),
        ] {
            let batch = batch(items);
            let asked = Instant::now();
            let (answered, answer) = api.post(&batch).await;
            assert_eq!((answered, &answer["error"]["code"]), (status, &json!(code)), "{items} items: {answer}");
            assert!(asked.elapsed() < Duration::from_secs(5), "{items} items: {:?}", asked.elapsed());
        }
        // Meanwhile one more call is allowed every half second.
        for (items, answered) in [(1, 1..=1), (50, 50..=50), (50, 50..=50), (50, 19..=35)] {
            let (_, answer) = ordinary.post(&batch(items)).await;
            let answers = answer.as_array().expect("a list");
            assert_eq!(answers.len(), items);
            let paid = answers.iter().filter(|one| one["result"].is_object()).count();
            assert!(answered.contains(&paid), "each item pays: {paid}");
            let refused = answers.iter().filter(|one| one["error"]["code"] == -32029).count();
            assert_eq!(paid + refused, items, "{answer}");
        }
    }
}
