//! `adminAudience.updateCustomSegment`.

use domain::run::RunMode;
use std::sync::Mutex;

use integration_tests::{
    Api, World, now, on_both_databases,
    streaks::{in_all_of, make, make_on_streak, merged, on_streak, world_of_streaks},
    user,
};
use segmentation_engine::run::{Observer, RunOptions, run};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.updateCustomSegment";

/// Saves an edit once while a run has evaluated users and not yet written the changes.
struct SavesMeanwhile {
    url: String,
    edit: Mutex<Option<Json>>,
}

impl Observer for SavesMeanwhile {
    fn evaluated(&self, _users: u64, _of: u64) {
        let Some(edit) = self.edit.lock().expect("the edit").take() else { return };
        let url = self.url.clone();
        // On another thread, since this one belongs to the run.
        let save = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let api = Api::new(&World::open(&url).await).await;
                api.call(METHOD, edit).await.expect("it is saved");
            });
        });
        save.join().expect("the save comes to its end");
    }
}

on_both_databases! {
    async fn update_custom_segment_is_not_undone_by_an_active_run(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 7).await;
        let within = make(&api, in_all_of("Within", &[&value])).await;
        // The run is about to remove u9 from both and add u0.
        let mut u0 = user("u0");
        u0.current_streak = 8;
        world.users(&[u0, user("u9")]).await;
        let edit = merged(on_streak("Streak", 5), json!({"segmentValue": value, "version": 1}));
        let observer = SavesMeanwhile { url: world.test_database.url.clone(), edit: Mutex::new(Some(edit)) };

        run(world.database(), &RunOptions::at(now()), &observer).await.expect("the run comes to its end");

        let saved = ["u0", "u5", "u6", "u7", "u8"];
        assert_eq!(world.members(&format!("custom:{value}")).await, saved, "as the save left them");
        assert_eq!(world.members(&format!("custom:{within}")).await, saved, "these, too");
        let incremental = RunOptions { mode: RunMode::Incremental, ..RunOptions::at(now()) };
        let report = world.run_with(&incremental).await;
        assert_eq!((report.entered, report.left), (0, 0));
    }

    async fn update_custom_segment_updates_its_dependants(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 7).await;
        let within = make(&api, in_all_of("Within", &[&value])).await;
        let outside = json!({
            "name": "Outside", "combineWith": "AND", "not": true,
            "criteria": [{"field": "segment", "operator": "in", "value": [format!("custom:{within}")]}],
        });
        let outside = make(&api, outside).await;
        let asleep = make(&api, in_all_of("Asleep", &[&value])).await;
        let behind = make(&api, in_all_of("Behind", &[&asleep])).await;
        api.call("adminAudience.setSegmentActive", json!({"segmentValue": asleep, "isActive": false})).await.expect("set");
        let about = json!({"userId": "u8", "segmentType": "custom", "segmentValue": within});
        api.call("adminAudience.addUserToSegment", about).await.expect("added");
        world.run(now()).await;

        let change = merged(on_streak("Streak", 9), json!({"segmentValue": value, "version": 1}));
        let saved = api.call(METHOD, change).await.expect("it is saved");

        assert_eq!(saved["dependants"], json!([
            {"id": format!("custom:{within}"), "name": "Within", "entered": 0, "left": 1},
            {"id": format!("custom:{outside}"), "name": "Outside", "entered": 1, "left": 0},
        ]));
        assert_eq!(world.members(&format!("custom:{within}")).await, ["u8", "u9"], "as an admin decided");
        let outsiders = ["u0", "u1", "u2", "u3", "u4", "u5", "u6", "u7"];
        assert_eq!(world.members(&format!("custom:{outside}")).await, outsiders);
        for kept in [asleep, behind] {
            assert_eq!(world.members(&format!("custom:{kept}")).await, ["u7", "u8", "u9"], "those of inactive ones stay");
        }
        let events = "SELECT segment_value, entered, cause, actor FROM segment_event \
                      JOIN segment ON segment.id = segment_id ORDER BY no DESC LIMIT 4";
        let event = |value: &String, entered: bool| {
            (value.clone(), entered, "segment_saved".to_owned(), "token:test ADMIN".to_owned())
        };
        // Each shard has the events of its users.
        let mut expected = [event(&outside, true), event(&within, false), event(&value, false), event(&value, false)];
        let mut events = world.query::<(String, bool, String, String)>(events).await;
        expected.sort();
        events.sort();
        assert_eq!(events, expected);
        let detail = "SELECT CAST(detail AS TEXT) FROM audit_log ORDER BY no DESC LIMIT 1";
        let detail: Json = world.query::<(String,)>(detail).await[0].0.parse().expect("JSON");
        assert_eq!(detail["dependants"][format!("custom:{within}")], json!({"entered": 0, "left": 1}));
        world.verify().await;
        let report = world.run(now()).await;
        assert_eq!((report.entered, report.left), (0, 0), "a run finds nothing to change");
    }

    async fn update_custom_segment_updates_members_before_it_returns(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 7).await;
        let key = format!("custom:{value}");

        let change = merged(on_streak("Long streak", 9), json!({"segmentValue": value, "version": 1, "description": "9 days"}));
        let saved = api.call(METHOD, change).await.expect("it is saved");

        assert_eq!((&saved["version"], &saved["entered"], &saved["left"]), (&json!(2), &json!(0), &json!(2)));
        let segment = &saved["segment"];
        assert_eq!((&segment["name"], &segment["description"], &segment["userCount"]), (&json!("Long streak"), &json!("9 days"), &json!(1)));
        assert_eq!(world.members(&key).await, ["u9"]);

        let back = merged(on_streak("LONG STREAK", 8), json!({"segmentValue": value, "version": 2}));
        let saved = api.call(METHOD, back).await.expect("a name may change its case");
        assert_eq!((&saved["version"], &saved["entered"], &saved["left"]), (&json!(3), &json!(1), &json!(0)));
        assert_eq!((&saved["segment"]["description"], world.members(&key).await), (&json!(""), vec!["u8".into(), "u9".into()]));
        world.verify().await;
        let report = world.run(now()).await;
        assert!(!report.by_segment.keys().any(|segment| segment.to_string() == key), "a run finds nothing to change");
        let audit = "SELECT action, target FROM audit_log ORDER BY no DESC LIMIT 1";
        assert_eq!(world.query::<(String, String)>(audit).await, [("updateCustomSegment".into(), format!("segment {key}"))]);
    }

    async fn update_custom_segment_keeps_overrides(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 7).await;
        let about = |user: &str| json!({"userId": user, "segmentType": "custom", "segmentValue": value});
        api.call("adminAudience.removeUserFromSegment", about("u9")).await.expect("removed");
        api.call("adminAudience.addUserToSegment", about("u0")).await.expect("added");

        let change = merged(on_streak("Streak", 5), json!({"segmentValue": value, "version": 1}));
        let saved = api.call(METHOD, change).await.expect("it is saved");

        assert_eq!((&saved["entered"], &saved["left"]), (&json!(2), &json!(0)));
        assert_eq!(world.members(&format!("custom:{value}")).await, ["u0", "u5", "u6", "u7", "u8"]);
        world.verify().await;
    }

    async fn update_custom_segment_refuses_an_outdated_version(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 7).await;
        let change = |days| merged(on_streak("Streak", days), json!({"segmentValue": value, "version": 1}));
        api.call(METHOD, change(8)).await.expect("the first is saved");
        let before = world.dump().await;
        let refused = api.call(METHOD, change(9)).await.expect_err("the second is too late");
        assert_eq!((refused.code, refused.message.as_str()), (-32049, "The segment has been changed in the meantime"));
        assert_eq!(refused.data, json!({"version": 2}));
        assert_eq!(world.dump().await, before);
    }

    async fn update_custom_segment_refuses_a_taken_name_in_any_case(world: World) {
        let api = Api::new(&world).await;
        make_on_streak(&api, "Straße", 7).await;
        let value = make_on_streak(&api, "Other", 7).await;
        let change = merged(on_streak("STRASSE", 7), json!({"segmentValue": value, "version": 1}));
        let refused = api.call(METHOD, change).await.expect_err("the name is taken");
        assert_eq!((refused.code, &refused.data), (-32049, &json!({"name": "STRASSE"})));
    }

    async fn update_custom_segment_refuses_cycles_and_shows_them(world: World) {
        let api = Api::new(&world).await;
        let first = make_on_streak(&api, "First", 7).await;
        let second = make(&api, in_all_of("Second", &[&first])).await;
        let third = make(&api, in_all_of("Third", &[&second])).await;
        let free = make_on_streak(&api, "Free", 7).await;
        let change = |values: &[&str]| merged(in_all_of("First", values), json!({"segmentValue": first, "version": 1}));

        let refused = api.call(METHOD, change(&[&free, &first, &third])).await.expect_err("two cycles");

        assert_eq!(refused.code, -32602);
        let expected = "expected a segment that does not refer to this one";
        assert_eq!(refused.faults(), [
            format!("criteria[1].value[0]: {expected}, found \"custom:{first}\", which is the segment itself"),
            format!(
                "criteria[2].value[0]: {expected}, found \"custom:{third}\", which refers to \"custom:{second}\", \
                 which refers to \"custom:{first}\""
            ),
        ]);
        api.call(METHOD, change(&[&free])).await.expect("no cycle");
    }

    async fn update_custom_segment_of_an_inactive_one_keeps_its_members(world: World) {
        world_of_streaks(&world).await;
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 7).await;
        let inactive = json!({"segmentValue": value, "isActive": false});
        api.call("adminAudience.setSegmentActive", inactive).await.expect("it is set");
        let change = merged(on_streak("Streak", 9), json!({"segmentValue": value, "version": 1}));
        let saved = api.call(METHOD, change).await.expect("it is saved");
        assert_eq!((&saved["version"], &saved["left"], &saved["segment"]["userCount"]), (&json!(2), &json!(0), &json!(3)));
        assert_eq!(world.members(&format!("custom:{value}")).await, ["u7", "u8", "u9"]);
    }

    async fn update_custom_segment_names_all_faults_at_once(world: World) {
        let api = Api::new(&world).await;
        let value = make_on_streak(&api, "Streak", 7).await;
        let params = json!({
            "segmentValue": value, "version": 1, "name": "  ", "combineWith": "AND",
            "criteria": [{"field": "level", "operator": "contains", "value": 1}, {"field": "plam", "operator": "in"}],
        });
        let refused = api.call(METHOD, params).await.expect_err("three faults");
        let paths: Vec<_> = refused.faults().iter().map(|fault| fault.split(':').next().expect("a path").to_owned()).collect();
        assert_eq!(paths[0], "name");
        assert!(paths.contains(&"criteria[0].operator".into()) && paths.contains(&"criteria[1].field".into()), "{paths:?}");
        let unknown = merged(on_streak("Streak", 9), json!({"segmentValue": "no-such", "version": 1}));
        assert_eq!(api.call(METHOD, unknown).await.expect_err("there is none").code, -32044);
    }
}
