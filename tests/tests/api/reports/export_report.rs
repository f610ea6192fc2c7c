//! `adminAudience.exportReport`.

use integration_tests::{Api, World, at, example_world::ASKED_AT, on_both_databases, options};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.exportReport";

async fn example(world: &World) -> Api {
    world.play_example().await;
    Api::at(world, at(ASKED_AT), options()).await
}

async fn csv(api: &Api, params: Json) -> Vec<String> {
    let answer = api.call(METHOD, params).await.expect("a table");
    answer["csv"].as_str().expect("a text").lines().map(str::to_owned).collect()
}

on_both_databases! {
    async fn report_csv_has_the_numbers_of_the_answer(world: World) {
        let api = example(&world).await;
        let params = json!({
            "segment": "lifecycle:inactive", "goal": {"purchase": {}}, "within": "7d", "from": "2026-03-02", "to": "2026-03-22",
        });
        assert_eq!(csv(&api, json!({"report": "getSegmentConversion", "params": params})).await, [
            "start,complete,entered,part,of,percent,low,high,pending",
            "2026-03-02T00:00:00Z,true,1,1,1,100.00,20.65,100.00,0",
            "2026-03-09T00:00:00Z,true,0,0,0,,,,0",
            "2026-03-16T00:00:00Z,true,2,0,1,0.00,0.00,79.35,1",
        ]);
        let revenue = json!({"report": "getSegmentConversion", "params": params, "table": "revenueWithin"});
        assert_eq!(csv(&api, revenue).await, ["currency,minor,perEntrantMinor", "EUR,-2000,-1000"]);
        let flow = json!({"report": "getSegmentFlow", "params": {"at": ["2026-03-08", "2026-03-22"]}, "table": "moves"});
        assert_eq!(csv(&api, flow).await, ["from,to,entered,left", "2026-03-08T00:00:00Z,2026-03-22T00:00:00Z,7,6"]);
        let overlap = json!({"report": "getSegmentOverlap", "params": {"segments": ["lifecycle:active", "plan:pro"]}});
        assert_eq!(csv(&api, overlap).await[1], "lifecycle:active,plan:pro,2,2,3,66.67,2,3,66.67,2,2,100.00");
        let users = json!({
            "report": "compareAsOf", "table": "users",
            "params": {"segment": "lifecycle:active", "a": "2026-03-08", "b": "2026-03-22", "show": "onlyA"},
        });
        assert_eq!(csv(&api, users).await, ["userId", "u2"]);
    }

    async fn report_csv_is_named_after_report_segments_and_table(world: World) {
        let api = example(&world).await;
        let conversion = json!({
            "segment": "lifecycle:inactive", "goal": {"purchase": {}}, "from": "2026-03-02", "to": "2026-03-22",
        });
        let compared = json!({"a": "plan:pro", "b": "plan:free", "from": "2026-03-02", "to": "2026-03-22"});
        for (asked, name) in [
            (
                json!({"report": "getSegmentConversion", "params": conversion}),
                "conversion-lifecycle-inactive-byPeriod-2026-03-24.csv",
            ),
            (
                json!({"report": "compareSegments", "params": compared, "table": "rates"}),
                "comparison-plan-pro-plan-free-rates-2026-03-24.csv",
            ),
            (
                json!({"report": "getSegmentOverlap", "params": {"segments": ["plan:pro", "plan:free"]}}),
                "overlap-pairs-2026-03-24.csv",
            ),
        ] {
            assert_eq!(api.call(METHOD, asked).await.expect("a table")["filename"], name);
        }
    }

    async fn report_csv_goes_on_record_with_its_params(world: World) {
        let api = example(&world).await;
        let params = json!({"segments": ["lifecycle:active", "plan:pro"]});
        csv(&api, json!({"report": "getSegmentOverlap", "params": params, "table": "segments"})).await;
        let log = api.call("adminAudience.getAuditLog", json!({"limit": 1})).await.expect("the log");
        let entry = &log["entries"][0];
        assert_eq!(entry["action"], "exportReport");
        assert_eq!(entry["detail"], json!({
            "report": "getSegmentOverlap", "params": params, "table": "segments", "rowCount": 2,
        }));
    }

    async fn report_csv_refuses_invalid_params_below_their_path(world: World) {
        let api = example(&world).await;
        let segments = json!({"segments": ["plan:pro", "plan:free"]});
        for (params, expected) in [
            (
                json!({"report": "getSegmentOverlap", "params": {"segments": ["plan:pro", "plan:gold"]}}),
                vec!["params.segments[1]: names no segment"],
            ),
            (json!({"report": "getSegmentOverlap", "params": {}}), vec!["params.segments: is missing"]),
            (
                json!({"report": "getSegmentOverlap", "params": segments, "table": "all"}),
                vec!["table: expected one of pairs, combinations, segments"],
            ),
        ] {
            let error = api.call(METHOD, params.clone()).await.expect_err("a refusal");
            assert_eq!(error.faults(), expected, "{params}");
        }
    }
}
