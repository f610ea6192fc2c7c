//! `adminAudience.setEventName`.

use integration_tests::{Api, at, event, example_world::ASKED_AT, on_both_databases, options};
use serde_json::json;

const METHOD: &str = "adminAudience.setEventName";

on_both_databases! {
    async fn set_event_name_decides_what_counts_as_activity(world: World) {
        world.play_example().await;
        let lesson = domain::event::Event { occurred_at: at("2026-03-17T09:00:00Z"), ..event("u3", "e1", "lesson", 0, None) };
        world.record_events(&[lesson]).await;
        let api = Api::at(&world, at(ASKED_AT), options()).await;
        let active = async || {
            let params = json!({
                "segments": ["lifecycle:active"], "activity": ["events"], "from": "2026-03-16", "to": "2026-03-22",
            });
            let answer = api.call("adminAudience.getSegmentEngagement", params).await.expect("figures");
            answer["segments"][0]["periods"][0]["activeMembers"]["part"].clone()
        };
        // u1 bought, and u3 had a lesson.
        assert_eq!(active().await, json!(2));
        let set = async |name: &str, is_activity| api.call(METHOD, json!({"name": name, "isActivity": is_activity})).await;
        assert_eq!(set("Lesson", false).await, Ok(json!({"success": true})));
        assert_eq!(active().await, json!(1));
        set("lesson", true).await.expect("it is set");
        assert_eq!(active().await, json!(2));
        assert_eq!(set("never", true).await.expect_err("no such name").code, -32044);
        let invalid = set("no name", true).await.expect_err("no name");
        assert_eq!(invalid.faults(), ["name: expected 1 to 64 characters of a-z, 0-9, _, . and -"]);
        let log = api.call("adminAudience.getAuditLog", json!({"limit": 1})).await.expect("the log");
        assert_eq!(log["entries"][0]["target"], "event name lesson");
    }
}
