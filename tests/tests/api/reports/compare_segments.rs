//! `adminAudience.compareSegments`.

use integration_tests::{Api, World, at, example_world::ASKED_AT, on_both_databases, options, streaks::merged};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.compareSegments";

async fn example(world: &World) -> Api {
    world.play_example().await;
    Api::at(world, at(ASKED_AT), options()).await
}

async fn ask(api: &Api, more: Json) -> Json {
    let params = json!({
        "a": "plan:pro", "b": "plan:free", "activity": ["quizzes", "events"], "from": "2026-03-02", "to": "2026-03-22",
    });
    api.call(METHOD, merged(params, more)).await.expect("figures")
}

on_both_databases! {
    async fn compared_segments_stand_side_by_side(world: World) {
        let api = example(&world).await;
        let answer = ask(&api, json!({})).await;
        assert_eq!((&answer["sizeAtStart"], &answer["size"]), (&json!({"a": 2, "b": 2}), &json!({"a": 2, "b": 4})));
        assert_eq!((&answer["entered"], &answer["left"]), (&json!({"a": 0, "b": 2}), &json!({"a": 0, "b": 0})));
        // u1 and u3 bought; of u2 and u4, u2 did.
        let active = &answer["activeMembers"];
        assert_eq!((&active["a"]["part"], &active["b"]["part"], &active["inBoth"]), (&json!(2), &json!(1), &json!(0)));
        assert_eq!(active["difference"]["points"], json!(50.0));
        // u1 paid 30 and 8 euros, u3 10. In euros, u2 got back what it paid, and u5 paid 20.
        assert_eq!(answer["netPerMember"]["a"], json!([{"currency": "EUR", "netMinor": 4_800, "perMemberMinor": 2_400}]));
        assert_eq!(answer["netPerMember"]["b"][0]["netMinor"], json!(2_000));
        assert_eq!((&answer["both"], answer.get("conversion")), (&json!(0), None));
    }

    async fn compared_segments_leave_users_of_both_out_of_differences(world: World) {
        let api = example(&world).await;
        let goal = json!({"a": "lifecycle:active", "b": "plan:free", "goal": {"purchase": {}}, "within": "7d"});
        let answer = ask(&api, merged(goal, json!({"from": "2026-03-08", "to": "2026-03-15"}))).await;
        // u2 is in both on the 8th, u2 and u5 in both on the 15th.
        assert_eq!((&answer["inBoth"], &answer["both"]), (&json!(1), &json!(2)));
        let active = &answer["activeMembers"];
        assert_eq!((&active["a"]["of"], &active["b"]["of"], &active["difference"]), (&json!(1), &json!(3), &json!(null)));
        // u3, u5 and u1 entered active, and u6 entered free.
        let conversion = &answer["conversion"];
        assert_eq!((&conversion["a"], &conversion["inBoth"]), (
            &json!({"part": 1, "of": 3, "percent": 33.33, "low": 6.15, "high": 79.23}), &json!(0),
        ));
        assert_eq!((&answer["goal"], &answer["within"]), (&json!({"purchase": {}}), &json!("7d")));
    }

    async fn compared_segments_have_no_numbers_from_before_their_history(world: World) {
        let api = example(&world).await;
        let answer = ask(&api, json!({"from": "2026-02-01", "to": "2026-02-20"})).await;
        for figure in ["sizeAtStart", "size", "entered", "left"] {
            assert_eq!(answer[figure], json!({"a": null, "b": null}), "{figure}");
        }
        assert_eq!(answer["notes"][0]["kind"], "historyBegins");
    }

    async fn compared_segments_are_refused_with_every_fault(world: World) {
        let api = example(&world).await;
        for (params, expected) in [
            (
                json!({"a": "plan:pro", "b": "plan:pro", "within": "3d", "from": "2026-03-02", "to": "2026-03-01"}),
                vec![
                    "b: expected another segment than a",
                    "within: can only be used with a goal",
                    "from: expected an instant before to",
                ],
            ),
            (
                json!({"a": "plan:gold", "b": "custom:none", "from": "2026-03-01", "to": "2026-03-02"}),
                vec!["a: names no segment", "b: names no segment"],
            ),
            (
                json!({"a": "plan:pro", "b": "plan:free", "from": "2026-04-01", "to": "2026-04-02"}),
                vec!["from: expected a time that is not in the future"],
            ),
            (
                json!({"a": "plan:pro", "b": "plan:free", "from": "2026-03-09", "to": "2026-03-12", "asOf": "2026-03-08"}),
                vec!["from: expected a time that is not after asOf"],
            ),
            (
                json!({
                    "a": "plan:pro", "b": "plan:free", "goal": {"event": "a b"}, "goalId": "x", "within": "1y",
                    "from": "2026-03-01", "to": "2026-03-02",
                }),
                vec![
                    "goalId: cannot be used with goal",
                    "goal.event: expected 1 to 64 characters of a-z, 0-9, _, . and -",
                    "within: expected a span up to 90d, such as 14d or 12h",
                ],
            ),
        ] {
            assert_eq!(api.call(METHOD, params.clone()).await.expect_err("a refusal").faults(), expected, "{params}");
        }
    }
}
