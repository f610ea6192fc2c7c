//! `adminAudience.getSegmentHistory`.

use chrono::TimeDelta;
use domain::{instant::Instant, profile::User};
use integration_tests::{Api, World, at, now, on_both_databases, options, user};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getSegmentHistory";

async fn change(world: &World, plan: &str, users: &[&str], at: Instant) {
    let users: Vec<_> = users.iter().map(|id| User { plan: plan.into(), ..user(id) }).collect();
    world.users(&users).await;
    world.run(at).await;
}

/// `date size entered left` of every day.
async fn history(api: &Api, days: u32) -> Vec<String> {
    let params = json!({"segmentType": "plan", "segmentValue": "free", "days": days});
    let answer = api.call(METHOD, params).await.expect("a history");
    assert_eq!(answer["zone"], "UTC");
    let text = |day: &Json| {
        let date = day["date"].as_str().expect("a date").to_owned();
        format!("{date} {} {} {}", day["size"], day["entered"], day["left"])
    };
    answer["days"].as_array().expect("days").iter().map(text).collect()
}

on_both_databases! {
    async fn segment_history_has_size_and_changes_of_every_day(world: World) {
        change(&world, "FREE", &["a", "b", "c"], at("2026-02-01T00:00:00Z")).await;
        // The last and the first instant of a day.
        change(&world, "PRO", &["a"], at("2026-03-05T23:59:59.999999Z")).await;
        change(&world, "FREE", &["a", "d"], at("2026-03-06T00:00:00Z")).await;
        change(&world, "PRO", &["b"], at("2026-03-06T12:00:00Z")).await;
        change(&world, "PRO", &["c"], now()).await;
        let api = Api::new(&world).await;
        assert_eq!(history(&api, 7).await, [
            "2026-03-04 3 0 0",
            "2026-03-05 2 0 1",
            "2026-03-06 3 2 1",
            "2026-03-07 3 0 0",
            "2026-03-08 3 0 0",
            "2026-03-09 3 0 0",
            "2026-03-10 2 0 1",
        ]);
        let long = history(&api, 90).await;
        assert_eq!((long.len(), long[0].as_str()), (90, "2025-12-11 0 0 0"));
        assert!(long.contains(&"2026-02-01 3 3 0".to_owned()));
        let usual = api.call(METHOD, json!({"segmentType": "plan", "segmentValue": "pro"})).await.expect("a history");
        assert_eq!(usual["days"].as_array().map(Vec::len), Some(30));
    }

    async fn segment_history_counts_events_of_a_fast_clock_in_no_earlier_day(world: World) {
        change(&world, "FREE", &["a"], now()).await;
        change(&world, "FREE", &["b"], now() + TimeDelta::days(2)).await;
        let api = Api::new(&world).await;
        assert_eq!(history(&api, 7).await.last().map(String::as_str), Some("2026-03-10 1 1 0"));
        let api = Api::at(&world, now() + TimeDelta::days(3), options()).await;
        assert_eq!(history(&api, 7).await[3..], [
            "2026-03-10 1 1 0",
            "2026-03-11 1 0 0",
            "2026-03-12 2 1 0",
            "2026-03-13 2 0 0",
        ]);
    }

    async fn segment_history_refuses_invalid_params(world: World) {
        let api = Api::new(&world).await;
        for days in [json!(6), json!(401), json!("30")] {
            let params = json!({"segmentType": "plan", "segmentValue": "free", "days": days});
            let error = api.call(METHOD, params).await.expect_err("a refusal");
            assert!(error.code == -32602 && error.faults()[0].starts_with("days: "), "{days}: {:?}", error.faults());
        }
        let error = api.call(METHOD, json!({"segmentType": "plan", "segmentValue": "gold"})).await.expect_err("none");
        assert_eq!(error.code, -32044);
    }
}
