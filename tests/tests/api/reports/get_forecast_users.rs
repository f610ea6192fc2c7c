//! `adminAudience.getForecastUsers`.

use domain::profile::User;
use integration_tests::{Api, at, on_both_databases, options, user};
use serde_json::{Value as Json, json};

use super::get_segment_forecast::{NOW, four_active_users};

const METHOD: &str = "adminAudience.getForecastUsers";

async fn users(api: &Api, params: Json) -> Vec<(String, String)> {
    let answer = api.call(METHOD, params).await.expect("users");
    let text = |user: &Json, key: &str| user[key].as_str().expect("a text").to_owned();
    let users = answer["users"].as_array().expect("users").iter();
    let mut users: Vec<_> = users.map(|user| (text(user, "userId"), text(user, "changesAt"))).collect();
    users.sort_unstable();
    users
}

on_both_databases! {
    async fn forecast_says_who_leaves_and_when_if_nobody_does_anything(world: World) {
        let api = four_active_users(&world).await;
        let leaving = |day: u32| json!({"segment": "lifecycle:active", "day": day, "change": "leave"});
        let all = [
            ("ann", "2026-03-28T12:00:00.000001Z"),
            ("bob", "2026-03-29T00:00:00.000001Z"),
            ("cleo", "2026-03-22T00:00:00.000002Z"),
            ("dan", "2026-04-02T00:00:00Z"),
        ]
        .map(|(id, at)| (id.to_owned(), at.to_owned()));
        assert_eq!(users(&api, leaving(11)).await, all);
        // Seven days are no more than seven days: Bob is still in at the end of day 7.
        assert_eq!(users(&api, leaving(7)).await, [all[0].clone(), all[2].clone()]);
        let entering = json!({"segment": "lifecycle:inactive", "day": 11, "change": "enter"});
        let inactive = users(&api, entering).await;
        // An include of one segment leaves the others as they are: Dan is inactive by the rules.
        let of_dan = ("dan".to_owned(), "2026-03-27T09:00:00.000001Z".to_owned());
        assert_eq!(inactive, [all[0].clone(), all[1].clone(), all[2].clone(), of_dan]);
    }

    async fn forecast_of_users_begins_with_what_a_run_would_do_now(world: World) {
        let api = four_active_users(&world).await;
        let away = User { last_activity_at: Some(at("2026-01-01T00:00:00Z")), ..user("ann") };
        world.users(&[away]).await;
        let leaving = json!({"segment": "lifecycle:active", "day": 1, "change": "leave"});
        assert_eq!(users(&api, leaving).await[0], ("ann".to_owned(), NOW.to_owned()));
    }

    async fn forecast_of_users_now_lists_whom_the_shrink_guard_holds_back(world: World) {
        let users_of = |plan: &str| (0..200).map(|n| User { plan: plan.into(), ..user(&format!("u{n:03}")) }).collect::<Vec<_>>();
        world.users(&users_of("PRO")).await;
        world.run(at("2026-03-20T00:00:00Z")).await;
        world.users(&users_of("FREE")[..150]).await;
        world.run(at("2026-03-21T00:00:00Z")).await;
        let api = Api::at(&world, at(NOW), options()).await;
        let pro = api.call("adminAudience.getSegments", json!({})).await.expect("segments");
        let pro = pro["segments"].as_array().expect("a list").iter().find(|one| one["id"] == "plan:pro").expect("pro").clone();
        assert_eq!(pro["userCount"], 200);
        let now = json!({"segment": "plan:pro", "day": 0, "change": "leave", "limit": 1000});
        let held_back = users(&api, now).await;
        assert_eq!(held_back.len(), 150);
        assert_eq!(held_back[149], ("u149".to_owned(), NOW.to_owned()));
        let later = json!({"segment": "lifecycle:active", "day": 0, "change": "leave"});
        assert_eq!(users(&api, later).await, []);
    }

    async fn forecast_of_users_comes_in_pages_and_goes_on_record(world: World) {
        let api = four_active_users(&world).await;
        let mut params = json!({"segment": "lifecycle:active", "day": 11, "change": "leave", "limit": 3});
        let first = api.call(METHOD, params.clone()).await.expect("users");
        params["cursor"] = first["nextCursor"].clone();
        let second = api.call(METHOD, params).await.expect("users");
        let count = |answer: &Json| answer["users"].as_array().map(Vec::len);
        assert_eq!((count(&first), count(&second), second.get("nextCursor")), (Some(3), Some(1), None));
        let log = api.call("adminAudience.getAuditLog", json!({"limit": 1})).await.expect("the log");
        let entry = &log["entries"][0];
        assert_eq!((&entry["action"], &entry["target"]), (&json!("getForecastUsers"), &json!("segment lifecycle:active")));
        assert_eq!(entry["detail"], json!({"day": 11, "change": "leave"}));
    }

    async fn forecast_of_users_is_exported(world: World) {
        let api = four_active_users(&world).await;
        let params = json!({"segment": "lifecycle:active", "day": 2, "change": "leave"});
        let answer = api.call("adminAudience.exportReport", json!({"report": "getForecastUsers", "params": params})).await;
        let answer = answer.expect("a table");
        assert_eq!(answer["csv"], "userId,changesAt\r\ncleo,2026-03-22T00:00:00.000002Z\r\n");
    }

    async fn forecast_of_users_is_refused_with_every_fault(world: World) {
        let api = four_active_users(&world).await;
        let params = json!({"segment": "lifecycle:active", "day": 91, "change": "leave", "cursor": "x"});
        let error = api.call(METHOD, params).await.expect_err("a refusal");
        assert_eq!(error.faults(), [
            "day: expected a number of at most 90", "cursor: expected the nextCursor of an earlier response",
        ]);
    }
}
