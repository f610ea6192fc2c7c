//! `adminAudience.getSegmentLift`.

use domain::{facts::random_bucket, ids::UserId};
use integration_tests::{Api, World, at, example_world::ASKED_AT, on_both_databases, options, streaks::merged};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getSegmentLift";

async fn example(world: &World) -> Api {
    world.play_example().await;
    Api::at(world, at(ASKED_AT), options()).await
}

async fn ask(api: &Api, more: Json) -> Json {
    let params = json!({
        "segment": "lifecycle:inactive", "holdout": [0, 49], "goal": {"purchase": {}}, "within": "7d",
        "from": "2026-03-02", "to": "2026-03-22",
    });
    api.call(METHOD, merged(params, more)).await.expect("figures")
}

on_both_databases! {
    async fn lift_splits_those_who_entered_by_their_bucket(world: World) {
        let api = example(&world).await;
        // u1 and u2 entered long enough ago, and u1 bought.
        let [one, two] = ["u1", "u2"].map(|id| random_bucket(&UserId(id.into())));
        let answer = ask(&api, json!({"holdout": [two, two]})).await;
        let shares = |group: &str| format!("{} of {}", answer[group]["part"], answer[group]["of"]);
        assert_ne!(one, two, "the example tells them apart");
        assert_eq!((shares("treated").as_str(), shares("holdout").as_str()), ("1 of 1", "0 of 1"));
        assert_eq!(answer["difference"]["points"], json!(100.0));
        assert_eq!((&answer["lift"], &answer["pending"]), (&json!(null), &json!(1)));
        assert_eq!(answer["entrants"], json!({"counted": 3, "firstSeen": 0, "definition": 0}));
        // One of three where one in a hundred is expected.
        assert_eq!(answer["balance"], json!({"chiSquare": 31.68, "unbalanced": true}));
        assert_eq!(answer["notes"], json!([{"kind": "unbalanced"}]));
    }

    async fn lift_without_a_holdout_that_entered_has_no_difference(world: World) {
        let api = example(&world).await;
        let answer = ask(&api, json!({"from": "2026-03-02", "to": "2026-03-03"})).await;
        assert_eq!((&answer["difference"], &answer["lift"]), (&json!(null), &json!(null)));
        assert_eq!(answer["balance"], json!({"chiSquare": null, "unbalanced": false}));
    }

    async fn lift_is_refused_with_every_fault(world: World) {
        let api = example(&world).await;
        let params = json!({"segment": "plan:pro", "holdout": [9, 3], "from": "2026-03-02", "to": "2026-03-01"});
        let error = api.call(METHOD, params).await.expect_err("a refusal");
        assert_eq!(error.faults(), [
            "holdout: expected the first and the last bucket, of 0 to 99",
            "goal: is required, unless goalId is given",
            "from: expected an instant before to",
        ]);
        for (holdout, fault) in [
            (json!([0, 99]), "holdout: expected buckets that leave some users outside"),
            (json!([0]), "holdout: expected at least 2 items"),
            (json!([0, 100]), "holdout: expected the first and the last bucket, of 0 to 99"),
        ] {
            let params = json!({
                "segment": "plan:pro", "holdout": holdout, "goal": {"purchase": {}}, "from": "2026-03-02", "to": "2026-03-03",
            });
            assert_eq!(api.call(METHOD, params).await.expect_err("a refusal").faults(), [fault]);
        }
    }

    async fn lift_tables_have_the_split_too(world: World) {
        let api = example(&world).await;
        let params = json!({
            "segment": "lifecycle:inactive", "holdout": [0, 49], "goal": {"purchase": {}}, "within": "7d",
            "from": "2026-03-02", "to": "2026-03-22",
        });
        let answer = api.call(METHOD, params.clone()).await.expect("figures");
        let export = json!({"report": "getSegmentLift", "params": params, "table": "entrants"});
        let export = api.call("adminAudience.exportReport", export).await.expect("a table");
        let chi_square = answer["balance"]["chiSquare"].as_f64().expect("a number");
        assert_eq!(export["csv"], format!(
            "counted,firstSeen,definition,pending,erased,chiSquare,unbalanced\r\n3,0,0,1,0,{chi_square:.3},false\r\n"
        ));
    }
}
