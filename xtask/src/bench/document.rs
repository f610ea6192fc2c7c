//! `docs/performance.md` and its plots, from the measurements stored in `docs/performance/`, one file per number of
//! users.

use std::{fmt::Write, fs, path::Path};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::plot::{self, Line};
use crate::process;

/// The output of the program `bench` about the engine.
#[derive(Deserialize)]
struct Report {
    users: u64,
    rounds: u64,
    measured: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    database: String,
    case: String,
    unit: String,
    median: f64,
    ratio: Option<f64>,
    bar: String,
    met: Option<bool>,
}

/// Stores a measurement. It replaces an earlier one with as many users.
pub(super) fn keep(measured: &Path, users: u64) -> Result<()> {
    let folder = process::root().join("docs/performance");
    fs::create_dir_all(&folder)?;
    fs::copy(measured, folder.join(format!("engine-{users}.json")))?;
    Ok(())
}

/// Writes the document and a plot for each database.
pub(super) fn write() -> Result<()> {
    let docs = process::root().join("docs");
    let reports = read_all(&docs.join("performance"))?;
    fs::write(docs.join("performance.md"), text(&reports)?)?;
    for database in ["Sqlite", "Postgres"] {
        let file = |name: &str| docs.join(format!("performance/{}{name}.svg", database.to_lowercase()));
        let full_runs = plot::svg(&format!("{database}: time of a full run"), "users", &full_runs(&reports, database));
        fs::write(file(""), full_runs)?;
        let title = format!("{database}: time of an incremental run");
        fs::write(file("-incremental"), plot::svg(&title, "changed", &incremental_runs(&reports, database)))?;
    }
    Ok(())
}

/// Fewest users first.
fn read_all(folder: &Path) -> Result<Vec<Report>> {
    let mut reports = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let report: Report = serde_json::from_slice(&fs::read(&path)?)
                .with_context(|| format!("{} is not what bench writes", path.display()))?;
            reports.push(report);
        }
    }
    reports.sort_by_key(|report| report.users);
    Ok(reports)
}

/// With new measurements, the sentence about builds changes too.
const PREFACE: &str = "\
# Performance of the engine

Written by `cargo xtask bench --docs`; do not edit. Each number of users is measured separately:

<!-- not run: it takes long, and a machine that does nothing else -->
```sh
cargo xtask bench --engine --docs --users 10000
```

The generated users have about twenty quiz attempts each, with a median of four and a maximum of five thousand, the same each
time. All cases use the same tables and take turns, round by round. Before a time counts, the members, ledger and stored
counts of all cases are compared. A ratio is the median of the rounds' ratios. **Set-based SQL** is a full run written by hand
for each database, in `tests/src/bin/bench/engine/`. **The per-user loop** reads and writes one user after the other; it is
measured on a few users and extrapolated to all, and it keeps no ledger and no counts.

Times depend on the machine and on what else it does. Compare ratios.

The figures below are of builds of November 26, 2026, before 1.0.0-rc.1 and its smaller programs.

An **incremental run** evaluates the users who changed, however many others there are.

![Time of a full run on SQLite](performance/sqlite.svg)

![Time of a full run on PostgreSQL](performance/postgres.svg)

![Time of an incremental run on SQLite](performance/sqlite-incremental.svg)

![Time of an incremental run on PostgreSQL](performance/postgres-incremental.svg)
";

fn text(reports: &[Report]) -> Result<String> {
    let mut text = PREFACE.to_owned();
    for report in reports.iter().rev() {
        write!(text, "\n## {} users, {} rounds\n\n", in_thousands(report.users), report.rounds)?;
        text.push_str("| Database | Case | Median | Ratio | Bar | Met |\n|---|---|---:|---:|---|---|\n");
        for row in &report.measured {
            let ratio = row.ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
            let met = row.met.map_or("", |met| if met { "yes" } else { "**no**" });
            let Row { database, case, unit, median, bar, .. } = row;
            writeln!(text, "| {database} | {case} | {} {unit} | {ratio} | {bar} | {met} |", rounded(*median))?;
        }
    }
    Ok(text)
}

fn rounded(value: f64) -> String {
    if value >= 100.0 { in_thousands(value.round() as u64) } else { format!("{value:.2}") }
}

/// `1,234,567`
fn in_thousands(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let (head, rest) = digits.split_at(first);
    let groups = rest.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    let all: Vec<_> = (first > 0).then(|| head.to_owned()).into_iter().chain(groups).collect();
    all.join(",")
}

/// Only cases that are measured for every number of users.
fn full_runs(reports: &[Report], database: &str) -> Vec<Line> {
    ["engine, from empty", "set-based SQL, from empty", "engine, nothing changed", "set-based SQL, nothing changed"]
        .into_iter()
        .map(|case| {
            let median = |report: &Report| {
                let row = report.measured.iter().find(|row| row.database == database && row.case == case)?;
                Some((report.users as f64, row.median / 1e3))
            };
            Line { name: case.to_owned(), points: reports.iter().filter_map(median).collect() }
        })
        .collect()
}

/// One line per number of users, against how many of them changed.
fn incremental_runs(reports: &[Report], database: &str) -> Vec<Line> {
    let changed = |case: &str| case.strip_prefix("incremental, ")?.strip_suffix(" users changed")?.parse::<f64>().ok();
    let line = |report: &Report| Line {
        name: format!("of {} users", in_thousands(report.users)),
        points: (report.measured.iter().filter(|row| row.database == database))
            .filter_map(|row| Some((changed(&row.case)?, row.median / 1e3)))
            .collect(),
    };
    reports.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_rounded() {
        for (number, expected) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(in_thousands(number), expected);
        }
        assert_eq!(rounded(1.234), "1.23");
        assert_eq!(rounded(1234.5), "1,235");
    }
}
