//! `adminAudience.getWebhooks`.

use integration_tests::{Api, Receiver, on_both_databases};
use serde_json::json;

use super::{api, saved};

const METHOD: &str = "adminAudience.getWebhooks";

on_both_databases! {
    async fn get_webhooks_shows_urls_to_superadmins_alone(world: World) {
        let (superadmin, receiver) = (api(&world).await, Receiver::start().await);
        let id = saved(&superadmin, &receiver).await;
        let of_superadmin = superadmin.call(METHOD, json!({})).await.expect("webhooks");
        assert_eq!(of_superadmin["webhooks"][0]["url"], receiver.url.as_str());
        let admin = Api::new(&world).await.call(METHOD, json!({})).await.expect("webhooks");
        assert_eq!(admin["webhooks"][0]["url"], receiver.url.trim_end_matches("/hook"));
        assert_eq!((&admin["webhooks"][0]["webhookId"], &admin["webhooks"][0]["waiting"]), (&id, &json!(0)));
        assert!(!admin.to_string().contains("whsec_"));
    }
}
