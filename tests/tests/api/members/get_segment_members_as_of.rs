//! `adminAudience.getSegmentMembersAsOf`.

use chrono::TimeDelta;
use domain::{
    instant::{Instant, format_instant},
    profile::User,
};
use integration_tests::{Api, World, ago, now, on_both_databases, user};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getSegmentMembersAsOf";

async fn change(world: &World, plan: &str, users: &[&str], at: Instant) {
    let users: Vec<_> = users.iter().map(|id| User { plan: plan.into(), ..user(id) }).collect();
    world.users(&users).await;
    world.run(at).await;
}

fn params(at: Instant) -> Json {
    json!({"segmentType": "plan", "segmentValue": "free", "at": format_instant(at)})
}

on_both_databases! {
    async fn members_as_of_an_instant_are_those_of_the_past(world: World) {
        change(&world, "FREE", &["a", "b", "c"], ago(30)).await;
        change(&world, "PRO", &["b"], ago(20)).await;
        change(&world, "FREE", &["b", "d"], ago(10)).await;
        change(&world, "PRO", &["a"], ago(5)).await;
        let api = Api::new(&world).await;
        let moment = TimeDelta::microseconds(1);
        for (at, expected) in [
            (ago(30) - moment, vec![]),
            (ago(30), vec!["a", "b", "c"]),
            (ago(20) - moment, vec!["a", "b", "c"]),
            (ago(20), vec!["a", "c"]),
            (ago(10), vec!["a", "b", "c", "d"]),
            (now(), vec!["b", "c", "d"]),
        ] {
            let answer = api.call(METHOD, params(at)).await.expect("a list");
            assert_eq!(answer, json!({"userIds": world.as_listed(expected.clone()), "total": expected.len()}), "{at}");
        }
    }

    async fn members_as_of_pages_add_up(world: World) {
        let ids: Vec<_> = (0..25).map(|number| format!("u{number:02}")).collect();
        change(&world, "FREE", &ids.iter().map(String::as_str).collect::<Vec<_>>(), ago(30)).await;
        change(&world, "PRO", &["u03", "u04"], ago(2)).await;
        let api = Api::new(&world).await;
        let (mut listed, mut params) = (Vec::new(), params(ago(10)));
        params["limit"] = json!(10);
        loop {
            let answer = api.call(METHOD, params.clone()).await.expect("a list");
            assert_eq!(answer["total"], 25);
            let ids = answer["userIds"].as_array().expect("ids").iter();
            listed.extend(ids.map(|id| id.as_str().expect("an id").to_owned()));
            match answer.get("nextCursor") {
                Some(cursor) => params["cursor"] = cursor.clone(),
                None => break,
            }
        }
        assert_eq!(listed, world.as_listed(ids));
    }

    async fn members_as_of_counts_erased_users_without_naming_them(world: World) {
        change(&world, "FREE", &["a", "b"], ago(30)).await;
        world.erase("a").await;
        let api = Api::new(&world).await;
        let answer = api.call(METHOD, params(ago(10))).await.expect("a list");
        assert_eq!(answer, json!({"userIds": ["b"], "total": 2}));
    }

    async fn members_as_of_refuses_invalid_params(world: World) {
        let api = Api::new(&world).await;
        for (name, value) in [
            ("at", json!("yesterday")),
            ("at", json!("2026-03-10")),
            ("at", json!(0)),
            ("at", json!(format_instant(now() + TimeDelta::microseconds(1)))),
            ("limit", json!(0)),
            ("limit", json!(1001)),
            ("cursor", json!("17")),
        ] {
            let mut params = params(now());
            params[name] = value.clone();
            let error = api.call(METHOD, params).await.expect_err("a refusal");
            assert_eq!(error.code, -32602, "{name} {value}");
            assert!(error.faults()[0].starts_with(&format!("{name}: ")), "{name} {value}: {:?}", error.faults());
        }
        let mut unknown = params(now());
        unknown["segmentValue"] = json!("gold");
        assert_eq!(api.call(METHOD, unknown).await.expect_err("none").code, -32044);
    }
}
