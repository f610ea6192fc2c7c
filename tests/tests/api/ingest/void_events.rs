//! `adminAudience.voidEvents`.

use integration_tests::{Api, ago, event, on_both_databases, user};
use serde_json::json;

use super::{spend, spent, statuses};

const METHOD: &str = "adminAudience.voidEvents";

on_both_databases! {
    async fn void_events_deletes_what_was_wrong(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.record_events(&[
            event("ann", "1", "order", 3, Some((500, "EUR"))), event("ann", "2", "order", 2, Some((700, "JPY"))),
            event("ann", "3", "login", 2, None), event("bob", "1", "order", 1, Some((900, "EUR"))),
        ]).await;
        world.run(ago(1)).await;
        let api = Api::new(&world).await;
        let keys = json!({"events": [
            {"id": " 2 ", "userId": "ann"}, {"id": "3", "userId": "ann"}, {"id": "3", "userId": "bob"},
            {"id": "1", "userId": "nobody"}, {"id": "1\u{0}", "userId": "ann"}, {"id": "1", "userId": "a\u{0}"},
        ]});
        let answer = api.call(METHOD, keys.clone()).await.expect("an answer");
        assert_eq!(statuses(&answer), ["voided", "voided", "absent", "absent", "absent", "absent"]);
        assert_eq!(statuses(&api.call(METHOD, keys).await.expect("an answer")), ["absent"; 6]);
        let expected = [spent("ann", "EUR", [1, 0], [500, 0]), spent("bob", "EUR", [1, 0], [900, 0])];
        assert_eq!(spend(&world).await, expected);
        let marked = "SELECT users.id FROM user_dirty JOIN users ON no = user_no";
        assert_eq!(world.query::<(String,)>(marked).await, [("ann".into(),)]);
        let audit = "SELECT count(DISTINCT request_id) FROM audit_log WHERE action = 'voidEvents'";
        assert_eq!(world.query::<(i64,)>(audit).await, [(2,)]);
        world.verify().await;
    }

    async fn voided_events_have_their_reason_on_record(world: World) {
        world.users(&[user("ann")]).await;
        world.record_events(&[event("ann", "1", "order", 3, Some((500, "EUR")))]).await;
        let api = Api::new(&world).await;
        let event = json!([{"id": "1", "userId": "ann"}]);
        api.call(METHOD, json!({"events": event, "reason": "Booked twice"})).await.expect("an answer");
        let log = api.call("adminAudience.getAuditLog", json!({"action": "voidEvents"})).await.expect("an answer");
        let detail = json!({"voided": 1, "absent": 0, "reason": "Booked twice"});
        assert_eq!(log["entries"][0]["detail"], detail);
        for reason in ["a".repeat(501), "a\u{0}".into()] {
            let error = api.call(METHOD, json!({"events": event, "reason": reason})).await.expect_err("a refusal");
            assert_eq!((error.code, &error.data["faults"][0]["path"]), (-32602, &json!("reason")));
        }
    }
}
