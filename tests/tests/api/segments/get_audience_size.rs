//! `adminAudience.getAudienceSize`.

use domain::profile::User;
use integration_tests::{Api, now, on_both_databases, user};
use serde_json::json;

const METHOD: &str = "adminAudience.getAudienceSize";

async fn size(api: &Api) -> (i64, i64) {
    let answer = api.call(METHOD, json!({})).await.expect("a size");
    (answer["segmentedUsers"].as_i64().expect("a count"), answer["totalUsers"].as_i64().expect("a count"))
}

on_both_databases! {
    async fn audience_size_counts_each_user_once(world: World) {
        let api = Api::new(&world).await;
        assert_eq!(size(&api).await, (0, 0));
        world.users(&[user("ann"), User { current_streak: 9, ..user("bob") }]).await;
        assert_eq!(size(&api).await, (0, 2), "no run has looked at them");
        world.run(now()).await;
        assert!(world.segments_of("bob").await.len() > 1);
        assert_eq!(size(&api).await, (2, 2));
    }

    async fn audience_size_excludes_users_who_left_every_segment(world: World) {
        world.users(&[user("ann"), user("bob")]).await;
        world.run(now()).await;
        let api = Api::new(&world).await;
        for segment in world.segments_of("ann").await {
            let (kind, value) = segment.split_once(':').expect("type:value");
            let params = json!({"userId": "ann", "segmentType": kind, "segmentValue": value});
            api.call("adminAudience.removeUserFromSegment", params).await.expect("ann is kept out");
        }
        assert_eq!(size(&api).await, (1, 2));
        world.erase("bob").await;
        assert_eq!(size(&api).await, (0, 1));
    }
}
