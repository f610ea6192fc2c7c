//! `adminAudience.getWebhookDeliveries`.

use integration_tests::{Receiver, Reply, now, on_both_databases, streaks::merged, user};
use serde_json::json;

use super::{api, deliver, saved};

const METHOD: &str = "adminAudience.getWebhookDeliveries";

on_both_databases! {
    async fn get_webhook_deliveries_pages_through_answers(world: World) {
        let (api, receiver) = (api(&world).await, Receiver::start().await);
        let id = saved(&api, &receiver).await;
        world.users(&[user("ann")]).await;
        world.run(now()).await;
        receiver.reply([Reply::Code(503)]);
        deliver(&world).await;
        let params = json!({"webhookId": id});
        let all = api.call(METHOD, params.clone()).await.expect("messages");
        let all = all["deliveries"].as_array().expect("a list");
        assert!(all.len() > 1);
        let waiting = api.call(METHOD, merged(params.clone(), json!({"state": "waiting"}))).await.expect("messages");
        let failed = &waiting["deliveries"][0];
        assert_eq!((&failed["answer"], &failed["attempts"], &failed["users"]), (&json!(503), &json!(1), &json!(1)));
        assert!(failed["nextAt"].is_string());
        let mut paged = Vec::new();
        let mut page = json!({"limit": 1});
        loop {
            let answer = api.call(METHOD, merged(params.clone(), page)).await.expect("messages");
            paged.extend(answer["deliveries"].as_array().expect("a list").clone());
            let Some(next) = answer["nextCursor"].as_str() else { break };
            page = json!({"limit": 1, "cursor": next});
        }
        assert_eq!(&paged, all);
        let unknown = json!({"webhookId": "wh_000000000000000000000000"});
        assert_eq!(api.call(METHOD, unknown).await.expect_err("there is none").code, -32044);
    }
}
