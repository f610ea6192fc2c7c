//! `adminAudience.listRuns`.

use domain::run::RunMode;
use integration_tests::{Api, ago, on_both_databases};
use segmentation_engine::run::RunOptions;
use serde_json::{Value as Json, json};

async fn list(api: &Api, params: Json) -> Vec<i64> {
    let answer = api.call("adminAudience.listRuns", params).await.expect("runs");
    let runs = answer["runs"].as_array().expect("runs");
    runs.iter().map(|run| run["runId"].as_i64().expect("an id")).collect()
}

on_both_databases! {
    async fn list_runs_is_newest_first_and_continues_before_a_run(world: World) {
        for day in (1..=25).rev() {
            world.run(ago(day)).await;
        }
        let api = Api::new(&world).await;
        let all = list(&api, json!({"limit": 100})).await;
        assert_eq!(all.len(), 25);
        assert!(all.is_sorted_by(|one, next| one > next));
        assert_eq!(list(&api, json!({})).await, all[..20]);
        assert_eq!(list(&api, json!({"limit": 3, "before": all[4]})).await, all[5..8]);
        assert_eq!(list(&api, json!({"before": all[24]})).await, [0_i64; 0]);
    }

    async fn list_runs_is_filtered_by_state_and_mode(world: World) {
        for (day, mode) in [(3, RunMode::Full), (2, RunMode::Incremental), (1, RunMode::Full)] {
            world.run_with(&RunOptions { mode, ..RunOptions::at(ago(day)) }).await;
        }
        let api = Api::new(&world).await;
        let all = list(&api, json!({})).await;
        world.execute(&format!("UPDATE segmentation_run SET state = 'failed' WHERE id = {}", all[2])).await;
        for (filter, expected) in [
            (json!({"mode": "full"}), vec![all[0], all[2]]),
            (json!({"state": "succeeded"}), vec![all[0], all[1]]),
            (json!({"state": "failed", "mode": "full"}), vec![all[2]]),
            (json!({"state": "failed", "mode": "incremental"}), vec![]),
            (json!({"mode": "full", "limit": 1}), vec![all[0]]),
        ] {
            assert_eq!(list(&api, filter.clone()).await, expected, "{filter}");
        }
    }

    async fn list_runs_refuses_invalid_params(world: World) {
        let api = Api::new(&world).await;
        for (params, path) in [
            (json!({"limit": 0}), "limit"),
            (json!({"limit": 101}), "limit"),
            (json!({"before": 0}), "before"),
            (json!({"before": "1"}), "before"),
        ] {
            let error = api.call("adminAudience.listRuns", params.clone()).await.expect_err("a refusal");
            assert_eq!(error.code, -32602, "{params}");
            assert!(error.faults()[0].starts_with(&format!("{path}: ")), "{params}: {:?}", error.faults());
        }
    }
}
