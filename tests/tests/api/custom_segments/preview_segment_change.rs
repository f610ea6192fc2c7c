//! `adminAudience.previewSegmentChange`.

use integration_tests::{
    Api, on_both_databases,
    streaks::{in_all_of, make, make_on_streak, merged, on_streak, world_of_streaks},
};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.previewSegmentChange";

on_both_databases! {
    async fn preview_segment_change_counts_who_enters_leaves_and_stays(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 5).await;
        let about = |user: &str| json!({"userId": user, "segmentType": "custom", "segmentValue": value});
        api.call("adminAudience.removeUserFromSegment", about("u9")).await.expect("removed");
        api.call("adminAudience.addUserToSegment", about("u0")).await.expect("added");
        let criteria = json!([
            {"field": "currentStreak", "operator": ">=", "value": 7},
            {"field": "currentStreak", "operator": "equals", "value": 2},
        ]);
        let edit = json!({"segmentValue": value, "combineWith": "OR", "criteria": criteria});
        let before = world.dump().await;

        let preview = api.call(METHOD, edit.clone()).await.expect("a preview");

        assert_eq!(world.dump().await, before, "nothing is saved");
        let group = |name: &str| -> Vec<String> {
            let group = &preview[name];
            let users: Vec<String> = group["sampleUsers"].as_array().expect("users").iter()
                .map(|user| user["id"].as_str().expect("an id").to_owned()).collect();
            assert_eq!(group["count"], users.len(), "{name}");
            users
        };
        assert_eq!((&preview["totalUsers"], &preview["isActive"]), (&json!(10), &json!(true)));
        assert_eq!(group("enter"), ["u2"]);
        assert_eq!(group("leave"), ["u5", "u6"]);
        assert_eq!(group("stay"), ["u0", "u7", "u8"]);

        let saved = api.call("adminAudience.updateCustomSegment", merged(edit, json!({"name": "Streak", "version": 1}))).await;
        let saved = saved.expect("it is saved");
        assert_eq!((&saved["entered"], &saved["left"]), (&json!(1), &json!(2)));
        assert_eq!(world.members(&format!("custom:{value}")).await, ["u0", "u2", "u7", "u8"]);
    }

    async fn preview_segment_change_counts_changes_of_dependants(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 7).await;
        let within = make(&api, in_all_of("Within", &[&value])).await;
        let in_either = json!({"field": "segment", "operator": "in", "value": ["plan:pro", format!("custom:{within}")]});
        let streak = json!({"field": "currentStreak", "operator": "<", "value": 2});
        let outside = json!({"name": "Outside", "combineWith": "OR", "not": true, "criteria": [in_either, streak]});
        let outside = make(&api, outside).await;
        let asleep = make(&api, in_all_of("Asleep", &[&value])).await;
        api.call("adminAudience.setSegmentActive", json!({"segmentValue": asleep, "isActive": false})).await.expect("set");
        let about = json!({"userId": "u8", "segmentType": "custom", "segmentValue": within});
        api.call("adminAudience.removeUserFromSegment", about).await.expect("removed");
        let five = on_streak("Streak", 5);
        let edit = json!({"segmentValue": value, "combineWith": "AND", "criteria": five["criteria"]});
        let before = world.dump().await;

        for sample_size in [0, 10] {
            let edit = merged(edit.clone(), json!({"sampleSize": sample_size}));
            let preview = api.call(METHOD, edit).await.expect("a preview");
            assert_eq!((&preview["enter"]["count"], &preview["stay"]["count"]), (&json!(2), &json!(3)));
            assert_eq!(preview["dependants"], json!([
                {"id": format!("custom:{within}"), "name": "Within", "enter": 2, "leave": 0},
                {"id": format!("custom:{outside}"), "name": "Outside", "enter": 0, "leave": 2},
            ]));
        }
        assert_eq!(world.dump().await, before, "nothing is saved");

        // For an inactive segment: what would follow if it were active.
        api.call("adminAudience.setSegmentActive", json!({"segmentValue": value, "isActive": false})).await.expect("set");
        let preview = api.call(METHOD, edit).await.expect("a preview");
        assert_eq!((&preview["isActive"], &preview["dependants"][0]["enter"]), (&json!(false), &json!(2)));
    }

    async fn preview_segment_change_samples_have_the_requested_size(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 9).await;
        let edit = |size: u32| {
            let mut edit = merged(on_streak("", 0), json!({"segmentValue": value, "sampleSize": size}));
            edit.as_object_mut().expect("an object").remove("name");
            edit
        };
        for (size, shown) in [(0, 0), (3, 3), (50, 9)] {
            let preview = api.call(METHOD, edit(size)).await.expect("a preview");
            assert_eq!(preview["enter"]["sampleUsers"].as_array().map(Vec::len), Some(shown));
            assert_eq!(preview["enter"]["count"], 9);
        }
        assert_eq!(api.call(METHOD, edit(51)).await.expect_err("too many").code, -32602);
        let mut cycle: Json = edit(0);
        cycle["criteria"] = json!([{"field": "segment", "operator": "in", "value": [format!("custom:{value}")]}]);
        assert_eq!(api.call(METHOD, cycle).await.expect_err("a cycle").faults().len(), 1);
    }
}
