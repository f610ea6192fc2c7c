//! HTTP beside `/rpc`: the cron endpoint, health, the document, headers, CORS.

use std::io::Read;

use domain::run::{RunMode, RunTrigger};
use flate2::read::GzDecoder;
use integration_tests::{Api, World, now, on_both_databases, options, user};
use persistence::runs::{self, Ending, Issues, NewRun, Outcome};
use rpc_server::http::Scheduler;
use serde_json::{Value as Json, json};

const CRON: &str = "/api/cron/auto-segment";
const SECRET: &str = "a secret for the scheduler";

async fn api(world: &World) -> Api {
    let mut options = options();
    options.scheduler = Scheduler::Bearing(SECRET.into());
    options.cors_origins = vec!["https://admin.example.org".parse().expect("an origin")];
    Api::at(world, now(), options).await
}

fn bearing(token: &str) -> String {
    format!("Bearer {token}")
}

/// From the metrics: whether a run is active, and whether the latest one that ended failed.
async fn active_and_failed(api: &Api) -> [String; 2] {
    let answer = api.request("GET", "/metrics", &[]).await;
    ["audience_run_active ", "audience_run_last_failed "].map(|name| {
        let value = answer.body().lines().find_map(|line| line.strip_prefix(name));
        value.unwrap_or_else(|| panic!("no {name} in {}", answer.body())).to_owned()
    })
}

on_both_databases! {
    async fn cron_with_the_secret_runs_the_engine(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let api = api(&world).await;
        let answer = api.request("GET", CRON, &[("authorization", &bearing(SECRET))]).await;
        assert_eq!(answer.status(), 200);
        let mut body: Json = serde_json::from_str(answer.body()).expect("JSON");
        assert!(body["result"]["duration"].take().is_u64());
        assert_eq!(body, json!({
            "success": true, "message": "Auto-segmentation completed successfully",
            "result": {
                "totalUsersProcessed": 2, "segmentsCreated": 4, "segmentsRemoved": 0, "errors": [], "issues": [], "issueCount": 0,
                "duration": null,
            },
        }));
        assert_eq!(world.members("plan:free").await, ["ann", "bob"]);
        let audited = "SELECT actor, action FROM audit_log";
        assert_eq!(world.query::<(String, String)>(audited).await, [("cron".into(), "runAutoSegmentation".into())]);
    }

    async fn cron_without_the_secret_is_refused(world: World) {
        let api = api(&world).await;
        let (admin, scheduler) = (bearing(api.bearer()), bearing(SECRET));
        for (method, headers, status) in [
            ("GET", vec![], 401),
            ("GET", vec![("authorization", "Bearer wrong")], 401),
            ("GET", vec![("authorization", admin.as_str())], 401),
            ("POST", vec![], 401),
            ("POST", vec![("authorization", "Bearer a secret for the scheduler")], 401),
            ("PUT", vec![("authorization", admin.as_str())], 405),
            ("HEAD", vec![("authorization", scheduler.as_str())], 405),
            ("POST", vec![("authorization", admin.as_str())], 200),
        ] {
            assert_eq!(api.request(method, CRON, &headers).await.status(), status, "{method} {headers:?}");
        }
    }

    async fn cron_conflicts_with_an_active_run(world: World) {
        let new = NewRun { trigger: RunTrigger::CommandLine, mode: RunMode::Full, as_of: now(), as_of_is_given: true, owner: "another".into() };
        let active = runs::begin(world.database(), &new).await.expect("the lease is free").id;
        let api = api(&world).await;
        let answer = api.request("GET", CRON, &[("authorization", &bearing(SECRET))]).await;
        assert_eq!(answer.status(), 409);
        assert_eq!(serde_json::from_str::<Json>(answer.body()).expect("JSON")["runId"], active.0);
    }

    async fn http_health_readiness_and_the_document_need_no_token(world: World) {
        let api = api(&world).await;
        for (path, starts) in [("/healthz", "ok"), ("/readyz", "ready"), ("/openrpc.json", "{")] {
            let answer = api.request("GET", path, &[]).await;
            assert_eq!(answer.status(), 200, "{path}");
            assert!(answer.body().starts_with(starts), "{path}");
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        }
        let discovered = api.call("rpc.discover", json!({})).await.expect("the document");
        let served = api.request("GET", "/openrpc.json", &[]).await;
        assert_eq!(discovered, serde_json::from_str::<Json>(served.body()).expect("JSON"));
    }

    async fn console_is_served_or_says_how_to_build_it(world: World) {
        let api = api(&world).await;
        let page = api.request("GET", "/", &[]).await;
        let policy = page.headers()["content-security-policy"].to_str().expect("text");
        if page.status() == 200 {
            assert!(policy.starts_with("default-src 'self'") && page.body().contains("<script type=\"module\""));
            assert_eq!(page.headers()["cache-control"], "no-cache");
        } else {
            assert_eq!((page.status().as_u16(), policy), (404, "default-src 'none'; frame-ancestors 'none'"));
            assert!(page.body().contains("npm ci && npm run build"), "{}", page.body());
        }
        // The console's own addresses get its page; missing files and addresses of the API do not.
        for (method, path, same) in [
            ("GET", "/segments/plan/free", true),
            ("GET", "/segments/new", true),
            ("HEAD", "/", true),
            ("GET", "/assets/gone.js", false),
            ("GET", "/../Cargo.toml", false),
            ("GET", "/.vite/manifest.json", false),
            ("GET", "/api/gone", false),
            ("POST", "/", false),
        ] {
            let answer = api.request(method, path, &[]).await;
            assert_eq!(answer.status(), if same { page.status().as_u16() } else { 404 }, "{method} {path}");
        }
    }

    async fn console_page_is_not_sent_again_to_a_browser_that_has_it(world: World) {
        let api = api(&world).await;
        let mut tags = Vec::new();
        for encodings in ["gzip, br", "identity"] {
            let page = api.request("GET", "/", &[("accept-encoding", encodings)]).await;
            // The console is not built here; another test covers that.
            let Some(tag) = page.headers().get("etag") else { return };
            let tag = tag.to_str().expect("text").to_owned();
            let again = api.request("GET", "/", &[("accept-encoding", encodings), ("if-none-match", &tag)]).await;
            assert_eq!((again.status().as_u16(), again.body().as_str()), (304, ""), "{encodings}");
            tags.push(tag);
        }
        assert_ne!(tags[0], tags[1], "what is compressed and what is not are two things");
    }

    async fn answers_are_compressed_for_those_who_can_read_it(world: World) {
        let api = api(&world).await;
        let token = bearing(api.bearer());
        let ask = async |method: &'static str, encodings: &'static str| {
            let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": {}}).to_string();
            let headers =
                [("authorization", token.as_str()), ("content-type", "application/json"), ("accept-encoding", encodings)];
            api.send_raw("POST", "/rpc", &headers, body).await
        };
        let plain = ask("adminAudience.getSegments", "identity").await;
        assert!(!plain.headers().contains_key("content-encoding"));
        let zipped = ask("adminAudience.getSegments", "gzip, deflate, br").await;
        assert_eq!(zipped.headers()["content-encoding"], "gzip");
        assert_eq!(zipped.headers()["vary"], "accept-encoding");
        assert!(zipped.body().len() * 4 < plain.body().len(), "{} of {}", zipped.body().len(), plain.body().len());
        let mut unzipped = Vec::new();
        GzDecoder::new(&zipped.body()[..]).read_to_end(&mut unzipped).expect("gzip");
        assert_eq!(unzipped, plain.body()[..]);
        // Not what fits in a packet.
        let short = ask("adminAudience.noSuchMethod", "gzip").await;
        assert!(!short.headers().contains_key("content-encoding"));
    }

    async fn cors_admits_only_pages_of_configured_origins(world: World) {
        let api = api(&world).await;
        for (origin, allowed) in [("https://admin.example.org", true), ("https://evil.example.org", false)] {
            let headers = [("origin", origin), ("access-control-request-method", "POST")];
            let answer = api.request("OPTIONS", "/rpc", &headers).await;
            assert_eq!(answer.headers().contains_key("access-control-allow-origin"), allowed, "{origin}");
        }
    }

    async fn metrics_show_calls_segments_and_runs(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.run(now()).await;
        let api = api(&world).await;
        api.call("adminAudience.getSegments", json!({})).await.expect("segments");
        api.call("adminAudience.getSegments", json!({"no such param": 1})).await.expect_err("a refusal");
        api.call("ann@example.org", json!({})).await.expect_err("no such method");

        let answer = api.request("GET", "/metrics", &[]).await;

        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
        let lines: Vec<_> = answer.body().lines().collect();
        for expected in [
            "audience_rpc_calls_total{method=\"adminAudience.getSegments\",code=\"ok\"} 1",
            "audience_rpc_calls_total{method=\"adminAudience.getSegments\",code=\"-32602\"} 1",
            "audience_rpc_calls_total{method=\"unknown\",code=\"-32601\"} 1",
            "audience_rpc_call_duration_seconds_count{method=\"adminAudience.getSegments\"} 2",
            "audience_segment_members{segment=\"plan:free\"} 2",
            "audience_segment_failed{segment=\"plan:free\"} 0",
            "audience_run_active 0",
            "audience_run_last_success_errors 0",
            "audience_run_last_success_users 2",
            "audience_run_last_failed 0",
            "# TYPE audience_run_last_success_timestamp_seconds gauge",
        ] {
            assert!(lines.contains(&expected), "{expected} is not in {}", answer.body());
        }
        assert!(!answer.body().contains("ann"), "{}", answer.body());
    }

    /// From the end of its lease until a later run has ended.
    async fn metrics_show_a_run_whose_process_died(world: World) {
        let api = api(&world).await;
        let new = NewRun { trigger: RunTrigger::Cron, mode: RunMode::Full, as_of: now(), as_of_is_given: true, owner: "a process that died".into() };
        runs::begin(world.database(), &new).await.expect("the lease is free");
        assert_eq!(active_and_failed(&api).await, ["1", "0"], "nobody knows yet");
        world.expire_leases().await;
        assert_eq!(active_and_failed(&api).await, ["0", "1"]);
        let next = runs::begin(world.database(), &new).await.expect("it takes over").id;
        assert_eq!(active_and_failed(&api).await, ["1", "1"]);
        let tx = world.database().begin().await.expect("a transaction");
        let outcome = Outcome { attempts_without_provider: 0, issues: &Issues::default(), ending: Ending::Succeeded };
        runs::finish(&tx, next, &outcome).await.expect("it ends");
        tx.commit().await.expect("it is written");
        assert_eq!(active_and_failed(&api).await, ["0", "0"]);
    }

    async fn request_id_is_kept_if_it_is_safe_to_log(world: World) {
        let api = api(&world).await;
        for (given, kept) in [("r-17", true), ("a b", false), ("<script>", false), ("", false)] {
            let answer = api.request("GET", CRON, &[("authorization", &bearing(SECRET)), ("x-request-id", given)]).await;
            assert_eq!(answer.headers()["x-request-id"] == given, kept, "{given}");
        }
        let audited = world.query::<(String,)>("SELECT request_id FROM audit_log ORDER BY no").await;
        assert_eq!((audited.len(), audited[0].0.as_str()), (4, "r-17"));
    }
}
