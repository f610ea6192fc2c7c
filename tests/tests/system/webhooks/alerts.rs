//! Webhooks hear of alerts.

use chrono::TimeDelta;
use domain::{
    alert::{AlertCondition, AlertId},
    instant::format_instant,
    webhook::WebhookEvent,
};
use integration_tests::{Receiver, Reply, World, now, on_both_databases, user};
use segmentation_engine::{
    alerts::{WantedAlert, delete, save},
    webhooks::WantedWebhook,
};
use serde_json::{Value as Json, json};

use super::world::{MovedClock, audit, deliver, put, wanted};

const SEGMENT: &str = "plan:free";

/// It fires for more than two members.
async fn alert(world: &World, segment: &str) -> AlertId {
    let wanted = WantedAlert {
        id: None,
        segment: segment.parse().expect("a key"),
        condition: AlertCondition::SizeAbove(2),
        cooldown_hours: 0,
    };
    save(world.database(), &wanted, [7; 12], now(), &audit()).await.expect("it is saved")
}

async fn listening(world: &World, events: &[WebhookEvent]) -> Receiver {
    let receiver = Receiver::start().await;
    let saved = put(world, &WantedWebhook { events: Some(events.to_vec()), ..wanted(&receiver) }, 1).await;
    receiver.trust(&[saved.secret.expect("a new secret").expose()]);
    receiver
}

async fn three_users(world: &World) {
    world.users(&[user("ann"), user("bob"), user("cleo")]).await;
}

fn bodies(receiver: &Receiver) -> Vec<Json> {
    receiver.got().into_iter().map(|got| got.body).collect()
}

on_both_databases! {
    async fn webhook_hears_that_an_alert_fires_and_is_over(world: World) {
        let receiver = listening(&world, &[WebhookEvent::AlertFired, WebhookEvent::AlertCleared]).await;
        let id = alert(&world, SEGMENT).await;
        three_users(&world).await;
        world.run(now()).await;
        // It comes again with the same id, and a receiver that fails holds up no run.
        receiver.reply([Reply::Code(500)]);
        let clock = MovedClock::new();
        deliver(&world, &clock).await;
        let later = now() + TimeDelta::hours(1);
        world.run(later).await;
        delete(world.database(), &id, later, &audit()).await.expect("it is deleted");
        clock.move_on(3_600);
        deliver(&world, &clock).await;
        let body = |kind: &str, id: u32, state: &str, at| {
            let data = json!({
                "id": id, "rule": "al_070707070707070707070707", "segment": {"type": "plan", "value": "free"},
                "at": format_instant(at), "kind": "sizeAbove", "observed": 3, "base": null, "state": state,
            });
            json!({"type": kind, "timestamp": format_instant(at), "data": data})
        };
        let expected = [body("alert.fired", 1, "firing", now()), body("alert.cleared", 2, "resolved", later)];
        assert_eq!(bodies(&receiver), expected);
        assert_eq!((receiver.refused(), receiver.most_came()), (0, 2), "signed, the first one sent twice");
    }

    async fn webhook_hears_of_no_alert_that_it_does_not_ask_for(world: World) {
        let receiver = listening(&world, &[WebhookEvent::AlertCleared, WebhookEvent::RunFailed]).await;
        alert(&world, SEGMENT).await;
        three_users(&world).await;
        world.run(now()).await;
        deliver(&world, &MovedClock::new()).await;
        assert_eq!(bodies(&receiver), [Json::Null; 0]);
    }
}
