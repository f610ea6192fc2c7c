//! `adminAudience.testWebhook`.

use integration_tests::{Receiver, Reply, on_both_databases};
use serde_json::json;

use super::{api, saved};

const METHOD: &str = "adminAudience.testWebhook";

on_both_databases! {
    async fn test_webhook_returns_the_answer(world: World) {
        let (api, receiver) = (api(&world).await, Receiver::start().await);
        let id = saved(&api, &receiver).await;
        let params = json!({"webhookId": id});
        let good = api.call(METHOD, params.clone()).await.expect("it is sent");
        assert_eq!(good, json!({"delivered": true, "outcome": "answered", "answer": 204}));
        assert_eq!(receiver.got()[0].body["type"], "webhook.test");
        receiver.reply([Reply::Code(500)]);
        let bad = api.call(METHOD, params.clone()).await.expect("it is sent");
        assert_eq!(bad, json!({"delivered": false, "outcome": "answered", "answer": 500}));
        receiver.trust(&[]);
        assert_eq!(api.call(METHOD, params).await.expect("it is sent")["answer"], 401);
        let unknown = json!({"webhookId": "wh_000000000000000000000000"});
        assert_eq!(api.call(METHOD, unknown).await.expect_err("there is none").code, -32044);
    }
}
