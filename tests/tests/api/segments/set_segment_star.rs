//! `adminAudience.setSegmentStar`.

use integration_tests::{Api, on_both_databases};
use serde_json::json;

const METHOD: &str = "adminAudience.setSegmentStar";

async fn starred(api: &Api) -> Vec<String> {
    let list = api.call("adminAudience.getSegments", json!({})).await.expect("a list");
    let segments = list["segments"].as_array().expect("a list").iter();
    segments.filter(|one| one["starred"] == true).map(|one| one["id"].as_str().expect("an id").to_owned()).collect()
}

on_both_databases! {
    async fn segment_stars_are_of_one_admin(world: World) {
        let admin = Api::new(&world).await;
        let other = admin.as_superadmin().await;
        let free = |starred: bool| json!({"segmentType": "plan", "segmentValue": "free", "starred": starred});
        for _ in 0..2 {
            admin.call(METHOD, free(true)).await.expect("it is set");
        }
        assert_eq!((starred(&admin).await, starred(&other).await), (vec!["plan:free".to_owned()], vec![]));
        let one = json!({"segmentType": "plan", "segmentValue": "free"});
        assert_eq!(admin.call("adminAudience.getSegment", one).await.expect("a segment")["starred"], true);
        for _ in 0..2 {
            admin.call(METHOD, free(false)).await.expect("it is removed");
        }
        assert_eq!(starred(&admin).await, [""; 0]);
        let nothing = json!({"segmentType": "custom", "segmentValue": "none", "starred": true});
        assert_eq!(admin.call(METHOD, nothing).await.expect_err("no segment").code, -32044);
    }
}
