//! `adminAudience.getSegmentOverlap`.

use std::time::Duration;

use integration_tests::{Api, World, at, example_world::ASKED_AT, on_both_databases, options};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getSegmentOverlap";
const FOUR: [&str; 4] = ["lifecycle:active", "lifecycle:inactive", "plan:pro", "plan:free"];

async fn example(world: &World) -> Api {
    world.play_example().await;
    Api::at(world, at(ASKED_AT), options()).await
}

/// `a b: both, percent of a, percent of b` of each pair with common members.
fn pairs(answer: &Json) -> Vec<String> {
    let text = |pair: &Json| {
        let [a, b] = ["a", "b"].map(|end| pair[end].as_str().and_then(|id| id.split_once(':')).expect("an id").1);
        format!("{a} {b}: {}, {}, {}", pair["both"], pair["ofRow"]["percent"], pair["ofColumn"]["percent"])
    };
    let pairs = answer["pairs"].as_array().expect("pairs").iter();
    pairs.filter(|pair| pair["both"] != 0).map(text).collect()
}

on_both_databases! {
    async fn overlap_of_the_example_is_exact(world: World) {
        let api = example(&world).await;
        for at in [json!("2026-03-22T00:00:00Z"), json!("2026-03-22"), json!(null)] {
            let answer = api.call(METHOD, json!({"segments": FOUR, "at": at})).await.expect("figures");
            let sizes: Vec<_> = answer["segments"].as_array().expect("sizes").iter().map(|it| it["size"].clone()).collect();
            assert_eq!(sizes, [3, 2, 2, 4]);
            assert_eq!(pairs(&answer), [
                "active pro: 2, 66.67, 100.0",
                "active free: 1, 33.33, 25.0",
                "inactive free: 2, 100.0, 50.0",
            ]);
            assert_eq!(answer["pairs"].as_array().map(Vec::len), Some(6), "every pair once");
            assert_eq!(answer["pairs"][1]["jaccard"], json!({"part": 2, "of": 3, "percent": 66.67}));
            assert_eq!(answer["contained"], json!([
                {"inner": "lifecycle:inactive", "outer": "plan:free"},
                {"inner": "plan:pro", "outer": "lifecycle:active"},
            ]));
            assert_eq!(answer["combinations"], json!([
                {"segments": ["lifecycle:active", "plan:pro"], "users": 2},
                {"segments": ["lifecycle:inactive", "plan:free"], "users": 2},
                {"segments": ["lifecycle:active", "plan:free"], "users": 1},
                {"segments": ["plan:free"], "users": 1},
            ]));
            assert_eq!((&answer["none"], &answer["population"]), (&json!(0), &json!(6)));
            assert_eq!((&answer["restUsers"], &answer["restCombinations"]), (&json!(0), &json!(0)));
            assert_eq!(answer["historyFrom"], "2026-03-01T00:00:00Z");
            assert_eq!(answer["notes"], json!([]));
        }
    }

    async fn overlap_of_the_past_is_that_of_the_members_then(world: World) {
        let api = example(&world).await;
        let segments = ["lifecycle:new", "lifecycle:active"];
        for (at, sizes, none, population) in [
            // u3 and u4 are in neither, u5 and u6 are not there yet.
            ("2026-03-01", [0, 2], 2, 4),
            ("2026-03-04T23:59:59.999999Z", [0, 2], 3, 5),
            // At the very instant of the run that found u5.
            ("2026-03-05", [1, 2], 2, 5),
            ("2026-03-11T12:00:00Z", [2, 2], 2, 6),
        ] {
            let answer = api.call(METHOD, json!({"segments": segments, "at": at})).await.expect("figures");
            let found = [0, 1].map(|place| answer["segments"][place]["size"].clone());
            assert_eq!(found, sizes.map(Json::from), "{at}");
            assert_eq!((&answer["none"], &answer["population"]), (&json!(none), &json!(population)), "{at}");
        }
    }

    async fn overlap_keeps_users_erased_since_in_the_past(world: World) {
        let api = example(&world).await;
        world.erase_at(at(ASKED_AT), "u2").await;
        let ask = async |at: Json| {
            let answer = api.call(METHOD, json!({"segments": FOUR, "at": at})).await.expect("figures");
            (answer["segments"][0]["size"].clone(), answer["population"].clone())
        };
        assert_eq!(ask(json!("2026-03-10")).await, (json!(2), json!(5)));
        assert_eq!(ask(json!(null)).await, (json!(3), json!(5)));
    }

    async fn overlap_refuses_invalid_params_with_every_fault(world: World) {
        let api = example(&world).await;
        let faults = async |params: Json| api.call(METHOD, params).await.expect_err("a refusal").faults();
        for (params, expected) in [
            (json!({"segments": ["plan:pro"]}), vec!["segments: expected at least 2 items"]),
            (json!({"segments": ["plan:pro", "plan:free", "plan:pro"]}), vec!["segments[2]: is there twice"]),
            (
                json!({"segments": ["plan:pro", "plan:gold", "custom:none"]}),
                vec!["segments[1]: names no segment", "segments[2]: names no segment"],
            ),
            (
                json!({"segments": ["plan:pro", "plan:pro"], "at": "tomorrow"}),
                vec![
                    "segments[1]: is there twice",
                    "at: expected an RFC 3339 time, or a date such as 2026-03-01",
                ],
            ),
            (
                json!({"segments": FOUR, "at": "2026-03-24T00:00:00.000001Z"}),
                vec!["at: expected a time that is not in the future"],
            ),
        ] {
            assert_eq!(faults(params.clone()).await, expected, "{params}");
        }
    }

    async fn overlap_before_the_history_has_nobody_and_says_so(world: World) {
        let api = example(&world).await;
        let params = json!({"segments": ["plan:pro", "plan:free"], "at": "2026-02-28"});
        let answer = api.call(METHOD, params).await.expect("figures");
        assert_eq!((&answer["combinations"], &answer["population"]), (&json!([]), &json!(4)));
        assert_eq!(answer["notes"], json!([
            {"kind": "historyBegins", "segment": "plan:pro", "at": "2026-03-01T00:00:00Z"},
            {"kind": "historyBegins", "segment": "plan:free", "at": "2026-03-01T00:00:00Z"},
        ]));
    }

    async fn overlap_without_a_run_is_empty(world: World) {
        let api = Api::new(&world).await;
        let answer = api.call(METHOD, json!({"segments": FOUR})).await.expect("figures");
        assert_eq!((&answer["population"], &answer["historyFrom"]), (&json!(0), &json!(null)));
        assert_eq!(answer["pairs"][0]["jaccard"], json!({"part": 0, "of": 0, "percent": null}));
        assert_eq!((&answer["contained"], &answer["combinations"]), (&json!([]), &json!([])));
    }

    async fn report_that_takes_too_long_says_so(world: World) {
        world.play_example().await;
        let api = Api::reporting(&world, at(ASKED_AT), Duration::ZERO).await;
        let error = api.call(METHOD, json!({"segments": FOUR})).await.expect_err("no time");
        assert!(error.code == -32054 || error.code == -32053, "{error:?}");
    }
}
