//! `adminAudience.getSegmentConversion`.

use integration_tests::{Api, World, at, event, example_world::ASKED_AT, on_both_databases, options, quiz, user};
use serde_json::{Value as Json, json};

use integration_tests::streaks::merged;

const METHOD: &str = "adminAudience.getSegmentConversion";

async fn example(world: &World) -> Api {
    world.play_example().await;
    Api::at(world, at(ASKED_AT), options()).await
}

/// Of those who became inactive, who bought within 7 days.
fn inactive_who_bought(more: Json) -> Json {
    let params = json!({
        "segment": "lifecycle:inactive", "goal": {"purchase": {}}, "within": "7d", "from": "2026-03-02", "to": "2026-03-22",
    });
    merged(params, more)
}

async fn ask(api: &Api, params: Json) -> Json {
    api.call(METHOD, params).await.expect("figures")
}

/// `part of whole, pending` of an answer.
fn shown(answer: &Json) -> String {
    let rate = &answer["conversion"];
    format!("{} of {}, {} pending", rate["part"], rate["of"], answer["pending"])
}

on_both_databases! {
    async fn conversion_of_the_example_is_exact(world: World) {
        let api = example(&world).await;
        let answer = ask(&api, inactive_who_bought(json!({"compare": ["before"]}))).await;
        assert_eq!(answer["entrants"], json!({"counted": 3, "firstSeen": 0, "definition": 0}));
        assert_eq!(answer["conversion"], json!({"part": 1, "of": 2, "percent": 50.0, "low": 9.45, "high": 90.55}));
        assert_eq!((&answer["pending"], &answer["pendingConverted"]), (&json!(1), &json!(0)));
        assert_eq!(answer["curve"], json!([0, 0, 1, 1, 1, 1, 1, 1]));
        assert_eq!(answer["timeToConvert"], json!({"lowerSeconds": 129_600, "medianSeconds": 129_600, "upperSeconds": 129_600}));
        assert_eq!(answer["before"], json!({
            "pairs": 2, "beforeOnly": 1, "afterOnly": 1,
            "difference": {"points": 0.0, "low": -100.0, "high": 100.0, "isClear": false},
        }));
        assert_eq!(answer["revenueWithin"], json!([{"currency": "EUR", "minor": -2_000, "perEntrantMinor": -1_000}]));
        let weeks = answer["byPeriod"].as_array().expect("weeks").iter();
        let weeks: Vec<_> = weeks.map(|week| format!("{} {} {}", week["start"], week["entered"], shown(week))).collect();
        assert_eq!(weeks, [
            r#""2026-03-02T00:00:00Z" 1 1 of 1, 0 pending"#,
            r#""2026-03-09T00:00:00Z" 0 0 of 0, 0 pending"#,
            r#""2026-03-16T00:00:00Z" 2 0 of 1, 1 pending"#,
        ]);
        assert_eq!((&answer["notes"], &answer["historyFrom"]), (&json!([]), &json!("2026-03-01T00:00:00Z")));
        assert_eq!((answer.get("others"), &answer["observational"]), (None, &json!(true)));
    }

    async fn conversion_counts_whose_time_is_over_to_the_microsecond(world: World) {
        let api = example(&world).await;
        for (as_of, expected) in [
            ("2026-03-23T00:00:00Z", "1 of 2, 1 pending"),
            ("2026-03-22T23:59:59.999999Z", "1 of 1, 2 pending"),
            // The range is cut: u2 has not entered yet.
            ("2026-03-15T00:00:00Z", "1 of 1, 0 pending"),
            ("2026-03-02T00:00:00Z", "0 of 0, 0 pending"),
        ] {
            let answer = ask(&api, inactive_who_bought(json!({"asOf": as_of}))).await;
            assert_eq!(shown(&answer), expected, "{as_of}");
        }
    }

    async fn conversion_leaves_out_users_seen_for_the_first_time_unless_asked(world: World) {
        let api = example(&world).await;
        let from = json!({"from": "2026-03-01"});
        let counted = ask(&api, inactive_who_bought(from.clone())).await;
        assert_eq!(counted["entrants"], json!({"counted": 3, "firstSeen": 1, "definition": 0}));
        let all = ask(&api, inactive_who_bought(merged(from, json!({"entries": "all"})))).await;
        // u3 bought 7 days and 9 hours after it was first seen.
        assert_eq!((&all["entrants"]["counted"], shown(&all)), (&json!(4), "1 of 3, 1 pending".into()));
    }

    async fn conversion_goal_counts_after_the_entry_and_at_the_end_of_the_time(world: World) {
        world.play_example().await;
        let at_entry = domain::event::Event { occurred_at: at("2026-03-16T00:00:00Z"), ..event("u2", "e1", "lesson", 0, None) };
        let at_end = domain::event::Event { occurred_at: at("2026-03-13T00:00:00Z"), ..event("u1", "e2", "lesson", 0, None) };
        let late = domain::event::Event { occurred_at: at("2026-03-23T00:00:00.000001Z"), ..event("u2", "e3", "lesson", 0, None) };
        world.record_events(&[at_entry, at_end, late]).await;
        let api = Api::at(&world, at(ASKED_AT), options()).await;
        let lesson = json!({"goal": {"event": "lesson"}});
        assert_eq!(shown(&ask(&api, inactive_who_bought(lesson.clone())).await), "1 of 2, 1 pending");
        // u1 had become active again at that instant.
        let member_only = merged(lesson.clone(), json!({"memberOnly": true}));
        assert_eq!(shown(&ask(&api, inactive_who_bought(member_only)).await), "0 of 2, 1 pending");
        // u2 had the goal when it entered.
        let new_only = merged(lesson, json!({"newOnly": true}));
        assert_eq!(shown(&ask(&api, inactive_who_bought(new_only)).await), "1 of 1, 1 pending");
    }

    async fn conversion_goals_of_all_kinds_are_found(world: World) {
        world.play_example().await;
        let quiz = |id, user| domain::profile::QuizAttempt { completed_at: at("2026-03-07T00:00:00Z"), ..quiz(user, id, "aws-saa-c03") };
        world.attempts(&[quiz(1, "u1")]).await;
        let api = Api::at(&world, at(ASKED_AT), options()).await;
        for (goal, expected) in [
            (json!({"purchase": {"minAmountMinor": 3_000, "currency": "EUR"}}), "1 of 2, 1 pending"),
            (json!({"purchase": {"minAmountMinor": 3_001}}), "0 of 2, 1 pending"),
            (json!({"purchase": {"currency": "USD"}}), "0 of 2, 1 pending"),
            (json!({"purchase": {"name": "purchase"}}), "1 of 2, 1 pending"),
            (json!({"purchase": {"name": "order"}}), "0 of 2, 1 pending"),
            (json!({"event": "purchase"}), "1 of 2, 1 pending"),
            (json!({"quiz": {}}), "1 of 2, 1 pending"),
            (json!({"quiz": {"provider": "aws", "certification": "AWS-SAA-C03"}}), "1 of 2, 1 pending"),
            (json!({"quiz": {"provider": "gcp"}}), "0 of 2, 1 pending"),
            (json!({"enter": "lifecycle:active"}), "1 of 2, 1 pending"),
            (json!({"enter": "lifecycle:churned"}), "0 of 2, 1 pending"),
        ] {
            let answer = ask(&api, inactive_who_bought(json!({"goal": goal}))).await;
            assert_eq!(shown(&answer), expected, "{goal}");
        }
    }

    async fn conversion_compares_with_everybody_else_at_the_same_times(world: World) {
        let api = example(&world).await;
        let answer = ask(&api, inactive_who_bought(json!({"compare": ["others"], "segment": "lifecycle:new"}))).await;
        // u5 and u6 entered on the 5th and the 11th. Of the others those count who existed at the instant of their bucket.
        assert_eq!(shown(&answer), "0 of 2, 0 pending");
        let others = &answer["others"]["conversion"];
        assert_eq!(others["of"], 4, "u1 to u4: {others}");
        let answer = ask(&api, inactive_who_bought(json!({"compare": ["others"]}))).await;
        // u1, u2 and u5 entered, u3 was inactive at the first of their instants, and u6 was created later than that.
        assert!(answer["others"]["conversion"]["of"].as_u64().is_some_and(|of| of <= 3), "{}", answer["others"]);
    }

    async fn conversion_inside_and_outside_is_counted_in_time(world: World) {
        let api = example(&world).await;
        let params = json!({"compare": ["insideOutside"], "from": "2026-03-01"});
        let answer = ask(&api, inactive_who_bought(params)).await;
        let found = |side: &str| {
            let side = &answer["insideOutside"][side];
            format!("{} in {}: {}", side["occurrences"], side["days"], side["perThousandDays"])
        };
        assert_eq!((found("inside").as_str(), found("outside").as_str()), ("2 in 23.0: 86.957", "4 in 90.25: 44.321"));
    }

    async fn conversion_per_entry_counts_every_one(world: World) {
        let api = example(&world).await;
        let params = json!({"segment": "lifecycle:active", "entries": "all", "from": "2026-03-01"});
        let users = ask(&api, inactive_who_bought(params.clone())).await;
        let entries = ask(&api, inactive_who_bought(merged(params, json!({"per": "entry"})))).await;
        // u1 entered twice.
        assert_eq!((&users["entrants"]["counted"], &entries["entrants"]["counted"]), (&json!(5), &json!(6)));
    }

    async fn conversion_leaves_out_erased_users_and_says_so(world: World) {
        let api = example(&world).await;
        world.erase_at(at(ASKED_AT), "u1").await;
        let answer = ask(&api, inactive_who_bought(json!({}))).await;
        assert_eq!((shown(&answer).as_str(), &answer["erased"]), ("0 of 1, 1 pending", &json!(1)));
        assert_eq!(answer["notes"].as_array().and_then(|notes| notes.last()), Some(&json!({"kind": "erasedUsers", "count": 1})));
    }

    async fn conversion_notes_what_a_reader_must_know(world: World) {
        let api = example(&world).await;
        let params = json!({"goal": {"event": "never"}, "from": "2026-02-20", "to": "2026-04-01"});
        let answer = ask(&api, inactive_who_bought(params)).await;
        assert_eq!(answer["notes"], json!([
            {"kind": "historyBegins", "segment": "lifecycle:inactive", "at": "2026-03-01T00:00:00Z"},
            {"kind": "goalBegins", "at": null},
            {"kind": "cutToHorizon"},
            {"kind": "incompletePeriods", "count": 1},
        ]));
    }

    async fn conversion_goal_begins_with_the_first_entry_that_counts(world: World) {
        let api = example(&world).await;
        // u3 and u4 were seen for the first time on the 1st; the first who became active did so on the 9th.
        let params = json!({"segment": "lifecycle:new", "goal": {"enter": "lifecycle:active"}, "within": "24h", "from": "2026-03-05"});
        let answer = ask(&api, inactive_who_bought(params)).await;
        assert_eq!(answer["notes"], json!([{"kind": "goalBegins", "at": "2026-03-09T00:00:00Z"}]));
    }

    async fn conversion_of_nobody_is_null(world: World) {
        world.users(&[user("a")]).await;
        let api = Api::at(&world, at(ASKED_AT), options()).await;
        let answer = ask(&api, inactive_who_bought(json!({"compare": ["before", "others", "insideOutside"]}))).await;
        assert_eq!(answer["conversion"], json!({"part": 0, "of": 0, "percent": null, "low": null, "high": null}));
        assert_eq!((&answer["timeToConvert"], &answer["historyFrom"]), (&json!(null), &json!(null)));
        assert_eq!(answer["others"]["difference"], json!(null));
    }

    async fn conversion_refuses_invalid_params_with_every_fault(world: World) {
        let api = example(&world).await;
        for (params, expected) in [
            (
                json!({"goal": {"purchase": {"name": "A b", "currency": "EURO"}}, "within": "91d", "from": "2026-03-22"}),
                vec![
                    "goal.purchase.name: expected 1 to 64 characters of a-z, 0-9, _, . and -",
                    "goal.purchase.currency: expected an ISO 4217 code",
                    "within: expected a span up to 90d, such as 14d or 12h",
                    "from: expected an instant before to",
                ],
            ),
            (json!({"goal": {"enter": "plan:gold"}}), vec!["goal.enter: names no segment"]),
            (json!({"goal": {}}), vec!["goal: expected exactly one of event, purchase, quiz, enter"]),
            (json!({"goal": {"purchase": {}, "quiz": {}}}), vec!["goal: expected exactly one of its keys"]),
            (
                json!({"goal": {"purchase": {"minAmountMinor": -1}}}),
                vec!["goal.purchase.minAmountMinor: expected a number of 0 to 10^15"],
            ),
            (
                json!({"from": "-262143-01-01"}),
                vec!["from: expected an RFC 3339 time, or a date such as 2026-03-01"],
            ),
            (json!({"to": "2026-3-22"}), vec!["to: expected an RFC 3339 time, or a date such as 2026-03-01"]),
            (
                json!({"goal": {"purchase": {"minAmountMinor": 0.5, "in": 1}}}),
                vec!["goal.purchase.minAmountMinor: expected an integer", "goal.purchase: unknown key \"in\""],
            ),
            (json!({"from": "2025-01-01"}), vec!["to: expected at most 400 days after from"]),
            (json!({"asOf": "2026-03-25"}), vec!["asOf: expected a time that is not in the future"]),
        ] {
            let error = api.call(METHOD, inactive_who_bought(params.clone())).await.expect_err("a refusal");
            assert_eq!(error.faults(), expected, "{params}");
        }
        let error = api.call(METHOD, inactive_who_bought(json!({"segment": "plan:gold"}))).await.expect_err("a refusal");
        assert_eq!(error.code, -32044);
    }
}
