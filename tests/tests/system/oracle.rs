//! The figures of reports equal those of a second program, which was written from their definitions and reads exported CSV alone.

use chrono::TimeDelta;
use chrono_tz::Tz;
use domain::instant::{Instant, format_instant};
use integration_tests::{Oracle, Question, at, example_world::ASKED_AT, on_both_databases};
use serde_json::{Value as Json, json};

use crate::random_worlds::{DAYS, Dice, SEGMENTS, play};

fn worlds() -> u8 {
    if std::env::var_os("TEST_LONG").is_some() { 40 } else { 4 }
}

on_both_databases! {
    async fn oracle_agrees_about_the_example(world: World) {
        let Some(oracle) = Oracle::find() else { return };
        world.play_example().await;
        let inactive = json!({
            "segment": "lifecycle:inactive", "goal": {"purchase": {}}, "within": "7d", "from": "2026-03-02", "to": "2026-03-22",
            "compare": ["before", "others", "insideOutside"],
        });
        let questions = [
            ("getSegmentOverlap", json!({"segments": ["lifecycle:active", "lifecycle:inactive", "plan:pro", "plan:free"]})),
            ("getSegmentFlow", json!({"family": "lifecycle", "at": ["2026-03-08", "2026-03-22"]})),
            ("compareAsOf", json!({"segment": "lifecycle:active", "a": "2026-03-08", "b": "2026-03-22", "show": "onlyB"})),
            ("getSegmentConversion", inactive),
            ("getSegmentRevenue", json!({"family": "lifecycle", "from": "2026-03-01", "to": "2026-03-22", "by": "week"})),
            (
                "getSegmentEngagement",
                json!({"segments": ["lifecycle:active"], "activity": ["quizzes", "events"], "from": "2026-03-02", "to": "2026-03-23"}),
            ),
            (
                "getCohorts",
                json!({
                    "start": "registered", "measure": "revenue", "columns": 4, "from": "2026-03-02", "to": "2026-03-16",
                    "activity": ["quizzes", "events"],
                }),
            ),
        ];
        oracle.assert_agrees(&world, at(ASKED_AT), Tz::UTC, &questions, "the example").await;
        world.erase_at(at(ASKED_AT), "u1").await;
        oracle.assert_agrees(&world, at(ASKED_AT), Tz::UTC, &questions, "the example without u1").await;
    }

    async fn oracle_agrees_about_random_worlds(world: World) {
        let Some(oracle) = Oracle::find() else { return };
        let mut first = at("2026-03-01T00:00:00Z");
        for seed in 0..worlds() {
            let mut dice = Dice::new(seed);
            // Each world goes on where the one before it ended.
            play(&world, &mut dice, first, seed).await;
            first += TimeDelta::days(DAYS);
            let zone = dice.one(&[Tz::UTC, Tz::Europe__Berlin, Tz::America__Los_Angeles, Tz::Asia__Kolkata]);
            let questions: Vec<_> = (0..20).map(|_| question(&mut dice, first)).collect();
            oracle.assert_agrees(&world, first, zone, &questions, &format!("world {seed} in {zone}")).await;
        }
    }
}

fn question(dice: &mut Dice, now: Instant) -> Question {
    let past = |dice: &mut Dice| format_instant(midnight_or_any(dice, now));
    match dice.roll(0..17) {
        15.. => {
            let family = ["plan:pro", "plan:free", "lifecycle:active", "lifecycle:inactive", "lifecycle:new"];
            let days = dice.one(&[1, 2, 3, 7]);
            ("getSegmentForecast", json!({"segment": dice.one(&family), "kind": "usual", "days": days}))
        }
        0 => {
            let from = dice.roll(0..5_usize);
            ("getSegmentOverlap", json!({"segments": &SEGMENTS[from..from + 3], "at": past(dice)}))
        }
        1 => {
            let mut at: Vec<_> = (0..4).map(|_| midnight_or_any(dice, now)).collect();
            at.sort_unstable();
            at.dedup();
            let at: Vec<_> = at.into_iter().map(format_instant).collect();
            let family = dice.one(&["plan", "lifecycle"]);
            (
                "getSegmentFlow",
                if at.len() < 2 {
                    json!({"family": family, "at": ["2026-03-02", "2026-03-03"]})
                } else {
                    json!({"family": family, "at": at})
                },
            )
        }
        2 => {
            let show = dice.one(&["both", "onlyA", "onlyB"]);
            let params =
                json!({"segment": dice.one(&SEGMENTS), "a": past(dice), "b": past(dice), "show": show, "limit": 1_000});
            ("compareAsOf", params)
        }
        3..6 => ("getSegmentRevenue", revenue(dice, now)),
        6..8 => ("getSegmentEngagement", engagement(dice, now)),
        8..11 => ("getCohorts", cohorts(dice, now)),
        11 => ("compareSegments", compared(dice, now)),
        12 => ("getSegmentLift", lift(dice, now)),
        _ => ("getSegmentConversion", conversion(dice, now)),
    }
}

fn midnight_or_any(dice: &mut Dice, now: Instant) -> Instant {
    if dice.chance(50) { now - TimeDelta::days(dice.roll(0..DAYS - 1)) } else { dice.moment_before(now, DAYS - 1) }
}

fn revenue(dice: &mut Dice, now: Instant) -> Json {
    let from = now - TimeDelta::days(dice.roll(10..DAYS));
    let to = from + TimeDelta::days(dice.roll(1..30_i64));
    let mut params = json!({
        "model": dice.one(&["full", "equal", "last"]), "by": dice.one(&["none", "day", "week", "month"]),
        "from": format_instant(from), "to": format_instant(to),
    });
    match dice.roll(0..3) {
        0 => params["family"] = dice.one(&["plan", "lifecycle"]).into(),
        1 => params["segments"] = json!(["lifecycle:active", "plan:pro", "custom:levels"]),
        _ => params["segments"] = json!([dice.one(&SEGMENTS)]),
    }
    if dice.chance(40) {
        params["basis"] = "entered".into();
        params["within"] = dice.one(&["5d", "12h", "30d"]).into();
    }
    params
}

const KINDS: [&[&str]; 3] = [&["quizzes", "events"], &["quizzes"], &["events"]];

/// From, to and the horizon.
fn range(dice: &mut Dice, now: Instant) -> [String; 3] {
    let from = now - TimeDelta::days(dice.roll(15..DAYS));
    let to = from + TimeDelta::days(dice.roll(1..30_i64));
    let as_of = if dice.chance(50) { now } else { dice.moment_before(now, 10).max(from) };
    [from, to, as_of].map(format_instant)
}

fn engagement(dice: &mut Dice, now: Instant) -> Json {
    let [from, to, as_of] = range(dice, now);
    let first = dice.roll(0..6_usize);
    json!({
        "segments": &SEGMENTS[first..first + 2], "by": dice.one(&["day", "week", "month"]), "activity": dice.one(&KINDS),
        "from": from, "to": to, "asOf": as_of,
    })
}

fn cohorts(dice: &mut Dice, now: Instant) -> Json {
    let [from, to, as_of] = range(dice, now);
    let start = dice.one(&["registered", "entered", "firstPurchase", "firstEvent"]);
    let measure = dice.one(&["activity", "member", "purchase", "goal", "revenue"]);
    let mut params = json!({
        "start": start, "measure": measure, "by": dice.one(&["day", "week", "month"]), "clock": dice.one(&["calendar", "own"]),
        "mode": dice.one(&["on", "onOrAfter"]), "columns": dice.roll(1..8_u32), "activity": dice.one(&KINDS),
        "from": from, "to": to, "asOf": as_of,
    });
    if start == "entered" || measure == "member" {
        params["segment"] = dice.one(&SEGMENTS).into();
    }
    if start == "firstEvent" {
        params["name"] = dice.one(&["lesson", "order"]).into();
    }
    if measure == "goal" {
        params["goal"] = goal(dice);
    }
    params
}

fn compared(dice: &mut Dice, now: Instant) -> Json {
    let [from, to, as_of] = range(dice, now);
    let (a, b) = (dice.roll(0..4_usize), dice.roll(4..8_usize));
    let mut params = json!({
        "a": SEGMENTS[a], "b": SEGMENTS[b], "activity": dice.one(&KINDS), "from": from, "to": to, "asOf": as_of,
    });
    if dice.chance(60) {
        params["goal"] = goal(dice);
        params["within"] = dice.one(&["7d", "14d"]).into();
    }
    params
}

fn lift(dice: &mut Dice, now: Instant) -> Json {
    let [from, to, as_of] = range(dice, now);
    let first = dice.roll(0..80_u8);
    json!({
        "segment": dice.one(&SEGMENTS), "holdout": [first, first + dice.roll(0..20_u8)], "goal": goal(dice),
        "within": dice.one(&["7d", "36h"]), "newOnly": dice.chance(30), "from": from, "to": to, "asOf": as_of,
    })
}

fn goal(dice: &mut Dice) -> Json {
    let goals = [
        json!({"purchase": {}}),
        json!({"purchase": {"minAmountMinor": 1_000, "currency": "EUR"}}),
        json!({"event": "lesson"}),
        json!({"event": "order"}),
        json!({"quiz": {}}),
        json!({"quiz": {"provider": "aws"}}),
        json!({"enter": "lifecycle:active"}),
        json!({"enter": "plan:pro"}),
    ];
    dice.one(&goals)
}

fn conversion(dice: &mut Dice, now: Instant) -> Json {
    let [from, to, as_of] = range(dice, now);
    json!({
        "segment": dice.one(&SEGMENTS), "goal": goal(dice), "within": dice.one(&["7d", "14d", "36h", "90d"]),
        "from": from, "to": to, "asOf": as_of,
        "by": dice.one(&["day", "week", "month"]), "entries": dice.one(&["counted", "all"]),
        "per": dice.one(&["user", "entry"]), "newOnly": dice.chance(30), "memberOnly": dice.chance(30),
        "compare": ["before", "others", "insideOutside"],
    })
}
