//! Webhooks to other systems, one file per method.

mod delete_webhook;
mod get_webhook_deliveries;
mod get_webhooks;
mod resend_webhook_delivery;
mod save_webhook;
mod test_webhook;

use integration_tests::{Api, Receiver, World};
use serde_json::{Value as Json, json};

async fn api(world: &World) -> Api {
    Api::new(world).await.as_superadmin().await
}

/// Saves a webhook that the receiver trusts, and returns its id.
async fn saved(api: &Api, receiver: &Receiver) -> Json {
    let params = json!({"url": receiver.url, "events": ["segment.entered", "segment.left"]});
    let saved = api.call("adminAudience.saveWebhook", params).await.expect("it is saved");
    receiver.trust(&[saved["secret"].as_str().expect("a secret")]);
    saved["webhook"]["webhookId"].clone()
}

/// What is due is sent.
async fn deliver(world: &World) {
    use std::sync::Arc;

    use domain::instant::FixedClock;
    use integration_tests::now;
    use segmentation_engine::{
        run::Stop,
        webhooks::{Deliverer, WebhookSettings},
    };
    let clock = Arc::new(FixedClock(now()));
    let deliverer = Deliverer::new(world.database().clone(), WebhookSettings::new(false), clock, Stop::default());
    deliverer.expect("TLS").deliver().await.expect("it is delivered");
}
