//! The measurements, as a table and as JSON.

use serde_json::{Value as Json, json};

use crate::cases::{Bar, Measured};

pub(crate) fn print(measured: &[Measured]) {
    println!("{:<10} {:<34} {:>10}  {:<12} ", "database", "case", "median", "bar");
    for (place, row) in measured.iter().enumerate() {
        let (bar, met) = verdict(measured, place);
        let met = met.map_or("", |met| if met { "met" } else { "NOT MET" });
        let database = format!("{:?}", row.database);
        println!("{database:<10} {:<34} {:>10.2}  {bar:<22} {met}", row.case, median(row));
    }
}

/// With the values of every round.
pub(crate) fn write(measured: &[Measured], users: usize, rounds: usize, file: &str) {
    let rows: Vec<Json> = measured
        .iter()
        .enumerate()
        .map(|(place, row)| {
            let (bar, met) = verdict(measured, place);
            let unit = if matches!(row.bar, Bar::Megabytes(_)) { "MB" } else { "ms" };
            json!({
                "database": format!("{:?}", row.database), "case": row.case, "unit": unit, "median": median(row),
                "rounds": row.rounds, "bar": bar, "met": met,
            })
        })
        .collect();
    let report = json!({"users": users, "rounds": rounds, "measured": rows});
    let text = serde_json::to_string_pretty(&report).expect("JSON");
    std::fs::write(file, text + "\n").expect("the file is written");
}

/// The limit in words, and whether it is met, if there is one.
fn verdict(measured: &[Measured], place: usize) -> (String, Option<bool>) {
    let median_here = median(&measured[place]);
    match measured[place].bar {
        Bar::None => (String::new(), None),
        Bar::Milliseconds(most) => (format!("<= {most} ms"), Some(median_here <= most)),
        Bar::Megabytes(most) => (format!("MB, <= {most} MB"), Some(median_here <= most)),
        Bar::Times(most) => {
            // Its reference is the case before it.
            let ratio = median_here / median(&measured[place - 1]);
            (format!("{ratio:.2} x, <= {most} x"), Some(ratio <= most))
        }
    }
}

fn median(row: &Measured) -> f64 {
    let mut rounds = row.rounds.clone();
    rounds.sort_unstable_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}
