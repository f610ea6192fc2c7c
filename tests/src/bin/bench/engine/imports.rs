//! Imports of attempts and of purchases from a file: six of each user on average, by user as in an export, and in the order of time as in a
//! log.

use std::{fs, path::Path, process::Command};

use integration_tests::{Kind, TestDatabase, World};
use serde_json::Value as Json;
use tempfile::TempDir;

use super::{Bar, Row, Unit, memory::engine};
use crate::crowd::{self, Dice};

/// Other sizes take as long per record.
const USERS: usize = 30_000;
const RECORDS: usize = 180_000;

pub(crate) async fn measure(kind: Kind, rounds: usize) -> Vec<Row> {
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("records.csv");
    let mut rows = Vec::new();
    for (case, part, in_time_order, most) in [
        ("import of attempts by user, for each attempt", "attempts", false, most_by_user(kind)),
        ("import of attempts in the order of time, for each attempt", "attempts", true, 1e6 / 60_000.0),
        ("import of purchases by user, for each purchase", "events", false, 1e6 / 40_000.0),
        ("import of purchases in the order of time, for each purchase", "events", true, 1e6 / 40_000.0),
    ] {
        write(&file, part, in_time_order);
        let mut row = Row::new(kind, case.into(), Unit::Microseconds, Bar::AtMost(most));
        for _ in 0..rounds {
            let world = World::new(TestDatabase::create(kind).await.expect("a database"));
            crowd::write(&world, USERS).await;
            row.note(import(&world, part, &file) * 1e3 / RECORDS as f64);
        }
        rows.push(row);
    }
    rows
}

/// 120,000 attempts a second on SQLite, 100,000 on PostgreSQL.
fn most_by_user(kind: Kind) -> f64 {
    match kind {
        Kind::Sqlite => 1e6 / 120_000.0,
        Kind::Postgres => 1e6 / 100_000.0,
    }
}

fn write(file: &Path, part: &str, in_time_order: bool) {
    let mut records: Vec<_> = (0..RECORDS).map(|number| (number * USERS / RECORDS, number)).collect();
    let minute = |number| Dice::of(number).below(500_000);
    if in_time_order {
        records.sort_by_key(|(_, number)| minute(*number));
    }
    let mut text = String::from(match part {
        "events" => "id,userId,name,occurredAt,amount,currency\n",
        _ => "id,userId,certification,score,completedAt\n",
    });
    for (user, number) in records {
        let certification = ["AWS-SAA-C03", "AZ-104", "GCP ACE", "CompTIA Security+"][number % 4];
        let at = chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::minutes(29_000_000 + minute(number));
        let at = at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let line = match part {
            "events" => format!("order-{number},u{user},order,{at},{}.50,EUR\n", number % 101),
            _ => format!("attempt-{number},u{user},{certification},{},{at}\n", number % 101),
        };
        text.push_str(&line);
    }
    fs::write(file, text).expect("the file is written");
}

/// By the real program, in milliseconds.
fn import(world: &World, part: &str, file: &Path) -> f64 {
    let mut command = Command::new(engine());
    command.env("DATABASE_URL", &world.test_database.url).args(["import", "--json", &format!("--{part}")]).arg(file);
    let ended = command.output().expect("the program runs");
    let report: Json = serde_json::from_slice(&ended.stdout).expect("a report");
    assert_eq!(report[part]["written"], RECORDS, "{report}");
    report["duration"].as_f64().expect("a number")
}
