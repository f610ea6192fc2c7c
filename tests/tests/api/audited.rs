//! Nothing happens without an audit entry: if it cannot be written, every change is undone, and an export returns
//! nothing.

use std::{collections::BTreeMap, time::Duration};

use integration_tests::{Api, RpcError, World, now, on_both_databases, options};
use rpc_server::http::Scheduler;
use serde_json::{Value as Json, json};

use crate::every_method::{Does, every_method, peopled};

const CRON: &str = "/api/cron/auto-segment";
const SECRET: &str = "a secret for the scheduler";

/// All tables except the audit log.
async fn others(world: &World) -> BTreeMap<String, Vec<String>> {
    let mut dump = world.dump().await;
    dump.remove("audit_log").expect("there is an audit log");
    dump
}

async fn entries(world: &World) -> i64 {
    world.query::<(i64,)>("SELECT count(*) FROM audit_log").await[0].0
}

/// A run continues after its answer, and so does a sync.
pub(crate) async fn no_run_is_active(world: &World) {
    let active = "SELECT id FROM segmentation_run WHERE state = 'running' \
                  UNION ALL SELECT id FROM sync_run WHERE state = 'running'";
    for _ in 0..1_000 {
        if world.query::<(i64,)>(active).await.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the run does not end");
}

/// The cron endpoint, called by an admin and by the scheduler.
async fn doors(world: &World) -> (Api, [(&'static str, String); 2]) {
    let mut options = options();
    options.scheduler = Scheduler::Bearing(SECRET.into());
    let api = Api::at(world, now(), options).await;
    let admin = format!("Bearer {}", api.bearer());
    (api, [("POST", admin), ("GET", format!("Bearer {SECRET}"))])
}

on_both_databases! {
    async fn audit_change_that_cannot_be_recorded_is_not_made(world: World) {
        let api = peopled(&world).await;
        let (cron, doors) = doors(&world).await;
        let (before, recorded) = (others(&world).await, entries(&world).await);
        world.refuse_writes("audit_log").await;
        let refusal = RpcError { code: -32603, message: "Internal error".into(), data: Json::Null };
        for method in every_method().into_iter().filter(|method| method.does != Does::Read) {
            let answer = api.call(method.name, method.params).await;
            assert_eq!(answer, Err(refusal.clone()), "{}", method.name);
            assert_eq!(others(&world).await, before, "{} has left something", method.name);
        }
        for (verb, bearer) in doors {
            let answer = cron.request(verb, CRON, &[("authorization", &bearer)]).await;
            let body: Json = serde_json::from_str(answer.body()).expect("JSON");
            let expected = json!({"success": false, "message": "the run did not finish: try again"});
            assert_eq!((answer.status().as_u16(), body), (503, expected), "{verb}");
            assert_eq!(others(&world).await, before, "{verb} {CRON} has left something");
        }
        assert_eq!(entries(&world).await, recorded);
        world.verify().await;
    }

    async fn audit_records_every_change_and_no_reads(world: World) {
        let api = peopled(&world).await;
        let (cron, doors) = doors(&world).await;
        for method in every_method() {
            let (before, recorded) = (others(&world).await, entries(&world).await);
            api.call(method.name, method.params).await.unwrap_or_else(|error| panic!("{}: {error:?}", method.name));
            let is_changed = others(&world).await != before;
            assert_eq!(is_changed, method.does == Does::Change, "whether {} has changed something", method.name);
            let row = i64::from(method.does != Does::Read);
            assert_eq!(entries(&world).await - recorded, row, "audit rows of {}", method.name);
            no_run_is_active(&world).await;
        }
        for (verb, bearer) in doors {
            let recorded = entries(&world).await;
            assert_eq!(cron.request(verb, CRON, &[("authorization", &bearer)]).await.status(), 200);
            assert_eq!(entries(&world).await, recorded + 1, "{verb} {CRON}");
        }
        world.verify().await;
    }
}
