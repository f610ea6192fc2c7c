//! The real server over a real socket: a method, authorization, health, and shutdown.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

use integration_tests::{Program, World, now, on_both_databases, user};
use serde_json::{Value as Json, json};

/// A server on a free port that ends with the test.
struct Server {
    child: Child,
    address: String,
    token: String,
}

impl Server {
    fn start(url: &str) -> Self {
        let mut child = Program::server(url).args(["serve", "--dev", "--listen", "127.0.0.1:0"]).spawn();
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut said = |name: &str| {
            let line = lines.next().expect("the server says it").expect("UTF-8");
            line.strip_prefix(name).expect("what is said").trim().to_owned()
        };
        let address = said("address  http://").trim_end_matches('/').to_owned();
        Self { child, address, token: said("token") }
    }

    fn call(&self, body: &Json) -> (u16, Json) {
        self.post(&body.to_string(), Some(&self.token))
    }

    fn post(&self, body: &str, token: Option<&str>) -> (u16, Json) {
        let authorization = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let length = body.len();
        let (status, answer) = self.http(&format!(
            "POST /rpc HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Type: application/json\r\n\
             {authorization}Content-Length: {length}\r\n\r\n{body}"
        ));
        (status, serde_json::from_str(&answer).unwrap_or(Json::Null))
    }

    fn http(&self, request: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).expect("the server listens");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let status = answer.split(' ').nth(1).expect("a status").parse().expect("a number");
        (status, answer.split_once("\r\n\r\n").expect("a body").1.to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const CRON: &str = "GET /api/cron/auto-segment HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
/// More than two commits.
const CROWD: usize = 12_000;

/// Many users, and a database that is slow to write memberships, so that a run can be interrupted in the middle.
async fn slow_crowd(world: &World) {
    let crowd: Vec<_> = (0..CROWD).map(|index| user(&format!("user-{index}"))).collect();
    for some in crowd.chunks(6_000) {
        world.users(some).await;
    }
    let slow = if world.database().is_embedded() {
        "CREATE TRIGGER slow BEFORE INSERT ON user_segment BEGIN SELECT count(*) FROM (WITH RECURSIVE step (number) AS \
         (SELECT 1 UNION ALL SELECT number + 1 FROM step WHERE number < 2000) SELECT number FROM step); END"
    } else {
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS \
         'BEGIN PERFORM pg_sleep(0.0001); RETURN NEW; END'; \
         CREATE TRIGGER slow BEFORE INSERT ON user_segment FOR EACH ROW EXECUTE FUNCTION slow()"
    };
    world.execute(slow).await;
}

/// When stopped in the middle of a run, the server ends without a failure and leaves whole batches, a run marked as
/// abandoned, and a free lease.
async fn ends_orderly(world: &World, mut server: Server) {
    for tries in 0.. {
        assert!(tries < 6_000, "no run comes so far");
        if world.progress_of_the_active_run().await.is_some_and(|(_, users)| users > 0) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let asked = Command::new("kill").arg(server.child.id().to_string()).status();
    assert!(asked.expect("kill").success());
    assert!(server.child.wait().expect("it ends").success());
    let [(state, why, users)] =
        &world.query::<(String, String, i64)>("SELECT state, failure, users_processed FROM segmentation_run").await[..]
    else {
        panic!("one run")
    };
    assert_eq!(state, "abandoned");
    // Of the shard that it was at.
    let parts = "SELECT count(*) FROM run_shard WHERE stage = 'lost' AND users_processed % 100 <> 0";
    assert_eq!(world.query::<(i64,)>(parts).await, [(0,)]);
    assert!(*users > 0 && *users < CROWD as i64, "{users}");
    assert_eq!(*why, format!("the run was asked to stop, after {users} of {CROWD} users"));
    world.verify().await;
    Program::engine(&world.test_database.url).args(["status"]).run().expect(0);
    world
        .execute(if world.database().is_embedded() { "DROP TRIGGER slow" } else { "DROP TRIGGER slow ON user_segment" })
        .await;
    let rest = Program::engine(&world.test_database.url).args(["run", "--json"]).run().expect(0);
    assert_eq!(rest.json()["totalUsersProcessed"], CROWD);
    assert_eq!(world.counts().await["plan:free"], CROWD as i64);
    world.verify().await;
}

fn request(params: Json) -> Json {
    json!({"jsonrpc": "2.0", "id": 1, "method": "adminAudience.getSegments", "params": params})
}

fn request_of_a_stranger() -> String {
    json!({"jsonrpc": "2.0", "id": 1, "method": "ann@example.org"}).to_string()
}

on_both_databases! {
    async fn server_lists_segments_with_their_sizes(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.run(now()).await;
        let server = Server::start(&world.test_database.url);

        let (status, answer) = server.call(&request(json!({})));

        assert_eq!(status, 200);
        let result = &answer["result"];
        assert_eq!((&result["total"], &result["systemCount"], &result["customCount"]), (&json!(13), &json!(13), &json!(0)));
        let first = &result["segments"][0];
        assert_eq!(first["name"], "Free Users");
        assert_eq!((&first["segmentType"], &first["segmentValue"], &first["type"]), (&json!("plan"), &json!("free"), &json!("system")));
        assert_eq!((&first["userCount"], &first["isActive"]), (&json!(2), &json!(true)));
        assert_eq!(result["segments"][1]["userCount"], 0, "empty ones are listed too");

        let (_, answer) = server.call(&request(json!({"searchQuery": "QUIZZES"})));
        assert_eq!(answer["result"]["total"], 5);
    }

    async fn server_refuses_invalid_params(world: World) {
        let server = Server::start(&world.test_database.url);
        for params in [json!([true]), json!({"includeInactive": "yes"}), json!({"unknown": 1}), json!("text")] {
            let (_, answer) = server.call(&request(params.clone()));
            let code = &answer["error"]["code"];
            assert!(*code == -32602 || *code == -32600, "{params}: {answer}");
        }
        let (_, answer) = server.call(&json!({"jsonrpc": "2.0", "id": 1, "method": "adminAudience.nothing"}));
        assert_eq!(answer["error"]["code"], -32601);
    }

    async fn server_requires_a_valid_token(world: World) {
        let server = Server::start(&world.test_database.url);
        let single = request(json!({})).to_string();
        let batch = format!("[{single}, {single}]");
        let last = if server.token.ends_with('0') { "1" } else { "0" };
        let forged = format!("{}{last}", &server.token[..server.token.len() - 1]);
        for token in [None, Some(""), Some("aud_"), Some(forged.as_str()), Some("\u{e9}")] {
            let (status, answer) = server.post(&single, token);
            assert_eq!((status, &answer["error"]["code"], &answer["id"]), (401, &json!(-32040), &Json::Null), "{token:?}");
            let (status, answer) = server.post(&batch, token);
            assert_eq!((status, &answer["error"]["code"], &answer["id"]), (401, &json!(-32040), &Json::Null), "{token:?}");
        }
        assert_eq!(server.post(&batch, Some(&server.token)).0, 200);
        world.execute("UPDATE api_token SET revoked_at = created_at").await;
        assert_eq!(server.post(&single, Some(&server.token)).0, 401, "the next call after a revocation fails");
        let hashes = world.query::<(String, String)>("SELECT token_hash, prefix FROM api_token").await;
        assert!(hashes.iter().all(|(hash, prefix)| *hash != server.token && prefix.len() == 10));
    }

    async fn server_ends_on_a_signal(world: World) {
        let mut server = Server::start(&world.test_database.url);
        let (status, body) = server.http("GET /healthz HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
        assert_eq!((status, body.as_str()), (200, "ok"));
        let killed = Command::new("kill").arg(server.child.id().to_string()).stdin(Stdio::null()).status();
        assert!(killed.expect("kill").success());
        assert!(server.child.wait().expect("it ends").success());
    }

    async fn shutdown_ends_a_run_of_an_admin_after_its_batch(world: World) {
        slow_crowd(&world).await;
        let server = Server::start(&world.test_database.url);
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": "adminAudience.runAutoSegmentation", "params": {}});
        assert_eq!(server.call(&body).1["result"]["state"], "running");
        ends_orderly(&world, server).await;
    }

    async fn shutdown_ends_a_run_of_the_scheduler_after_its_batch(world: World) {
        slow_crowd(&world).await;
        let server = Server::start(&world.test_database.url);
        let mut scheduler = TcpStream::connect(&server.address).expect("the server listens");
        scheduler.write_all(CRON.as_bytes()).expect("it reads");
        ends_orderly(&world, server).await;
        let mut answer = String::new();
        scheduler.read_to_string(&mut answer).expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("the run did not finish"), "{answer}");
    }

    async fn dev_mode_lets_anyone_on_this_machine_run_the_engine(world: World) {
        world.users(&[user("ann")]).await;
        let server = Server::start(&world.test_database.url);
        let (status, _) = server.http(CRON);
        assert_eq!((status, world.counts().await["plan:free"]), (200, 1));
        let tokens = "SELECT name, role, CAST(expires_at IS NOT NULL AS INTEGER) FROM api_token";
        assert_eq!(world.query::<(String, String, i32)>(tokens).await, [("dev".into(), "SUPERADMIN".into(), 1)]);
        let audit = "SELECT actor, action FROM audit_log ORDER BY no LIMIT 1";
        assert_eq!(world.query::<(String, String)>(audit).await, [("command line".into(), "createToken".into())]);
    }

    async fn server_refuses_to_start_with_weak_secrets(world: World) {
        let url = &world.test_database.url;
        for (secret, arguments, reason) in [
            (None, vec![], "error: CRON_SECRET is not set: it needs at least 32 random characters"),
            (Some("hunter2"), vec![], "error: the cron secret is weak: it needs"),
            (Some("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), vec![], "error: the cron secret is weak: it needs"),
            (Some(""), vec![], "error: CRON_SECRET is empty: it needs"),
            (
                Some("5f2b8a0c9d1e4f6a7b3c2d1e0f9a8b7c"),
                vec!["--preview-seconds", "50", "--answer-seconds", "60"],
                "error: --preview-seconds 50 is too long: one and a half times that must be less than --answer-seconds 60",
            ),
            (Some("hunter2"), vec!["--dev"], "error: the cron secret is weak: it needs"),
            (None, vec!["--dev", "--cors-origin", "*"], "error: invalid value '*' for '--cors-origin <ORIGIN>'"),
            (None, vec!["--dev", "--cors-origin", "https://a.example/"], "error: invalid value 'https://a.example/'"),
            (None, vec!["--dev", "--listen", "0.0.0.0:0"], "error: --dev listens on the loopback only"),
        ] {
            let mut program = Program::server(url).args(["serve", "--listen", "127.0.0.1:0"]);
            if arguments.contains(&"--listen") {
                program = Program::server(url).args(["serve"]);
            }
            if let Some(secret) = secret {
                program = program.env("CRON_SECRET", secret);
            }
            let ended = program.args(arguments).run().expect(2);
            assert!(ended.errors.starts_with(reason), "{}", ended.errors);
            assert!(!ended.errors.contains("hunter2") && ended.output.is_empty());
        }
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM api_token").await, [(0,)]);
    }

    async fn log_has_every_call_with_its_request_id_and_no_person(world: World) {
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        let url = &world.test_database.url;
        let create = ["token", "create", "--name", "a test", "--role", "ADMIN", "--days", "1"];
        let token = Program::server(url).args(create).run().expect(0).output.trim().to_owned();
        let program = Program::server(url).env("CRON_SECRET", "5f2b8a0c9d1e4f6a7b3c2d1e0f9a8b7c");
        let mut child = program.args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json"]).spawn_logging();
        let mut log = BufReader::new(child.stderr.take().expect("a log")).lines().map(|line| {
            serde_json::from_str::<Json>(&line.expect("a line")).expect("JSON")
        });
        let serving = log.next().expect("it serves");
        let address = serving["fields"]["address"].as_str().expect("an address").to_owned();
        let server = Server { child, address, token };

        let body = json!({
            "jsonrpc": "2.0", "id": 1, "method": "adminAudience.getSegmentUsers",
            "params": {"segmentType": "plan", "segmentValue": "free", "searchQuery": "ann@example.org"},
        });
        let request = format!(
            "POST /rpc HTTP/1.1\r\nHost: test\r\nConnection: close\r\nX-Request-Id: r-17\r\nContent-Type: application/json\r\n\
             Authorization: Bearer {}\r\nContent-Length: {}\r\n\r\n{body}",
            server.token, body.to_string().len(),
        );
        assert!(server.http(&request).1.contains("ann@example.org"));
        let line = log.next().expect("a line for the call");
        assert_eq!((&line["span"]["request"], &line["span"]["method"]), (&json!("r-17"), &json!("adminAudience.getSegmentUsers")));
        assert!(line["fields"]["ms"].is_number() && line["fields"]["error"].is_null(), "{line}");
        assert!(!line.to_string().contains("ann") && !line.to_string().contains("aud_"), "{line}");
        server.post(&request_of_a_stranger(), Some(&server.token));
        let line = log.next().expect("a line for the call");
        assert_eq!((&line["span"]["method"], &line["fields"]["error"]), (&json!("unknown"), &json!(-32601)), "{line}");
    }
}
