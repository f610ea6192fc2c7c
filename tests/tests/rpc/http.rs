//! What stands beside `/rpc`: the scheduler's door, health, the document, headers, pages of other origins.

use integration_tests::{Api, World, now, on_both_databases, options, user};
use persistence::runs::{self, NewRun, Trigger};
use serde_json::{Value as Json, json};

const CRON: &str = "/api/cron/auto-segment";
const SECRET: &str = "a secret for the scheduler";

async fn api(world: &World) -> Api {
    let mut options = options();
    options.cron_secret = Some(SECRET.into());
    options.cors_origins = vec!["https://admin.example.org".parse().expect("an origin")];
    Api::at(world, now(), options).await
}

fn bearing(token: &str) -> String {
    format!("Bearer {token}")
}

on_both_databases! {
    async fn a_scheduler_with_the_secret_runs_the_engine(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let api = api(&world).await;
        let answer = api.request("GET", CRON, &[("authorization", &bearing(SECRET))]).await;
        assert_eq!(answer.status(), 200);
        let mut body: Json = serde_json::from_str(answer.body()).expect("JSON");
        assert!(body["result"]["duration"].take().is_u64());
        assert_eq!(body, json!({
            "success": true, "message": "Auto-segmentation completed successfully",
            "result": {
                "totalUsersProcessed": 2, "segmentsCreated": 4, "segmentsRemoved": 0, "errors": [], "duration": null,
            },
        }));
        assert_eq!(world.members("plan:free").await, ["ann", "bob"]);
        let audited = "SELECT actor, action FROM audit_log";
        assert_eq!(world.query::<(String, String)>(audited).await, [("cron".into(), "runAutoSegmentation".into())]);
    }

    async fn nobody_else_does(world: World) {
        let api = api(&world).await;
        let admin = bearing(api.bearer());
        for (method, headers, status) in [
            ("GET", vec![], 401),
            ("GET", vec![("authorization", "Bearer wrong")], 401),
            ("GET", vec![("authorization", admin.as_str())], 401),
            ("POST", vec![], 401),
            ("POST", vec![("authorization", "Bearer a secret for the scheduler")], 401),
            ("PUT", vec![("authorization", admin.as_str())], 405),
            ("POST", vec![("authorization", admin.as_str())], 200),
        ] {
            assert_eq!(api.request(method, CRON, &headers).await.status(), status, "{method} {headers:?}");
        }
        let closed = Api::new(&world).await;
        assert_eq!(closed.request("GET", CRON, &[("authorization", "Bearer ")]).await.status(), 401, "no secret, no door");
    }

    async fn a_second_run_while_one_is_active_is_a_conflict(world: World) {
        let new = NewRun { trigger: Trigger::CommandLine, as_of: now(), owner: "another".into(), users_total: 0 };
        let active = runs::begin(world.database(), &new).await.expect("the lease is free");
        let api = api(&world).await;
        let answer = api.request("GET", CRON, &[("authorization", &bearing(SECRET))]).await;
        assert_eq!(answer.status(), 409);
        assert_eq!(serde_json::from_str::<Json>(answer.body()).expect("JSON")["runId"], active.0);
    }

    async fn health_readiness_and_the_document_are_open(world: World) {
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

    async fn pages_of_configured_origins_may_call_and_no_others(world: World) {
        let api = api(&world).await;
        for (origin, allowed) in [("https://admin.example.org", true), ("https://evil.example.org", false)] {
            let headers = [("origin", origin), ("access-control-request-method", "POST")];
            let answer = api.request("OPTIONS", "/rpc", &headers).await;
            assert_eq!(answer.headers().contains_key("access-control-allow-origin"), allowed, "{origin}");
        }
    }
}
