//! `adminAudience.runSync`.

use std::time::Duration;

use integration_tests::{Api, MailWorld, now, on_both_databases, user};
use segmentation_engine::sync::settings::SyncSettings;
use serde_json::{Value as Json, json};

use super::api;

const METHOD: &str = "adminAudience.runSync";

pub(super) async fn ended(api: &Api, run: &Json) -> Json {
    for _ in 0..1_000 {
        let run = api.call("adminAudience.getSyncRun", json!({"runId": run})).await.expect("a sync");
        if run["state"] != "running" {
            return run;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the sync does not end");
}

on_both_databases! {
    async fn run_sync_carries_over_in_the_background(world: World) {
        let mail = MailWorld::new(world).await;
        mail.world.users(&[user("ann")]).await;
        mail.evaluate().await;
        mail.on("plan:free").await;
        let api = api(&mail).await;
        let one = api.call(METHOD, json!({"segment": "plan:free"})).await.expect("it starts");
        assert_eq!(one["state"], "running");
        let run = ended(&api, &one["runId"]).await;
        assert_eq!((&run["state"], &run["counts"]["joined"], &run["trigger"]), (&json!("succeeded"), &json!(1), &json!("admin")));
        let full = api.call(METHOD, json!({"full": true})).await.expect("it starts");
        assert_eq!(ended(&api, &full["runId"]).await["mode"], "full");
        mail.is_at_rest("by the API").await;
        let pro = json!({"segment": "plan:pro"});
        assert_eq!(api.call(METHOD, pro).await.expect_err("it is not synced").code, -32044);
        assert_eq!(api.call(METHOD, json!({"segment": "gold:free"})).await.expect_err("there is none").code, -32044);
    }

    async fn run_sync_without_a_key_is_refused(world: World) {
        let api = Api::with_mail(&world, now(), SyncSettings::NONE).await;
        let refused = api.call(METHOD, json!({})).await.expect_err("there is no key");
        assert_eq!(refused.message, "No mail service is configured: set RESEND_API_KEY for the server");
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM sync_run").await, [(0,)]);
    }
}
