//! `adminAudience.getCohorts`.

use integration_tests::{Api, World, at, event, example_world::ASKED_AT, on_both_databases, options, streaks::merged};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getCohorts";

async fn example(world: &World) -> Api {
    world.play_example().await;
    Api::at(world, at(ASKED_AT), options()).await
}

/// Of those who registered in two weeks, who bought later.
async fn ask(api: &Api, more: Json) -> Json {
    let params = json!({
        "start": "registered", "measure": "purchase", "columns": 4, "from": "2026-03-02", "to": "2026-03-16",
    });
    api.call(METHOD, merged(params, more)).await.expect("figures")
}

/// Size and cells of each cohort.
fn shown(answer: &Json) -> Vec<String> {
    let cell = |cell: &Json| match (&cell["retained"], &cell["complete"]) {
        (Json::Null, _) => "null".to_owned(),
        (rate, Json::Bool(true)) => rate["part"].to_string(),
        (rate, _) => format!("{}…", rate["part"]),
    };
    let row = |row: &Json| {
        let cells: Vec<_> = row["cells"].as_array().expect("cells").iter().map(cell).collect();
        format!("{}: {}", row["size"], cells.join(" "))
    };
    answer["cohorts"].as_array().expect("cohorts").iter().map(row).collect()
}

on_both_databases! {
    async fn cohorts_of_the_example_are_exact(world: World) {
        let api = example(&world).await;
        let answer = ask(&api, json!({})).await;
        assert_eq!(shown(&answer), ["1: 0 1 0 0…", "1: 1 0 0… null"]);
        let half = json!({"part": 1, "of": 2, "percent": 50.0, "low": 9.45, "high": 90.55});
        let none = json!({"part": 0, "of": 1, "percent": 0.0, "low": 0.0, "high": 79.35});
        assert_eq!(answer["pooled"], json!([half, half, none, null]));
        assert_eq!(answer["notes"], json!([{"kind": "incompletePeriods", "count": 2}]));
        assert_eq!(shown(&ask(&api, json!({"mode": "onOrAfter"})).await), ["1: 1 1 0 null", "1: 1 0 null null"]);
    }

    async fn cohorts_count_columns_by_the_clock_of_each_user(world: World) {
        let api = example(&world).await;
        // u5 began on the 4th at 10:00 and bought on the 14th at 8:00; u6 bought seven hours after it began.
        let answer = ask(&api, json!({"clock": "own", "by": "day", "columns": 11, "from": "2026-03-04", "to": "2026-03-05"})).await;
        assert_eq!(shown(&answer), ["1: 0 0 0 0 0 0 0 0 0 1 0"]);
        // The last of the week could begin as late as the 16th, so its second week may last till the 30th.
        assert_eq!(shown(&ask(&api, json!({"clock": "own"})).await), ["1: 0 1 0… 0…", "1: 1 0… 0… null"]);
    }

    async fn cohorts_begin_with_the_first_of_all_times(world: World) {
        let api = example(&world).await;
        // u1 entered active on the 1st, which was the first time it was seen, and again on the 13th.
        let entered = json!({"start": "entered", "segment": "lifecycle:active", "from": "2026-03-01", "to": "2026-03-22"});
        assert_eq!(shown(&ask(&api, entered).await)[2], "3: 1 1 0… null", "u3, u5 and u1");
        let bought = json!({"start": "firstPurchase", "from": "2026-03-02", "to": "2026-03-22", "columns": 2});
        assert_eq!(shown(&ask(&api, bought).await), ["2: 2 0", "3: 3 0", "0: 0 0…"]);
        let none = json!({"start": "firstEvent", "name": "lesson"});
        assert_eq!(shown(&ask(&api, none).await), ["0: 0 0 0 0…", "0: 0 0 0… null"]);
    }

    async fn cohorts_measure_membership_when_a_column_ends(world: World) {
        let api = example(&world).await;
        // u5 became active on the 12th and inactive on the 20th; u6 active on the 18th.
        let answer = ask(&api, json!({"measure": "member", "segment": "lifecycle:active"})).await;
        assert_eq!(shown(&answer), ["1: 0 1 0 0…", "1: 0 1 1… null"]);
        assert_eq!(answer["historyFrom"], json!("2026-03-01T00:00:00Z"));
    }

    async fn cohorts_measure_activity_and_goals(world: World) {
        world.play_example().await;
        let lesson = domain::event::Event { occurred_at: at("2026-03-17T09:00:00Z"), ..event("u5", "e1", "lesson", 0, None) };
        world.record_events(&[lesson]).await;
        let api = Api::at(&world, at(ASKED_AT), options()).await;
        let goal = json!({"measure": "goal", "goal": {"event": "lesson"}});
        assert_eq!(shown(&ask(&api, goal).await), ["1: 0 0 1 0…", "1: 0 0 0… null"]);
        for clock in ["calendar", "own"] {
            let activity = json!({"measure": "activity", "activity": ["events"], "clock": clock, "columns": 2});
            assert_eq!(shown(&ask(&api, activity).await), if clock == "own" { ["1: 0 1", "1: 1 0…"] } else { ["1: 0 1", "1: 1 0"] });
        }
        let saved = json!({"name": "Lesson", "goal": {"event": "lesson"}});
        let saved = api.call("adminAudience.saveGoal", saved).await.expect("saved");
        let goal = json!({"measure": "goal", "goalId": saved["goal"]["id"]});
        assert_eq!(shown(&ask(&api, goal).await), ["1: 0 0 1 0…", "1: 0 0 0… null"]);
    }

    async fn cohorts_add_up_revenue(world: World) {
        let api = example(&world).await;
        let answer = ask(&api, json!({"measure": "revenue", "from": "2026-01-05", "to": "2026-01-12", "by": "month", "columns": 3})).await;
        // u1 to u4 bought for 30, 10, 50 and 8 euros in March, and got 50 back.
        let cells = &answer["cohorts"][0]["cells"];
        assert_eq!((&answer["cohorts"][0]["size"], &cells[1]["revenue"]), (&json!(4), &json!([])));
        assert_eq!(cells[2]["revenue"], json!([
            {"currency": "EUR", "netMinor": 4_800, "cumulatedMinor": 4_800, "perUserMinor": 1_200},
        ]));
        assert_eq!(cells[2]["retained"]["part"], json!(3));
    }

    async fn cohorts_leave_out_erased_users(world: World) {
        let api = example(&world).await;
        world.erase_at(at(ASKED_AT), "u5").await;
        let answer = ask(&api, json!({})).await;
        assert_eq!((shown(&answer), &answer["erased"]), (vec!["0: 0 0 0 0…".into(), "1: 1 0 0… null".into()], &json!(0)));
        let entered = json!({"start": "entered", "segment": "lifecycle:new"});
        let answer = ask(&api, entered).await;
        assert_eq!((&answer["erased"], &answer["cohorts"][0]["size"]), (&json!(1), &json!(0)));
    }

    async fn cohorts_are_refused_with_every_fault(world: World) {
        let api = example(&world).await;
        let range = |more: Json| merged(json!({"from": "2026-03-02", "to": "2026-03-16"}), more);
        for (params, expected) in [
            (
                json!({"start": "entered", "measure": "member", "columns": 27}),
                vec![
                    "columns: expected 1 to 26",
                    "segment: is required with the start entered and the measure member",
                ],
            ),
            (
                json!({"start": "firstEvent", "measure": "goal"}),
                vec!["name: is required with the start firstEvent", "goal: is required, unless goalId is given"],
            ),
            (json!({"start": "firstEvent", "measure": "purchase", "name": "a b"}), vec![
                "name: expected 1 to 64 characters of a-z, 0-9, _, . and -",
            ]),
            (
                json!({"start": "registered", "measure": "purchase", "segment": "plan:pro", "name": "lesson", "goal": {"quiz": {}}}),
                vec![
                    "segment: can only be used with the start entered and the measure member",
                    "name: can only be used with the start firstEvent",
                    "goal: can only be used with the measure goal",
                ],
            ),
        ] {
            let error = api.call(METHOD, range(params.clone())).await.expect_err("a refusal");
            assert_eq!(error.faults(), expected, "{params}");
        }
    }
}
