//! `adminAudience.findUsers`.

use domain::profile::User;
use integration_tests::{Api, on_both_databases, user};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.findUsers";

fn named(id: &str, first: &str, last: &str) -> User {
    User { first_name: Some(first.into()), last_name: Some(last.into()), ..user(id) }
}

async fn found(api: &Api, query: &str) -> Vec<String> {
    let answer = api.call(METHOD, json!({"searchQuery": query})).await.expect("a list");
    let mut ids: Vec<_> = answer["users"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|user| user["id"].as_str().expect("an id").to_owned())
        .collect();
    ids.sort();
    ids
}

on_both_databases! {
    async fn users_are_found_by_name_address_and_id(world: World) {
        world.users(&[named("u-1", "Ann", "Lee"), named("u-2", "Anna", "Straße"), named("u-3", "Bob", "O'Neill"), user("cleo")]).await;
        world.users(&[User { email: "dan@example.org".into(), ..user("host:42") }]).await;
        let api = Api::new(&world).await;
        for (query, expected) in [
            ("ann", vec!["u-1", "u-2"]),
            ("ANN LEE", vec!["u-1"]),
            ("strasse", vec!["u-2"]),
            ("u-3@example", vec!["u-3"]),
            // An id is compared as a whole.
            (" host:42 ", vec!["host:42"]),
            ("host:4", vec![]),
            ("cleo", vec!["cleo"]),
            ("%", vec![]),
            ("", vec!["cleo", "host:42", "u-1", "u-2", "u-3"]),
        ] {
            assert_eq!(found(&api, query).await, expected, "{query}");
        }
    }

    async fn users_who_are_deleted_are_found_and_erased_ones_are_not(world: World) {
        world.users(&[named("ann", "Ann", "Lee"), named("bob", "Bob", "Lee")]).await;
        world.erase("bob").await;
        let deleted = json!({"users": [{"id": "ann", "deletedAt": "2026-03-01T00:00:00Z"}]});
        let api = Api::new(&world).await;
        api.as_superadmin().await.call("adminAudience.upsertUsers", deleted).await.expect("the host application says so");
        let answer = api.call(METHOD, json!({"searchQuery": "lee"})).await.expect("a list");
        assert_eq!(answer["users"].as_array().map(Vec::len), Some(1));
        assert_eq!((&answer["users"][0]["id"], answer["users"][0]["deletedAt"].is_string()), (&json!("ann"), true));
    }

    async fn users_come_in_pages(world: World) {
        let users: Vec<_> = (0..23).map(|number| user(&format!("u{number:02}"))).collect();
        world.users(&users).await;
        let api = Api::new(&world).await;
        let (mut params, mut seen) = (json!({"searchQuery": "example.org", "limit": 10}), Vec::new());
        loop {
            let page = api.call(METHOD, params.clone()).await.expect("a page");
            seen.extend(page["users"].as_array().expect("a list").iter().map(|user| user["id"].clone()));
            match page.get("nextCursor") {
                Some(next) => params["cursor"] = next.clone(),
                None => break,
            }
        }
        seen.sort_by_key(Json::to_string);
        assert_eq!(seen, users.iter().map(|user| json!(user.id.0)).collect::<Vec<_>>());
        params["cursor"] = json!("x");
        let error = api.call(METHOD, params).await.expect_err("no cursor");
        assert_eq!(error.faults(), ["cursor: expected the nextCursor of an earlier response"]);
    }
}
