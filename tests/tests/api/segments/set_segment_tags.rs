//! `adminAudience.setSegmentTags`.

use integration_tests::{Api, World, moment, now, on_both_databases};
use segmentation_engine::{audit::Audit, segments::delete::delete};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.setSegmentTags";

fn tagged(value: &str, tags: &Json) -> Json {
    let kind = if value == "mine" { "custom" } else { "plan" };
    json!({"segmentType": kind, "segmentValue": value, "tags": tags})
}

async fn mine(world: &World) {
    let all = json!({"combineWith": "AND", "criteria": [{"field": "level", "operator": ">=", "value": 0}]});
    world.custom_segment("mine", "Mine", all).await;
}

/// Of a segment, as the list and the segment itself have them.
async fn tags(api: &Api, id: &str) -> Json {
    let list = api.call("adminAudience.getSegments", json!({})).await.expect("a list");
    let listed =
        list["segments"].as_array().expect("a list").iter().find(|one| one["id"] == id).expect("it is listed").clone();
    let (kind, value) = id.split_once(':').expect("an id");
    let one = api
        .call("adminAudience.getSegment", json!({"segmentType": kind, "segmentValue": value}))
        .await
        .expect("a segment");
    assert_eq!(one["tags"], listed["tags"]);
    one["tags"].clone()
}

on_both_databases! {
    async fn segment_tags_are_shared_and_replaced(world: World) {
        mine(&world).await;
        let api = Api::new(&world).await;
        assert_eq!(tags(&api, "custom:mine").await, json!([]));
        for (wanted, expected) in [
            (json!(["VIP", " churn ", "vip"]), json!(["churn", "VIP"])),
            (json!(["Ärger"]), json!(["Ärger"])),
            (json!([]), json!([])),
            (json!(["core"]), json!(["core"])),
        ] {
            let answer = api.call(METHOD, tagged("mine", &wanted)).await.expect("they are set");
            assert_eq!((&answer["tags"], &tags(&api, "custom:mine").await), (&expected, &expected));
        }
        api.call(METHOD, tagged("free", &json!(["core"]))).await.expect("built-in ones have tags too");
        assert_eq!(tags(&api.as_superadmin().await, "plan:free").await, json!(["core"]), "everybody sees them");
    }

    async fn segment_tags_go_with_the_segment(world: World) {
        mine(&world).await;
        let api = Api::new(&world).await;
        api.call(METHOD, tagged("mine", &json!(["core"]))).await.expect("they are set");
        api.call("adminAudience.setSegmentStar", json!({"segmentType": "custom", "segmentValue": "mine", "starred": true})).await.expect("it is set");
        let key = "custom:mine".parse().expect("a key");
        delete(world.database(), &key, moment(now()), &Audit::of_command("deleteCustomSegment")).await.expect("it is deleted");
        let left = "SELECT (SELECT count(*) FROM segment_tag) + (SELECT count(*) FROM segment_star)";
        assert_eq!(world.query::<(i64,)>(left).await, [(0,)]);
        assert_eq!(api.call(METHOD, tagged("mine", &json!(["core"]))).await.expect_err("no segment").code, -32044);
    }

    async fn segment_tags_that_nobody_can_read_are_refused(world: World) {
        let api = Api::new(&world).await;
        let error = api.call(METHOD, tagged("free", &json!(["a", " ", "b\nc"]))).await.expect_err("faults");
        assert_eq!(error.faults(), [
            "tags[1]: is blank",
            "tags[2]: must not contain line breaks, tabs, or invisible or direction characters",
        ]);
    }
}
