//! `adminAudience.deleteWebhook`.

use integration_tests::{Receiver, now, on_both_databases, user};
use serde_json::json;

use super::{api, deliver, saved};

const METHOD: &str = "adminAudience.deleteWebhook";

on_both_databases! {
    async fn delete_webhook_ends_what_waits(world: World) {
        let (api, receiver) = (api(&world).await, Receiver::start().await);
        let id = saved(&api, &receiver).await;
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        assert_eq!(api.call(METHOD, json!({"webhookId": id})).await, Ok(json!({"success": true})));
        deliver(&world).await;
        assert_eq!(receiver.requests(), 0);
        for table in ["webhook", "webhook_interest", "webhook_outbox", "webhook_delivery"] {
            assert_eq!(world.query::<(i64,)>(&format!("SELECT count(*) FROM {table}")).await, [(0,)], "{table}");
        }
        assert_eq!(api.call(METHOD, json!({"webhookId": id})).await.expect_err("it is gone").code, -32044);
    }
}
