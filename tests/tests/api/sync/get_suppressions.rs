//! `adminAudience.getSuppressions`.

use integration_tests::{Api, World, on_both_databases, user};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getSuppressions";

async fn suppress(world: &World, address: &str, reason: &str, origin: &str) {
    let column = if origin == "carried" { "carried_at" } else { "set_at" };
    world
        .execute(&format!(
            "INSERT INTO suppression (address_key, reason, origin, {column}) \
             VALUES ('{address}', '{reason}', '{origin}', '2026-03-01T00:00:00+00:00')"
        ))
        .await;
}

fn ids(page: &Json) -> Vec<String> {
    let all = page["suppressions"].as_array().expect("a list").iter();
    all.map(|one| format!("{} {}", one["userId"].as_str().expect("an id"), one["reason"].as_str().expect("a reason")))
        .collect()
}

on_both_databases! {
    async fn suppressions_are_listed_with_who_may_lift_them(world: World) {
        world.users(&[user("ann"), user("bob"), user("cleo")]).await;
        suppress(&world, "ann@example.org", "unsubscribed", "webhook").await;
        suppress(&world, "ann@example.org", "deleted", "listing").await;
        suppress(&world, "bob@example.org", "unsubscribed", "carried").await;
        suppress(&world, "nobody@example.org", "bounced", "webhook").await;
        let api = Api::new(&world).await;
        let all = api.call(METHOD, json!({})).await.expect("a list");
        let mut listed = ids(&all);
        listed.sort();
        assert_eq!(listed, ["ann deleted", "ann unsubscribed", "bob unsubscribed"]);
        for one in all["suppressions"].as_array().expect("a list") {
            let expected = match (one["reason"].as_str(), one["origin"].as_str()) {
                (Some("deleted"), _) => "byAdmin",
                (_, Some("carried")) => "bySuperadmin",
                _ => "atTheMailService",
            };
            assert_eq!(one["mayBeCleared"], expected, "{one}");
        }
        assert_eq!(ids(&api.call(METHOD, json!({"reason": "deleted"})).await.expect("a list")), ["ann deleted"]);
        assert_eq!(ids(&api.call(METHOD, json!({"searchQuery": "BOB@"})).await.expect("a list")), ["bob unsubscribed"]);
        let (mut cursor, mut paged) = (Json::Null, Vec::new());
        loop {
            let page = api.call(METHOD, json!({"limit": 1, "cursor": cursor})).await.expect("a page");
            paged.extend(ids(&page));
            cursor = page["nextCursor"].clone();
            if cursor.is_null() {
                break;
            }
        }
        paged.sort();
        assert_eq!(paged, listed);
        for wrong in ["u1", "u1-nothing", "1-deleted", "-"] {
            let faults = api.call(METHOD, json!({"cursor": wrong})).await.expect_err("no cursor").faults();
            assert_eq!(faults, ["cursor: expected the nextCursor of an earlier response"]);
        }
    }
}
