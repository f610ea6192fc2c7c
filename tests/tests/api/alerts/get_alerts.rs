//! `adminAudience.getAlerts`.

use integration_tests::{Api, now, on_both_databases, user};
use serde_json::json;

use super::saved;

on_both_databases! {
    async fn alerts_are_listed_with_what_was_seen_last(world: World) {
        let api = Api::new(&world).await;
        let none = api.call("adminAudience.getAlerts", json!({})).await.expect("no alerts");
        assert_eq!(none, json!({"alerts": []}));
        let id = saved(&api, "plan:free").await;
        world.users(&[user("ann"), user("bob")]).await;
        world.run(now()).await;
        let answer = api.call("adminAudience.getAlerts", json!({})).await.expect("alerts");
        let alert = &answer["alerts"][0];
        assert_eq!([&alert["alertId"], &alert["state"], &alert["observed"]], [&id, &json!("firing"), &json!(2)]);
        assert_eq!([&alert["firedAt"], &alert["lookedAt"]], [&json!("2026-03-10T12:00:00Z"); 2]);
    }
}
