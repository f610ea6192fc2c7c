//! `adminAudience.getSegmentFlow`.

use integration_tests::{Api, World, at, example_world::ASKED_AT, on_both_databases, options};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getSegmentFlow";

async fn example(world: &World) -> Api {
    world.play_example().await;
    Api::at(world, at(ASKED_AT), options()).await
}

/// `from to: users` of every cell of a step that has users.
fn cells(answer: &Json, step: usize) -> Vec<String> {
    let states = answer["states"].as_array().expect("states");
    let name = |state: &Json| state.as_str().and_then(|id| id.rsplit(':').next()).expect("a state").to_owned();
    let mut cells = Vec::new();
    for (from, row) in states.iter().zip(answer["steps"][step]["matrix"].as_array().expect("rows")) {
        for (to, cell) in states.iter().zip(row.as_array().expect("cells")) {
            if cell["part"] != 0 {
                cells.push(format!("{} {}: {}", name(from), name(to), cell["part"]));
            }
        }
    }
    cells
}

on_both_databases! {
    async fn flow_of_the_example_is_exact(world: World) {
        let api = example(&world).await;
        let answer = api.call(METHOD, json!({"at": ["2026-03-08", "2026-03-22"]})).await.expect("figures");
        assert_eq!(answer["states"], json!([
            "lifecycle:new", "lifecycle:active", "lifecycle:inactive", "lifecycle:churned", "none", "multiple", "absent", "erased",
        ]));
        assert_eq!(cells(&answer, 0), [
            "new inactive: 1",
            "active inactive: 1",
            "inactive active: 2",
            "churned churned: 1",
            "absent active: 1",
        ]);
        assert_eq!(answer["steps"][0]["moves"], json!({"entered": 7, "left": 6}));
        assert_eq!(answer["population"], 6);
        let rate = &answer["steps"][0]["matrix"][2][1];
        assert_eq!((&rate["part"], &rate["of"], &rate["percent"]), (&json!(2), &json!(2), &json!(100.0)));
    }

    async fn flow_steps_fit_together(world: World) {
        let api = example(&world).await;
        let at = ["2026-03-01", "2026-03-05", "2026-03-11", "2026-03-16T12:00:00Z", "2026-03-24"];
        let answer = api.call(METHOD, json!({"family": "lifecycle", "at": at})).await.expect("figures");
        let steps = answer["steps"].as_array().expect("steps");
        let counts = |step: &Json| -> Vec<Vec<u64>> {
            let row = |row: &Json| row.as_array().expect("cells").iter().map(|cell| cell["part"].as_u64().expect("a count")).collect();
            step["matrix"].as_array().expect("rows").iter().map(row).collect()
        };
        assert_eq!(steps.len(), 4);
        for pair in steps.windows(2) {
            let (before, after) = (counts(&pair[0]), counts(&pair[1]));
            let columns: Vec<u64> = (0..8).map(|it| before.iter().map(|row| row[it]).sum()).collect();
            let rows: Vec<u64> = after.iter().map(|row| row.iter().sum()).collect();
            assert_eq!(columns, rows);
            assert_eq!(pair[0]["to"], pair[1]["from"]);
        }
        assert_eq!(cells(&answer, 0), ["active active: 2", "inactive inactive: 1", "churned churned: 1", "absent new: 1", "absent absent: 1"]);
    }

    async fn flow_of_overlapping_segments_has_multiple_and_none(world: World) {
        let api = example(&world).await;
        let params = json!({"segments": ["lifecycle:active", "plan:pro"], "at": ["2026-03-08", "2026-03-22"]});
        let answer = api.call(METHOD, params).await.expect("figures");
        assert_eq!(cells(&answer, 0), [
            "active none: 1",
            "pro multiple: 2",
            "none none: 2",
            "absent active: 1",
        ]);
    }

    async fn flow_shows_erased_users_as_erased(world: World) {
        let api = example(&world).await;
        world.erase_at(at(ASKED_AT), "u2").await;
        let later = Api::at(&world, at("2026-04-01T00:00:00Z"), options()).await;
        let answer = api.call(METHOD, json!({"at": ["2026-03-08", "2026-03-24"]})).await.expect("figures");
        assert_eq!(cells(&answer, 0)[1], "active erased: 1");
        let answer = later.call(METHOD, json!({"at": ["2026-03-25", "2026-03-30"]})).await.expect("figures");
        assert_eq!(answer["population"], 5, "nothing is known of erased users who are in none of the segments");
    }

    async fn flow_refuses_invalid_params_with_every_fault(world: World) {
        let api = example(&world).await;
        for (params, expected) in [
            (json!({"at": ["2026-03-08"]}), vec!["at: expected at least 2 items"]),
            (
                json!({"at": ["2026-03-08", "2026-03-08", "2026-03-30"]}),
                vec![
                    "at[1]: expected a time later than at[0]",
                    "at[2]: expected a time that is not in the future",
                ],
            ),
            (
                json!({"family": "plan", "segments": ["plan:pro", "plan:free"], "at": ["2026-03-08", "2026-03-09"]}),
                vec!["segments: cannot be used with family"],
            ),
            (json!({"family": "behavior", "at": ["2026-03-08", "2026-03-09"]}), vec!["family: expected one of \"plan\", \"lifecycle\""]),
        ] {
            let error = api.call(METHOD, params.clone()).await.expect_err("a refusal");
            assert_eq!(error.faults(), expected, "{params}");
        }
    }
}
