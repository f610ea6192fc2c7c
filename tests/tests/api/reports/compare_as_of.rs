//! `adminAudience.compareAsOf`.

use integration_tests::{Api, World, at, example_world::ASKED_AT, on_both_databases, options};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.compareAsOf";

async fn example(world: &World) -> Api {
    world.play_example().await;
    Api::at(world, at(ASKED_AT), options()).await
}

/// Sorted, since users of several shards come in another order.
async fn listed(api: &Api, show: &str) -> Vec<String> {
    let params = json!({"segment": "lifecycle:active", "a": "2026-03-08", "b": "2026-03-22", "show": show});
    let answer = api.call(METHOD, params).await.expect("figures");
    let mut ids: Vec<_> =
        answer["userIds"].as_array().expect("ids").iter().map(|id| id.as_str().expect("an id").to_owned()).collect();
    ids.sort_unstable();
    ids
}

on_both_databases! {
    async fn members_at_two_instants_are_counted_and_listed(world: World) {
        let api = example(&world).await;
        let params = json!({"segment": "lifecycle:active", "a": "2026-03-08", "b": "2026-03-22"});
        let answer = api.call(METHOD, params).await.expect("figures");
        assert_eq!(answer["counts"], json!({"both": 0, "onlyA": 1, "onlyB": 3}));
        assert_eq!((&answer["sizeA"], &answer["sizeB"]), (&json!(1), &json!(3)));
        assert_eq!(listed(&api, "both").await, Vec::<String>::new());
        assert_eq!(listed(&api, "onlyA").await, ["u2"]);
        assert_eq!(listed(&api, "onlyB").await, ["u1", "u3", "u6"]);
    }

    async fn members_at_two_instants_come_in_pages(world: World) {
        let api = example(&world).await;
        let mut params = json!({"segment": "lifecycle:active", "a": "2026-03-22", "b": "2026-03-08", "show": "onlyA", "limit": 2});
        let first = api.call(METHOD, params.clone()).await.expect("figures");
        params["cursor"] = first["nextCursor"].clone();
        let second = api.call(METHOD, params).await.expect("figures");
        let count = |answer: &Json| answer["userIds"].as_array().map(Vec::len);
        assert_eq!((count(&first), count(&second), second.get("nextCursor")), (Some(2), Some(1), None));
    }

    async fn members_at_two_instants_leave_out_erased_users_from_lists_alone(world: World) {
        let api = example(&world).await;
        world.erase_at(at(ASKED_AT), "u2").await;
        let params = json!({"segment": "lifecycle:active", "a": "2026-03-08", "b": "2026-03-22", "show": "onlyA"});
        let answer = api.call(METHOD, params).await.expect("figures");
        assert_eq!((&answer["counts"]["onlyA"], &answer["userIds"]), (&json!(1), &json!([])));
        assert_eq!(answer["notes"], json!([{"kind": "erasedUsers", "count": 1}]));
    }

    async fn members_at_two_instants_are_refused_with_every_fault(world: World) {
        let api = example(&world).await;
        let params = json!({"segment": "lifecycle:active", "a": "2026-02-08", "b": "2027-03-22", "cursor": "x"});
        let error = api.call(METHOD, params).await.expect_err("a refusal");
        assert_eq!(error.faults(), [
            "b: expected a time that is not in the future",
            "cursor: expected the nextCursor of an earlier response",
        ]);
        let params = json!({"segment": "plan:gold", "a": "2026-03-08", "b": "2026-03-09"});
        assert_eq!(api.call(METHOD, params).await.expect_err("a refusal").code, -32044);
    }
}
