//! `adminAudience.resendWebhookDelivery`.

use integration_tests::{Receiver, now, on_both_databases, user};
use serde_json::json;

use super::{api, deliver, saved};

const METHOD: &str = "adminAudience.resendWebhookDelivery";

on_both_databases! {
    async fn resend_webhook_delivery_sends_the_same_message(world: World) {
        let (api, receiver) = (api(&world).await, Receiver::start().await);
        let id = saved(&api, &receiver).await;
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        deliver(&world).await;
        let (first, count) = (receiver.got().remove(0), receiver.requests());
        let params = json!({"messageId": first.id});
        assert_eq!(api.call(METHOD, params.clone()).await, Ok(json!({"success": true})));
        deliver(&world).await;
        assert_eq!((receiver.requests(), receiver.most_came()), (count + 1, 2), "the same id again");
        let unknown = json!({"messageId": first.id.replace("msg_0", "msg_9")});
        assert_eq!(api.call(METHOD, unknown).await.expect_err("there is none").code, -32044);
        let off = json!({"webhookId": id, "url": receiver.url, "events": ["segment.left"], "state": "off"});
        api.call("adminAudience.saveWebhook", off).await.expect("it is switched off");
        let refused = api.call(METHOD, params).await.expect_err("it is off");
        assert_eq!(refused.message, "The webhook is off: switch it on first");
    }
}
