//! `adminAudience.recordEvents`.

use integration_tests::{Api, event, on_both_databases, user};
use serde_json::{Value as Json, json};

use super::{spend, spent, statuses};

const RECORD: &str = "adminAudience.recordEvents";

fn login(user: &str, id: &str) -> Json {
    json!({"id": id, "userId": user, "name": "Login", "occurredAt": "2026-03-09T12:00:00Z"})
}

fn order(user: &str, id: &str, minor: i64) -> Json {
    json!({
        "id": id, "userId": user, "name": "order", "occurredAt": "2026-03-08T12:00:00Z", "amountMinor": minor,
        "currency": "EUR",
    })
}

fn with(mut item: Json, key: &str, value: Json) -> Json {
    item[key] = value;
    item
}

on_both_databases! {
    async fn record_events_records_replaces_and_leaves_as_it_is(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let api = Api::new(&world).await;
        let refund = with(order("ann", "r1", -500), "refundOf", json!("o1"));
        let items = json!({"events": [
            login("ann", "1"), order("ann", "o1", 3000), refund, order("bob", "o1", 0),
            with(order("ann", "o2", 900), "currency", json!("JPY")),
        ]});
        let answer = api.call(RECORD, items.clone()).await.expect("an answer");
        assert_eq!(answer["results"][0], json!({"id": "1", "userId": "ann", "status": "recorded"}));
        assert_eq!(statuses(&answer), ["recorded"; 5]);
        let bob = spent("bob", "EUR", [1, 0], [0, 0]);
        let expected = [spent("ann", "EUR", [1, 1], [3000, -500]), spent("ann", "JPY", [1, 0], [900, 0]), bob.clone()];
        assert_eq!(spend(&world).await, expected);
        assert_eq!(statuses(&api.call(RECORD, items).await.expect("an answer")), ["unchanged"; 5]);
        let names = "SELECT name, kind FROM event_name ORDER BY name";
        let expected = [("login".to_owned(), "event".to_owned()), ("order".into(), "purchase".into())];
        assert_eq!(world.query::<(String, String)>(names).await, expected);

        // Other content replaces an event, and the sums follow.
        let replaced = json!({"events": [order("ann", "o2", 10)]});
        assert_eq!(statuses(&api.call(RECORD, replaced).await.expect("an answer")), ["recorded"]);
        assert_eq!(spend(&world).await, [spent("ann", "EUR", [2, 1], [3010, -500]), bob]);
        world.verify().await;
    }

    async fn record_events_refuses_faulty_events_alone_and_names_every_fault(world: World) {
        world.users(&[user("ann")]).await;
        world.record_events(&[event("ann", "0", "login", 1, None), event("ann", "00", "order", 1, Some((1, "EUR")))]).await;
        let api = Api::new(&world).await;
        let order = || order("ann", "9", 100);
        let faulty = [
            (json!({}), "id is required; userId is required; name is required; occurredAt is required"),
            (
                with(with(order(), "amountMinor", json!(30.5)), "currency", json!("EURO")),
                "currency must be an ISO 4217 code such as EUR; amountMinor must be a whole number",
            ),
            (with(order(), "currency", json!(null)), "currency is required with an amount"),
            (with(order(), "amountMinor", json!(null)), "currency must be left out without an amount"),
            (
                with(order(), "amountMinor", json!(1_000_000_000_000_001_i64)),
                "amountMinor must be from -1000000000000000 to 1000000000000000",
            ),
            (with(order(), "refundOf", json!("o1")), "refundOf must be left out unless the amount is below 0"),
            (with(login("ann", "9"), "refundOf", json!("o1")), "refundOf must be left out without an amount"),
            (
                with(order(), "name", json!("page view")),
                "name must be 1 to 64 of the characters a-z, 0-9, \"_\", \".\" and \"-\"",
            ),
            (
                with(order(), "occurredAt", json!("2026-03-11T12:00:01Z")),
                "occurredAt must not be more than 24 hours in the future",
            ),
            (with(order(), "userId", json!("nobody")), "userId does not match any user"),
            (with(order(), "name", json!("login")), "name is the name of events without an amount"),
            (with(login("ann", "9"), "name", json!("order")), "name is the name of purchases, which have an amount"),
            (
                with(with(order(), "amountMinor", json!(null)), "amount", json!("29.00")),
                " has unknown key \"amount\": expected only id, userId, name, occurredAt, amountMinor, currency, refundOf",
            ),
        ];
        // Each is an event of its own, or the second one would repeat the first.
        let distinct = |(number, (item, _)): (usize, &(Json, &str))| match item.get("id") {
            Some(_) => with(item.clone(), "id", json!(format!("faulty {number}"))),
            None => item.clone(),
        };
        let mut events: Vec<_> = faulty.iter().enumerate().map(distinct).collect();
        let ahead = with(login("ann", "1"), "occurredAt", json!("2026-03-11T12:00:00Z"));
        events.extend([ahead, login("ann", "1"), with(login("ann", "2"), "occurredAt", json!("0001-01-01T00:00:00Z"))]);
        let answer = api.call(RECORD, json!({"events": events})).await.expect("an answer");
        let results = answer["results"].as_array().expect("results");
        for ((item, expected), result) in faulty.iter().zip(results) {
            let faults = result["faults"].as_array().expect("faults").iter();
            let text = |fault: &Json, key: &str| fault[key].as_str().expect("a text").to_owned();
            let faults: Vec<_> = faults.map(|fault| text(fault, "path") + " " + &text(fault, "message")).collect();
            assert_eq!((result["status"].as_str(), faults.join("; ").as_str()), (Some("refused"), *expected), "{item}");
        }
        assert_eq!(statuses(&answer)[faulty.len()..], ["recorded", "refused", "recorded"]);
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM user_event").await, [(4,)]);
        world.verify().await;
    }

    async fn record_events_refuses_names_beyond_a_thousand_and_totals_beyond_64_bits(world: World) {
        world.users(&[user("ann")]).await;
        let api = Api::new(&world).await;
        let named = |n: usize| with(login("ann", &n.to_string()), "name", json!(format!("n{n}")));
        let many: Vec<_> = (0..999).map(named).collect();
        api.call(RECORD, json!({"events": many})).await.expect("an answer");
        let items = json!({"events": [order("ann", "o", 1), login("ann", "x")]});
        let answer = api.call(RECORD, items).await.expect("an answer");
        assert_eq!(statuses(&answer), ["refused", "recorded"]);
        let fault = json!([{"path": "name", "message": "is new, and 1000 names are in use already"}]);
        assert_eq!(answer["results"][0]["faults"], fault);

        // As if a user had bought for all that 64 bits hold.
        world.execute("UPDATE event_name SET kind = 'purchase' WHERE name = 'n0'").await;
        world.execute("UPDATE user_event SET amount = 9223372036854775807, currency = 'EUR' WHERE id = '0'").await;
        let large = |id: &str, minor: i64| with(order("ann", id, minor), "name", json!("n0"));
        api.call(RECORD, json!({"events": [large("a", 0)]})).await.expect("an answer");
        let items = json!({"events": [large("b", 1), large("c", -1), large("d", 0)]});
        let answer = api.call(RECORD, items).await.expect("an answer");
        assert_eq!(statuses(&answer), ["refused", "recorded", "recorded"]);
        assert_eq!(answer["results"][0]["faults"][0]["message"], "makes the total of the user too large");
        world.verify().await;
    }

    async fn record_events_evaluates_users_at_once_if_asked(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        let buyers = json!({"combineWith": "AND", "criteria": [
            {"field": "totalSpent", "operator": ">=", "value": 3000, "currency": "EUR", "within": "7d"},
            {"field": "purchaseCount", "operator": "equals", "value": 1},
        ]});
        world.custom_segment("buyers", "Buyers", buyers).await;
        let api = Api::new(&world).await;
        let params = json!({"events": [order("ann", "1", 3000), order("bob", "1", 2999)], "evaluate": true});
        api.call(RECORD, params).await.expect("an answer");
        assert!(world.segments_of("ann").await.contains(&"custom:buyers".to_owned()));
        assert!(!world.segments_of("bob").await.contains(&"custom:buyers".to_owned()));
        world.verify().await;
    }
}
