//! Reports about a past of 90 days, with quizzes, purchases and a run every ten days.

use std::{
    iter,
    time::{Duration, Instant},
};

use chrono::TimeDelta;
use chrono_tz::Tz;
use domain::{
    event::{Currency, Event, EventName, Money},
    ids::UserId,
    instant::format_instant,
    period::Moment,
};
use integration_tests::{Kind, TestDatabase, World, ago, event};
use segmentation_engine::{
    activity_days::keep_up,
    rebuild::rebuild,
    reports::{
        Report, cohorts::Cohorts, compare_as_of::CompareAsOf, conversion::Conversion, engagement::Engagement,
        flow::Flow, overlap::Overlap, report, revenue::Revenue,
    },
};
use serde_json::{Value as Json, json};

use crate::{
    by_hand::{ByHand, ENTERED, WITHIN_DAYS},
    crowd::{self, Dice},
    engine::{
        Bar, Row, Unit, history,
        report::{print, write},
    },
};

/// How many days back the past goes, and every how many there is a run.
const DAYS: i64 = 90;
const RUN_EVERY: usize = 10;

/// Purchases for each user, and over how many days: a quarter of them lies in the past of the reports.
const PURCHASES: usize = 2;
const PURCHASES_SINCE: u32 = 365;
const CHUNK: usize = 5_000;

/// Users for which the bars are set.
const OF_BARS: f64 = 1e6;

pub(crate) async fn measure(users: usize, rounds: usize, file: &str) {
    let mut rows = Vec::new();
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let Some(test_database) = TestDatabase::create(kind).await else { continue };
        let world = World::new(test_database);
        eprintln!("{kind:?}: {users} users …");
        crowd::write(&world, users).await;
        history::build(&world, users).await;
        purchases(&world, users).await;
        for days in (0..=DAYS).rev().step_by(RUN_EVERY) {
            world.run(ago(days)).await;
        }
        // Runs of which each keeps as many days as 2 seconds allow would not reach them all.
        rebuild(world.database(), moment()).await.expect("figures are made anew");
        let settle = if world.database().is_embedded() { "PRAGMA wal_checkpoint(TRUNCATE)" } else { "VACUUM ANALYZE" };
        world.execute(settle).await;
        rows.extend(reports(&world, kind, users, rounds).await);
        rows.extend(active_days(&world, kind, users, rounds).await);
    }
    print(&rows);
    write(&rows, users, rounds, file);
}

fn moment() -> Moment {
    Moment { now: ago(0), zone: Tz::UTC }
}

/// What the end of a run does.
async fn active_days(world: &World, kind: Kind, users: usize, rounds: usize) -> Vec<Row> {
    let bar = Bar::AtMost((150.0 * users as f64 / OF_BARS).max(20.0));
    let mut idle = Row::new(kind, "active days, nothing to do".into(), Unit::Milliseconds, Bar::AtMost(20.0));
    let mut dirty = Row::new(kind, "active days, one on which something changed".into(), Unit::Milliseconds, bar);
    for round in 0..=rounds {
        world.record_events(&[event("u0", &format!("late{round}"), "login", 30, None)]).await;
        for (row, days) in [(&mut dirty, 1), (&mut idle, 0)] {
            let begun = Instant::now();
            let kept = keep_up(world.database(), moment(), None).await.expect("days are kept");
            assert_eq!(kept, days, "of one shard");
            if round > 0 {
                row.note(begun.elapsed().as_secs_f64() * 1e3);
            }
        }
    }
    vec![idle, dirty]
}

async fn purchases(world: &World, users: usize) {
    let (name, currency) = (EventName::parse("order").expect("a name"), Currency::parse("EUR").expect("a code"));
    let purchase = |number: usize| {
        let mut dice = Dice::of(number);
        Event {
            id: format!("p{number}"),
            user_id: UserId(format!("u{}", number / PURCHASES)),
            name: name.clone(),
            occurred_at: ago(0) - TimeDelta::minutes(dice.below(PURCHASES_SINCE * 24 * 60)),
            amount: Some(Money { minor: dice.below(10_000), currency }),
            refund_of: None,
        }
    };
    for start in (0..users * PURCHASES).step_by(CHUNK) {
        let chunk: Vec<_> = (start..(users * PURCHASES).min(start + CHUNK)).map(purchase).collect();
        world.record_events(&chunk).await;
    }
}

async fn reports(world: &World, kind: Kind, users: usize, rounds: usize) -> Vec<Row> {
    let day = |days: i64| format_instant(ago(days));
    let segments: Vec<_> = domain::system_segments::catalogue().iter().map(|system| system.key.to_string()).collect();
    let range = |days: i64, more: Json| {
        let mut params = json!({"from": day(days), "to": day(0)});
        params.as_object_mut().expect("params").extend(more.as_object().expect("params").clone());
        params
    };
    let within = format!("{WITHIN_DAYS}d");
    let bought = json!({"segment": ENTERED, "goal": {"purchase": {}}, "within": within, "compare": []});
    let mut compared = bought.clone();
    compared["compare"] = json!(["before", "others"]);
    let at: Vec<_> = (0..13).map(|step| day(84 - 7 * step)).collect();
    let bar = |milliseconds: f64| Bar::AtMost((milliseconds * users as f64 / OF_BARS).max(20.0));
    [
        against_sql::<Overlap>(
            world,
            kind,
            rounds,
            ("overlap of 13 segments", bar(3_000.0)),
            json!({"segments": segments}),
            ByHand::Overlap { days: 0 },
        )
        .await,
        against_sql::<Overlap>(
            world,
            kind,
            rounds,
            ("overlap of 13 segments 45 days ago", bar(8_000.0)),
            json!({"segments": segments, "at": day(45)}),
            ByHand::Overlap { days: 45 },
        )
        .await,
        case::<CompareAsOf>(
            world,
            kind,
            rounds,
            "members at two instants, and a page of 1,000",
            bar(1_000.0),
            json!({"segment": "lifecycle:active", "a": day(45), "b": day(0), "limit": 1_000}),
        )
        .await,
        against_sql::<Flow>(
            world,
            kind,
            rounds,
            ("flow between two instants", bar(5_000.0)),
            json!({"at": [day(45), day(0)]}),
            ByHand::Flow { days: 45 },
        )
        .await,
        case::<Flow>(world, kind, rounds, "flow of 13 instants", bar(6_000.0), json!({"at": at})).await,
        against_sql::<Conversion>(
            world,
            kind,
            rounds,
            ("conversion, 30 days", bar(1_000.0)),
            range(30, bought),
            ByHand::Conversion { days: 30 },
        )
        .await,
        case::<Conversion>(
            world,
            kind,
            rounds,
            "conversion, 30 days, with before and others",
            bar(3_000.0),
            range(30, compared),
        )
        .await,
        case::<Revenue>(
            world,
            kind,
            rounds,
            "revenue of a family, 90 days",
            bar(500.0),
            range(DAYS, json!({"family": "lifecycle"})),
        )
        .await,
        case::<Cohorts>(
            world,
            kind,
            rounds,
            "cohorts of 12 weeks by activity",
            bar(2_000.0),
            range(84, json!({"start": "registered", "measure": "activity"})),
        )
        .await,
        case::<Engagement>(
            world,
            kind,
            rounds,
            "engagement of one segment, 13 weeks",
            bar(1_500.0),
            range(90, json!({"segments": ["lifecycle:active"]})),
        )
        .await,
        case::<Engagement>(
            world,
            kind,
            rounds,
            "engagement of ten segments, 13 weeks",
            bar(6_000.0),
            range(90, json!({"segments": segments[..10]})),
        )
        .await,
        case::<Engagement>(
            world,
            kind,
            rounds,
            "engagement by day, 90 days",
            bar(2_000.0),
            range(90, json!({"segments": ["lifecycle:active"], "by": "day"})),
        )
        .await,
    ]
    .concat()
}

/// A report, and the same by hand.
async fn against_sql<R: Report>(
    world: &World,
    kind: Kind,
    rounds: usize,
    (name, bar): (&str, Bar),
    params: Json,
    by_hand: ByHand,
) -> Vec<Row> {
    let (row, answer) = asked::<R>(world, kind, rounds, name, bar, params).await;
    let answer = serde_json::to_value(answer).expect("JSON");
    let others = by_hand.compare(world, kind, &row, &answer).await;
    iter::once(row).chain(others).collect()
}

async fn case<R: Report>(world: &World, kind: Kind, rounds: usize, name: &str, bar: Bar, params: Json) -> Vec<Row> {
    vec![asked::<R>(world, kind, rounds, name, bar, params).await.0]
}

/// How long the answer takes, and the answer.
async fn asked<R: Report>(
    world: &World,
    kind: Kind,
    rounds: usize,
    name: &str,
    bar: Bar,
    params: Json,
) -> (Row, R::Answer) {
    let mut last = None;
    let mut row = Row::new(kind, name.into(), Unit::Milliseconds, bar);
    for round in 0..=rounds {
        let params = serde_json::from_value(params.clone()).expect("params");
        let question = R::read(params, moment()).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
        let begun = Instant::now();
        let deadline = begun + Duration::from_secs(3_600);
        let answer = report(world.database(), &question, deadline, std::future::pending()).await.expect("figures");
        assert!(!R::tables(&answer).iter().all(|table| table.rows.is_empty()), "{name}: there are figures");
        // The first time warms up.
        if round > 0 {
            row.note(begun.elapsed().as_secs_f64() * 1e3);
        }
        last = Some(answer);
    }
    (row, last.expect("it was asked at least once"))
}
