//! `adminAudience.getSegmentStats`.

use domain::instant::Instant;
use integration_tests::{Api, World, ago, now, on_both_databases, options, user};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getSegmentStats";

/// Changes the plan of users and runs the engine.
async fn change(world: &World, plan: &str, users: &[&str], at: Instant) {
    let users: Vec<_> = users.iter().map(|id| domain::profile::User { plan: plan.into(), ..user(id) }).collect();
    world.users(&users).await;
    world.run(at).await;
}

async fn stats(api: &Api, plan: &str, days: Option<u32>) -> Json {
    let mut params = json!({"segmentType": "plan", "segmentValue": plan});
    if let Some(days) = days {
        params["days"] = days.into();
    }
    api.call(METHOD, params).await.expect("statistics")
}

fn expected(current: i64, added: i64, removed: i64, growth: f64, period: &str) -> Json {
    json!({
        "currentCount": current, "addedCount": added, "removedCount": removed, "growthRate": growth, "period": period,
    })
}

on_both_databases! {
    async fn segment_stats_growth_comes_from_the_ledger(world: World) {
        change(&world, "FREE", &["a", "b", "c"], ago(60)).await;
        change(&world, "PRO", &["a"], ago(20)).await;
        change(&world, "FREE", &["a", "d", "e"], ago(10)).await;
        change(&world, "PREMIUM", &["e"], ago(1)).await;
        let api = Api::new(&world).await;

        assert_eq!(stats(&api, "free", None).await, expected(4, 3, 2, 33.33, "30d"));
        assert_eq!(stats(&api, "free", Some(7)).await, expected(4, 0, 1, -20.0, "7d"));
        assert_eq!(stats(&api, "free", Some(90)).await, expected(4, 6, 2, 100.0, "90d"), "only the start is 0");
        assert_eq!(stats(&api, "pro", None).await, expected(0, 1, 1, 0.0, "30d"), "both are 0");
        assert_eq!(stats(&api, "pro", Some(15)).await, expected(0, 0, 1, -100.0, "15d"));
        assert_eq!(stats(&api, "premium", None).await, expected(1, 1, 0, 100.0, "30d"));
    }

    /// (now − days, now]: the first instant belongs to the time before.
    async fn segment_stats_period_is_open_at_its_start_and_closed_at_its_end(world: World) {
        change(&world, "FREE", &["a"], ago(30)).await;
        change(&world, "FREE", &["b", "c"], now()).await;
        let api = Api::new(&world).await;
        assert_eq!(stats(&api, "free", None).await, expected(3, 2, 0, 200.0, "30d"));
        assert_eq!(stats(&api, "free", Some(31)).await, expected(3, 3, 0, 100.0, "31d"));
        // A clock behind the last run: later events are in the count but not in the period.
        let behind = Api::at(&world, ago(1), options()).await;
        assert_eq!(stats(&behind, "free", None).await, expected(3, 1, 0, 100.0, "30d"));
    }

    /// Entering again overwrites the membership; the ledger has both periods.
    async fn segment_stats_count_every_enter_and_leave(world: World) {
        for (day, plan) in [(20, "FREE"), (15, "PRO"), (10, "FREE"), (5, "PRO"), (1, "FREE")] {
            change(&world, plan, &["a"], ago(day)).await;
        }
        let api = Api::new(&world).await;
        assert_eq!(stats(&api, "free", None).await, expected(1, 3, 2, 100.0, "30d"));
    }

    async fn segment_stats_still_count_erased_users(world: World) {
        change(&world, "FREE", &["a", "b"], ago(40)).await;
        world.erase("a").await;
        let api = Api::new(&world).await;
        assert_eq!(stats(&api, "free", None).await, expected(1, 0, 1, -50.0, "30d"));
    }

    async fn segment_stats_refuse_invalid_params(world: World) {
        let api = Api::new(&world).await;
        for days in [json!(6), json!(91), json!(0), json!(-30), json!("30"), json!(7.5), json!(null), json!(1e300)] {
            let params = json!({"segmentType": "plan", "segmentValue": "free", "days": days});
            let error = api.call(METHOD, params).await.expect_err("a refusal");
            assert_eq!(error.code, -32602, "{days}");
            assert!(error.faults()[0].starts_with("days: "), "{days}: {:?}", error.faults());
        }
        let error = api.call(METHOD, json!({"segmentType": "plan", "segmentValue": "gold"})).await.expect_err("none");
        assert_eq!(error.code, -32044);
    }
}
