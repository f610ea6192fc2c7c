//! `adminAudience.getSegmentSizes`.

use chrono::TimeDelta;
use domain::{growth::growth_rate, profile::User};
use integration_tests::{Api, World, ago, now, on_both_databases, user};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getSegmentSizes";

async fn sizes(api: &Api, days: u32) -> Vec<(String, Json)> {
    let answer = api.call(METHOD, json!({"days": days})).await.expect("sizes");
    assert_eq!(answer["dates"].as_array().map(Vec::len), Some(days as usize));
    let segments = answer["segments"].as_array().expect("segments").iter();
    segments.map(|segment| (segment["id"].as_str().expect("an id").to_owned(), segment["sizes"].clone())).collect()
}

/// Users who sign up, change their plan, and have future dates.
async fn eventful(world: &World) {
    world
        .custom_segment(
            "everyone",
            "Everyone",
            json!({"combineWith": "AND", "criteria": [
        {"field": "level", "operator": ">=", "value": 0}]}),
        )
        .await;
    world.users(&[user("ann"), user("bob")]).await;
    world.run(ago(40)).await;
    world.users(&[User { plan: "PRO".into(), ..user("ann") }, user("cleo")]).await;
    world.run(ago(3)).await;
    world.users(&[user("ann")]).await;
    world.run(now()).await;
    world.users(&[user("dan")]).await;
    world.run(now() + TimeDelta::days(2)).await;
}

on_both_databases! {
    async fn segment_sizes_has_a_size_of_every_segment_per_day(world: World) {
        eventful(&world).await;
        let api = Api::new(&world).await;
        let sizes = sizes(&api, 7).await;
        assert_eq!(sizes.len(), 14, "13 built in, and one custom");
        let of = |id: &str| sizes.iter().find(|(of, _)| of == id).map(|(_, sizes)| sizes.clone());
        assert_eq!(of("plan:free"), Some(json!([2, 2, 2, 2, 2, 2, 3])));
        assert_eq!(of("plan:pro"), Some(json!([0, 0, 0, 1, 1, 1, 0])));
        assert_eq!(of("plan:premium"), Some(json!([0, 0, 0, 0, 0, 0, 0])), "nothing ever happened to it");
        assert_eq!(of("custom:everyone"), Some(json!([2, 2, 2, 3, 3, 3, 3])), "the future is not yet");
    }

    async fn segment_sizes_equal_those_of_the_history(world: World) {
        eventful(&world).await;
        let api = Api::new(&world).await;
        for (id, sizes) in sizes(&api, 90).await {
            let (kind, value) = id.split_once(':').expect("type:value");
            let params = json!({"segmentType": kind, "segmentValue": value, "days": 90});
            let history = api.call("adminAudience.getSegmentHistory", params).await.expect("a history");
            let days = history["days"].as_array().expect("days").iter();
            assert_eq!(Json::from_iter(days.map(|day| day["size"].clone())), sizes, "{id}");
        }
    }

    async fn segment_sizes_changed_as_the_figures_of_each_segment_say(world: World) {
        eventful(&world).await;
        let api = Api::new(&world).await;
        let answer = api.call(METHOD, json!({})).await.expect("sizes");
        let mut changed = 0;
        for segment in answer["segments"].as_array().expect("segments") {
            let (group, value) = segment["id"].as_str().expect("an id").split_once(':').expect("a key");
            for (days, name) in [(7, "change7"), (30, "change30")] {
                let params = json!({"segmentType": group, "segmentValue": value, "days": days});
                let stats = api.call("adminAudience.getSegmentStats", params).await.expect("figures");
                let [size, change] = [&stats["currentCount"], &segment[name]].map(|it| it.as_i64().expect("a number"));
                assert_eq!(json!(growth_rate(size - change, size)), stats["growthRate"], "{segment} {stats}");
                changed += i64::from(change != 0);
            }
        }
        assert!(changed > 4, "{answer}");
    }

    async fn segment_sizes_refuses_invalid_params(world: World) {
        let api = Api::new(&world).await;
        for days in [json!(6), json!(401), json!("30")] {
            let error = api.call(METHOD, json!({"days": days})).await.expect_err("a refusal");
            assert!(error.code == -32602 && error.faults()[0].starts_with("days: "), "{days}: {:?}", error.faults());
        }
    }
}
