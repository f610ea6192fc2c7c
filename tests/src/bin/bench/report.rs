//! What was measured, for people and for programs.

use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::cases::{Bar, Measured};

/// A table on standard output.
pub(crate) fn print(measured: &[Measured]) {
    println!("{:<10} {:<34} {:>10}  {:<12} ", "database", "case", "median ms", "bar");
    for (place, row) in measured.iter().enumerate() {
        let (bar, met) = verdict(measured, place);
        let met = met.map_or("", |met| if met { "met" } else { "NOT MET" });
        let database = format!("{:?}", row.database);
        println!("{database:<10} {:<34} {:>10.2}  {bar:<22} {met}", row.case, milliseconds(median(row)));
    }
}

/// The same as JSON, with the times of every round.
pub(crate) fn write(measured: &[Measured], users: usize, rounds: usize, file: &str) {
    let rows: Vec<Json> = measured
        .iter()
        .enumerate()
        .map(|(place, row)| {
            let (bar, met) = verdict(measured, place);
            let times: Vec<_> = row.times.iter().map(|time| milliseconds(*time)).collect();
            json!({
                "database": format!("{:?}", row.database), "case": row.case, "medianMs": milliseconds(median(row)),
                "roundsMs": times, "bar": bar, "met": met,
            })
        })
        .collect();
    let report = json!({"users": users, "rounds": rounds, "measured": rows});
    let text = serde_json::to_string_pretty(&report).expect("JSON");
    std::fs::write(file, text + "\n").expect("the file is written");
}

/// The bar in words, and whether it is met, if there is one.
fn verdict(measured: &[Measured], place: usize) -> (String, Option<bool>) {
    let time = milliseconds(median(&measured[place]));
    match measured[place].bar {
        Bar::None => (String::new(), None),
        Bar::Milliseconds(most) => (format!("<= {most} ms"), Some(time <= most)),
        Bar::Times(most) => {
            // What it is measured against stands before it.
            let ratio = time / milliseconds(median(&measured[place - 1]));
            (format!("{ratio:.2} x, <= {most} x"), Some(ratio <= most))
        }
    }
}

fn median(row: &Measured) -> Duration {
    let mut times = row.times.clone();
    times.sort_unstable();
    times[times.len() / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
