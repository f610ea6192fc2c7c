//! Real people day by day, as a scheduler would: each day's file is imported and each midnight runs, so that the ledger and all that is
//! derived from it are made by the real programs. Then every figure equals that of the second program. A shop's customers (Online Retail
//! II, Chen, CC BY 4.0) and learners (OULAD, Kuzilek, Hlosta, Zdrahal 2017, CC BY 4.0).

use std::{collections::BTreeMap, path::Path};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::{Europe::London, Tz};
use domain::{
    instant::{Instant, format_instant},
    period::midnight,
};
use integration_tests::{Api, Kind, Oracle, Program, Question, TestDatabase, World, on_both_databases, shared_data};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

fn is_long() -> bool {
    std::env::var_os("TEST_LONG").is_some()
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

on_both_databases! {
    /// 1 December 2009 to 9 December 2010. In short, the first month.
    async fn played_history_of_a_shop_has_the_figures_of_the_oracle(world: World) {
        let (Some(data), Some(oracle)) = (shared_data("online-retail-ii"), Oracle::find()) else { return };
        let history = History::read(&data, What::Events).await;
        let end = day(if is_long() { "2010-12-10" } else { "2010-01-04" });
        play(&world, &history, London, [day("2009-12-01"), end]).await;

        let now = midnight(end, London);
        let api = Api::in_zone(&world, now, London).await;
        let expected = std::fs::read_to_string(data.join("expected.json")).expect("a file");
        let expected: Json = serde_json::from_str(&expected).expect("JSON");
        let revenue = json!({"family": "lifecycle", "from": "2009-12-01", "to": end.to_string(), "by": "month"});
        let revenue = api.call("adminAudience.getSegmentRevenue", revenue).await.expect("figures");
        let mut months = 0;
        for (month, counted) in expected["byLondonMonth"].as_object().expect("months") {
            let starts = format_instant(midnight(day(&format!("{month}-01")), London));
            let periods = revenue["currencies"][0]["periods"].as_array().expect("a list");
            let period = periods.iter().find(|period| period["start"] == starts && period["complete"] == true);
            if let Some(period) = period {
                assert_eq!(period["total"]["net"], counted["net"], "{month}");
                months += 1;
            }
        }
        assert_eq!(months, if is_long() { 12 } else { 1 });
        oracle.assert_agrees(&world, now, London, &of_the_shop(end), "the shop").await;
    }
}

/// 14 January 2013 to 15 October 2014, in the long form only.
#[tokio::test]
async fn played_history_of_learners_has_the_figures_of_the_oracle() {
    if !is_long() {
        return;
    }
    let (Some(data), Some(oracle)) = (shared_data("oulad"), Oracle::find()) else { return };
    let Some(database) = TestDatabase::create(Kind::Sqlite).await else { return };
    let world = World::new(database);
    let history = History::read(&data, What::Attempts).await;
    let days = ["2013-01-14", "2014-10-15"].map(day);
    play(&world, &history, Tz::UTC, days).await;
    oracle.assert_agrees(&world, midnight(days[1], Tz::UTC), Tz::UTC, &of_the_learners(), "the learners").await;
}

/// What people did.
#[derive(Debug, Clone, Copy)]
enum What {
    Events,
    Attempts,
}

/// Everybody, and all that they did, in the order of time.
struct History {
    what: What,
    people: Vec<(String, DateTime<Utc>, String)>,
    /// When, by whom, and as a line of a file.
    acts: Vec<(DateTime<Utc>, String, String)>,
}

impl History {
    /// Files are read by the program itself, into a database of their own.
    async fn read(data: &Path, what: What) -> Self {
        let world = World::new(TestDatabase::create(Kind::Sqlite).await.expect("SQLite is always there"));
        let import =
            Program::engine(&world.test_database.url).args(["import", "--users"]).args([data.join("users.csv.xz")]);
        let (option, file) = match what {
            What::Events => ("--events", "events.csv.xz"),
            What::Attempts => ("--attempts", "quiz_attempts.csv.xz"),
        };
        import.args([option]).args([data.join(file)]).run().expect(0);
        let acts = match what {
            What::Events => {
                "SELECT occurred_at, users.id, user_event.id || ',' || users.id || ',' || name || ',' || occurred_at || ',' || \
                 coalesce(amount, '') || ',' || coalesce(currency, '') FROM user_event JOIN users ON users.no = user_no \
                 JOIN event_name ON event_name.no = name_no ORDER BY occurred_at, user_event.id"
            }
            What::Attempts => {
                "SELECT completed_at, users.id, quiz_attempts.id || ',' || users.id || ',' || certification || ',' || completed_at \
                 FROM quiz_attempts JOIN users ON users.no = user_no ORDER BY completed_at, quiz_attempts.id"
            }
        };
        let people = world.query("SELECT id, created_at, plan FROM users ORDER BY created_at, id").await;
        Self { what, people, acts: world.query(acts).await }
    }
}

/// From the first midnight to the last: each day's people and acts, then a run.
async fn play(world: &World, history: &History, zone: Tz, [first, end]: [NaiveDate; 2]) {
    let api = Api::in_zone(world, midnight(first, zone), zone).await;
    let condition = match history.what {
        What::Events => json!({"field": "purchases", "operator": ">=", "value": 2, "within": "30d"}),
        What::Attempts => json!({"field": "quizCount", "operator": ">=", "value": 20}),
    };
    let custom = json!({"name": "Often", "combineWith": "AND", "criteria": [condition]});
    api.call("adminAudience.createCustomSegment", custom).await.expect("a segment");
    let folder = TempDir::new().expect("a temporary folder");
    let (mut people, mut acts) = (history.people.iter().peekable(), history.acts.iter().peekable());
    let mut last_seen = BTreeMap::<&str, DateTime<Utc>>::new();
    let of_people: BTreeMap<&str, _> = history.people.iter().map(|person| (person.0.as_str(), person)).collect();
    for date in first.iter_days().take_while(|date| *date < end) {
        let ends = midnight(date + TimeDelta::days(1), zone);
        let mut changed = Vec::new();
        while let Some((id, ..)) = people.next_if(|(_, created, _)| *created < ends) {
            changed.push(id.as_str());
        }
        let mut lines = Vec::new();
        while let Some((at, user, line)) = acts.next_if(|(at, ..)| *at < ends) {
            last_seen.insert(user, *at);
            changed.push(user);
            lines.push(line.clone());
        }
        changed.sort_unstable();
        changed.dedup();
        let person = |id: &str| {
            let (id, created, plan) = of_people.get(id).expect("a user of the act");
            let seen = last_seen.get(id.as_str()).copied().map(format_instant).unwrap_or_default();
            format!("{id},{id}@example.org,{plan},{seen},{}", format_instant(*created))
        };
        let users = changed.into_iter().map(person).collect::<Vec<_>>();
        import(world, &folder, history.what, &users, &lines);
        run(world, zone, ends);
    }
    Program::engine(&world.test_database.url).args(["verify"]).run().expect(0);
}

fn import(world: &World, folder: &TempDir, what: What, users: &[String], acts: &[String]) {
    let file = |name: &str, head: &str, lines: &[String]| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("{head}\n{}\n", lines.join("\n"))).expect("a file");
        path
    };
    let import = Program::engine(&world.test_database.url).args(["import", "--users"]);
    let import = import.args([file("users.csv", "id,email,plan,lastActivityAt,createdAt", users)]);
    match what {
        What::Events => {
            let events = file("events.csv", "id,userId,name,occurredAt,amountMinor,currency", acts);
            import.args(["--events"]).args([events])
        }
        What::Attempts => {
            let attempts = file("attempts.csv", "id,userId,certification,completedAt", acts);
            import.args(["--attempts"]).args([attempts])
        }
    }
    .run()
    .expect(0);
}

fn run(world: &World, zone: Tz, as_of: Instant) {
    let as_of = format_instant(as_of);
    let run = Program::engine(&world.test_database.url).args(["run", "--allow-shrink", "--as-of", &as_of]);
    run.args(["--time-zone", zone.name()]).run().expect(0);
}

/// The oracle does not know when the host application has seen somebody.
const ACTIVITY: [&str; 2] = ["quizzes", "events"];

const LIFECYCLE: [&str; 4] = ["lifecycle:new", "lifecycle:active", "lifecycle:inactive", "lifecycle:churned"];

fn of_the_shop(end: NaiveDate) -> Vec<Question> {
    let (from, to) = ("2009-12-01", end.to_string());
    let middle = (day(from) + (end - day(from)) / 2).to_string();
    let mut asked = of_anybody(from, &to, &middle);
    let bought = json!({"purchase": {}});
    for model in ["equal", "last", "full"] {
        asked.push((
            "getSegmentRevenue",
            json!({"segments": LIFECYCLE, "model": model, "by": "week", "from": from, "to": to}),
        ));
    }
    asked.extend([
        ("compareAsOf", json!({"segment": "lifecycle:active", "a": middle, "b": to, "show": "onlyA", "limit": 1_000})),
        ("getSegmentRevenue", json!({"family": "lifecycle", "basis": "entered", "within": "14d", "from": from, "to": to})),
        (
            "getSegmentConversion",
            json!({
                "segment": "lifecycle:inactive", "goal": bought, "within": "7d", "from": from, "to": to,
                "compare": ["before", "others", "insideOutside"],
            }),
        ),
        (
            "getSegmentConversion",
            json!({
                "segment": "lifecycle:active", "goal": {"purchase": {"minAmountMinor": 50_000, "currency": "GBP"}}, "within": "14d",
                "per": "entry", "entries": "all", "from": from, "to": to,
            }),
        ),
        ("getCohorts", json!({"activity": ACTIVITY, "start": "firstPurchase", "measure": "revenue", "by": "month", "columns": 12, "from": from, "to": to})),
        ("getCohorts", json!({"activity": ACTIVITY, "start": "registered", "measure": "purchase", "clock": "own", "from": from, "to": to})),
        (
            "getCohorts",
            json!({
                "activity": ACTIVITY, "start": "entered", "segment": "lifecycle:inactive", "measure": "goal", "goal": {"enter": "lifecycle:active"},
                "by": "week", "mode": "onOrAfter", "from": from, "to": to,
            }),
        ),
        (
            "compareSegments",
            json!({
                "a": "lifecycle:active", "b": "lifecycle:inactive", "goal": bought, "within": "7d",
                "activity": ACTIVITY, "from": middle, "to": to,
            }),
        ),
        (
            "getSegmentLift",
            json!({"segment": "lifecycle:inactive", "holdout": [0, 19], "goal": bought, "within": "7d", "from": from, "to": to}),
        ),
    ]);
    asked
}

fn of_the_learners() -> Vec<Question> {
    let (from, to, middle) = ("2013-10-01", "2014-10-15", "2014-04-15");
    let mut asked = of_anybody(from, to, middle);
    asked.extend([
        (
            "getSegmentConversion",
            json!({
                "segment": "lifecycle:churned", "goal": {"quiz": {}}, "within": "30d", "from": from, "to": to, "by": "month",
                "compare": ["before", "others", "insideOutside"],
            }),
        ),
        ("getCohorts", json!({"start": "registered", "measure": "activity", "activity": ["quizzes"], "by": "month", "from": from, "to": to})),
        ("getCohorts", json!({"activity": ACTIVITY, "start": "entered", "segment": "lifecycle:churned", "measure": "member", "by": "month", "from": from, "to": to})),
    ]);
    asked
}

/// What can be asked of any history.
fn of_anybody(from: &str, to: &str, middle: &str) -> Vec<Question> {
    vec![
        ("getSegmentOverlap", json!({"segments": LIFECYCLE})),
        ("getSegmentOverlap", json!({"segments": ["lifecycle:active", "plan:free"], "at": middle})),
        ("getSegmentFlow", json!({"family": "lifecycle", "at": [from, middle, to]})),
        (
            "getSegmentEngagement",
            json!({"segments": LIFECYCLE, "activity": ACTIVITY, "by": "week", "from": from, "to": to}),
        ),
        (
            "getSegmentEngagement",
            json!({"segments": ["lifecycle:active"], "activity": ACTIVITY, "by": "month", "from": from, "to": to}),
        ),
        (
            "getCohorts",
            json!({"start": "registered", "measure": "activity", "activity": ACTIVITY, "by": "week", "from": from, "to": to}),
        ),
        ("getSegmentForecast", json!({"segment": "lifecycle:inactive", "kind": "usual", "days": 7})),
        ("getSegmentForecast", json!({"segment": "lifecycle:active", "kind": "usual", "days": 28})),
    ]
}
