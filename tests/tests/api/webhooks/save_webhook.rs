//! `adminAudience.saveWebhook`.

use integration_tests::{Receiver, on_both_databases, streaks::merged};
use serde_json::json;

use super::{api, saved};

const METHOD: &str = "adminAudience.saveWebhook";

on_both_databases! {
    async fn save_webhook_shows_a_secret_once(world: World) {
        let (api, receiver) = (api(&world).await, Receiver::start().await);
        let id = saved(&api, &receiver).await;
        let url = format!("{}?token=t0ken", receiver.url);
        let params = json!({"webhookId": id, "url": url, "events": ["segment.left"], "segments": ["plan:pro"]});
        let changed = api.call(METHOD, params.clone()).await.expect("it is changed");
        assert!(changed["secret"].is_null());
        assert_eq!(changed["webhook"]["segments"], json!(["plan:pro"]));
        assert_eq!(changed["webhook"]["events"], json!(["segment.left"]));
        let rotating = merged(params, json!({"rotateSecret": true}));
        let rotated = api.call(METHOD, rotating.clone()).await.expect("it is rotated");
        assert!(rotated["secret"].as_str().is_some_and(|secret| secret.starts_with("whsec_")));
        assert!(rotated["webhook"]["formerSecretUntil"].is_string());
        let again = api.call(METHOD, rotating).await.expect_err("both secrets are in use");
        assert_eq!(again.data["until"], rotated["webhook"]["formerSecretUntil"]);
        let log = world.query::<(String,)>("SELECT CAST(detail AS text) FROM audit_log WHERE action = 'saveWebhook'").await;
        assert_eq!(log.len(), 3);
        assert!(log.iter().all(|(detail,)| !detail.contains("whsec_") && !detail.contains("t0ken")), "{log:?}");
    }

    async fn save_webhook_keeps_what_is_left_out(world: World) {
        let (api, receiver) = (api(&world).await, Receiver::start().await);
        let good = json!({"url": receiver.url, "events": ["segment.left"], "segments": ["plan:pro"], "personal": true, "state": "off"});
        let before = api.call(METHOD, good.clone()).await.expect("it is saved")["webhook"].clone();
        let change = |change| merged(json!({"webhookId": before["webhookId"]}), change);
        let after = api.call(METHOD, change(json!({"state": "on"}))).await.expect("it is changed")["webhook"].clone();
        assert_eq!((&after["state"], &after["offReason"]), (&json!("on"), &json!(null)));
        for kept in ["url", "events", "segments", "personal"] {
            assert_eq!(after[kept], before[kept], "{kept}");
        }
        let of_all = api.call(METHOD, change(json!({"segments": null}))).await.expect("it is changed")["webhook"].clone();
        assert_eq!((&of_all["segments"], &of_all["personal"]), (&json!(null), &json!(true)), "null is said, and means all");
        for left_out in ["url", "events"] {
            let mut new = good.clone();
            new.as_object_mut().expect("an object").remove(left_out);
            let refused = api.call(METHOD, new).await.expect_err("a new one needs it");
            assert_eq!(refused.faults(), [format!("{left_out}: is required for a new webhook")]);
        }
    }

    async fn save_webhook_refuses_what_cannot_be(world: World) {
        let api = api(&world).await;
        let good = json!({"url": "https://hooks.example.org/in", "events": ["segment.left"]});
        for (change, fault) in [
            (json!({"url": "http://hooks.example.org/in"}), "url: must be https, or http to this machine"),
            (json!({"url": "https://192.168.1.1/in"}), "url: must not be a private or link-local address"),
            (json!({"url": "nowhere"}), "url: must be a URL"),
            (json!({"events": []}), "events: "),
            (json!({"events": ["alert.unknown"]}), "events[0]: "),
            (json!({"segments": ["nothing"]}), "segments[0]: "),
        ] {
            let refused = api.call(METHOD, merged(good.clone(), change)).await.expect_err(fault);
            assert!(refused.faults().iter().any(|found| found.starts_with(fault)), "{:?}", refused.faults());
        }
        let unknown = api.call(METHOD, merged(good.clone(), json!({"segments": ["plan:gold"]}))).await;
        assert_eq!(unknown.expect_err("there is none").message, "Not found: segment plan:gold");
        let unknown = api.call(METHOD, merged(good, json!({"webhookId": "wh_000000000000000000000000"}))).await;
        assert_eq!(unknown.expect_err("there is none").code, -32044);
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM webhook").await, [(0,)]);
    }
}
