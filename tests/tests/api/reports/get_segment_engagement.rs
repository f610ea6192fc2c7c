//! `adminAudience.getSegmentEngagement`.

use domain::profile::{QuizAttempt, User};
use integration_tests::{
    Api, World, at, event, example_world::ASKED_AT, on_both_databases, options, quiz, streaks::merged, user,
};
use serde_json::{Value as Json, json};

const METHOD: &str = "adminAudience.getSegmentEngagement";

async fn example(world: &World) -> Api {
    world.play_example().await;
    Api::at(world, at(ASKED_AT), options()).await
}

async fn ask(api: &Api, more: Json) -> Json {
    let params = json!({
        "segments": ["lifecycle:active"], "activity": ["quizzes", "events"], "from": "2026-03-16", "to": "2026-03-23",
    });
    api.call(METHOD, merged(params, more)).await.expect("figures")
}

/// The figures of each period of the first segment, in one line each.
fn shown(answer: &Json) -> Vec<String> {
    let periods = answer["segments"][0]["periods"].as_array().expect("periods").iter();
    let line = |period: &Json| {
        let rate = &period["activeMembers"];
        let sticky = &period["stickiness"];
        format!(
            "{} {} of {}, {} sticky",
            period["start"].as_str().expect("a start"),
            rate["part"],
            rate["of"],
            sticky["percent"]
        )
    };
    periods.map(line).collect()
}

on_both_databases! {
    async fn engagement_of_the_example_is_exact(world: World) {
        let api = example(&world).await;
        let answer = ask(&api, json!({})).await;
        let week = &answer["segments"][0]["periods"][0];
        // u2 left at the very instant at which the week begins. Only u1 is active, once.
        assert_eq!(week["activeMembers"], json!({"part": 1, "of": 3, "percent": 33.33, "low": 6.15, "high": 79.23}));
        assert_eq!(week["stickiness"], json!({"part": 1, "of": 7, "percent": 14.29}));
        assert_eq!((&week["members"], &week["quizzes"], &week["perMember"]), (&json!(3), &json!(0), &json!(0.0)));
        assert_eq!((&week["complete"], &answer["notes"]), (&json!(true), &json!([])));
    }

    async fn engagement_counts_quizzes_of_the_members_when_the_period_begins(world: World) {
        world.play_example().await;
        let at_noon = |id, user, day| QuizAttempt { completed_at: at(&format!("2026-03-{day}T12:00:00Z")), ..quiz(user, id, "AZ-900") };
        // u2 and u6 were no members when the week began.
        world.attempts(&[at_noon(1, "u1", 16), at_noon(2, "u1", 17), at_noon(3, "u5", 22), at_noon(4, "u2", 17), at_noon(5, "u6", 19)]).await;
        let api = Api::at(&world, at(ASKED_AT), options()).await;
        let answer = ask(&api, json!({"activity": ["quizzes"]})).await;
        let week = &answer["segments"][0]["periods"][0];
        assert_eq!((&week["quizzes"], &week["perMember"], &week["perActive"]), (&json!(3), &json!(1.0), &json!(1.5)));
        assert_eq!(shown(&answer), ["2026-03-16T00:00:00Z 2 of 3, 21.43 sticky"]);
    }

    async fn engagement_refunds_are_no_activity(world: World) {
        let api = example(&world).await;
        // u2 got money back on the 18th, as a member of inactive.
        let answer = ask(&api, json!({"segments": ["lifecycle:inactive"]})).await;
        assert_eq!(shown(&answer), ["2026-03-16T00:00:00Z 0 of 1, null sticky"]);
    }

    async fn engagement_knows_when_users_were_seen(world: World) {
        world.run(at("2026-03-01T00:00:00Z")).await;
        let seen = |day| User {
            created_at: at("2026-02-20T00:00:00Z"),
            last_activity_at: Some(at(&format!("2026-03-{day}T23:50:00Z"))),
            ..user("ann")
        };
        for day in ["02", "03", "03"] {
            world.users(&[seen(day)]).await;
            world.run(at(&format!("2026-03-{day}T23:55:00Z"))).await;
        }
        let api = Api::at(&world, at("2026-03-12T00:00:00Z"), options()).await;
        let params = json!({"segments": ["plan:free"], "activity": ["seen"], "by": "day", "from": "2026-03-03", "to": "2026-03-05"});
        let answer = ask(&api, params).await;
        assert_eq!(shown(&answer), [
            "2026-03-03T00:00:00Z 1 of 1, null sticky",
            "2026-03-04T00:00:00Z 0 of 1, null sticky",
        ]);
        world.erase_at(at("2026-03-12T00:00:00Z"), "ann").await;
        assert_eq!(world.query::<(i64,)>("SELECT count(*) FROM user_seen").await, [(0,)]);
    }

    async fn engagement_of_a_week_that_lasts_is_so_far(world: World) {
        let api = example(&world).await;
        let answer = ask(&api, json!({"asOf": "2026-03-21T11:59:59Z"})).await;
        assert_eq!(shown(&answer), ["2026-03-16T00:00:00Z 0 of 3, null sticky"], "u1 buys a second later");
        assert_eq!(answer["notes"], json!([{"kind": "cutToHorizon"}, {"kind": "incompletePeriods", "count": 1}]));
        let answer = ask(&api, json!({"asOf": "2026-03-21T12:00:00Z"})).await;
        assert_eq!(shown(&answer), ["2026-03-16T00:00:00Z 1 of 3, null sticky"]);
    }

    async fn engagement_before_the_history_is_null(world: World) {
        let api = example(&world).await;
        let answer = ask(&api, json!({"from": "2026-02-20", "to": "2026-03-03"})).await;
        let weeks = answer["segments"][0]["periods"].as_array().expect("weeks");
        assert_eq!(weeks.len(), 3);
        assert_eq!((&weeks[0]["members"], &weeks[0]["activeMembers"], &weeks[2]["members"]), (&json!(null), &json!(null), &json!(2)));
    }

    async fn engagement_leaves_out_erased_users_and_says_so(world: World) {
        let api = example(&world).await;
        world.erase_at(at(ASKED_AT), "u1").await;
        let answer = ask(&api, json!({})).await;
        assert_eq!(shown(&answer), ["2026-03-16T00:00:00Z 0 of 2, null sticky"]);
        assert_eq!(answer["notes"], json!([{"kind": "erasedUsers", "count": 1}]));
    }

    async fn engagement_days_begin_at_midnight_of_the_zone(world: World) {
        world.play_example().await;
        // In Berlin, summer time begins on the 29th, whose 23 hours begin at 23:00 in UTC.
        let lesson = |id, text: &str| domain::event::Event { occurred_at: at(text), ..event("u1", id, "lesson", 0, None) };
        world.record_events(&[lesson("a", "2026-03-28T22:59:59.999999Z"), lesson("b", "2026-03-28T23:00:00Z")]).await;
        let api = Api::in_zone(&world, at("2026-04-02T00:00:00Z"), chrono_tz::Tz::Europe__Berlin).await;
        let answer = ask(&api, json!({"by": "day", "from": "2026-03-28", "to": "2026-03-31"})).await;
        let lines = shown(&answer);
        assert_eq!(lines, [
            "2026-03-27T23:00:00Z 1 of 3, null sticky",
            "2026-03-28T23:00:00Z 1 of 3, null sticky",
            "2026-03-29T22:00:00Z 0 of 3, null sticky",
        ]);
    }

    async fn engagement_is_refused_with_every_fault(world: World) {
        let api = example(&world).await;
        for (params, expected) in [
            (
                json!({"segments": [], "from": "2026-03-22", "to": "2026-03-22"}),
                vec!["segments: expected at least 1 item", "from: expected an instant before to"],
            ),
            (
                json!({"segments": ["plan:pro", "plan:gold"], "from": "2026-03-01", "to": "2026-03-22"}),
                vec!["segments[1]: names no segment"],
            ),
        ] {
            assert_eq!(api.call(METHOD, params.clone()).await.expect_err("a refusal").faults(), expected, "{params}");
        }
    }
}
