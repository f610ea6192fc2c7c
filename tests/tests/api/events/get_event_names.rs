//! `adminAudience.getEventNames`.

use domain::instant::format_instant;
use integration_tests::{Api, ago, event, on_both_databases, user};
use serde_json::json;

on_both_databases! {
    async fn get_event_names_has_kinds_and_times(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let bought = event("bob", "1", "order", 5, Some((100, "EUR")));
        world.record_events(&[event("ann", "1", "lesson", 3, None), event("bob", "2", "lesson", 9, None), bought]).await;
        let api = Api::new(&world).await;
        let answer = api.call("adminAudience.getEventNames", json!({})).await.expect("names");
        let [first, middle, last] = [9, 5, 3].map(|days| format_instant(ago(days)));
        assert_eq!(answer, json!({"names": [
            {"name": "lesson", "kind": "event", "isActivity": true, "firstAt": first, "lastAt": last},
            {"name": "order", "kind": "purchase", "isActivity": true, "firstAt": middle, "lastAt": middle},
        ]}));
        let void = json!({"events": [{"userId": "bob", "id": "1"}]});
        api.call("adminAudience.voidEvents", void).await.expect("void");
        let answer = api.call("adminAudience.getEventNames", json!({})).await.expect("names");
        assert_eq!(answer["names"][1]["firstAt"], json!(null));
    }
}
