//! The measurements of the engine, as a table and as JSON.

use integration_tests::Kind;
use serde_json::{Value as Json, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Microseconds,
    Milliseconds,
    Megabytes,
    Requests,
    Percent,
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Self::Microseconds => "µs",
            Self::Milliseconds => "ms",
            Self::Megabytes => "MB",
            Self::Requests => "req",
            Self::Percent => "%",
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Bar {
    /// This many times another case in the same rounds.
    Times(String, f64),
    AtMost(f64),
    AtLeast(f64),
    /// The reference for others.
    None,
}

#[derive(Debug, Clone)]
pub(crate) struct Row {
    database: Kind,
    case: String,
    unit: Unit,
    bar: Bar,
    values: Vec<f64>,
}

impl Row {
    pub(crate) fn new(database: Kind, case: String, unit: Unit, bar: Bar) -> Self {
        Self { database, case, unit, bar, values: Vec::new() }
    }

    pub(crate) fn case(&self) -> &str {
        &self.case
    }

    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }

    pub(crate) fn note(&mut self, value: f64) {
        self.values.push(value);
    }
}

/// The value, the limit, and whether the limit is met.
struct Verdict {
    ratio: Option<f64>,
    bar: String,
    met: Option<bool>,
}

/// The median of the ratios per round, so that other load on the machine affects both cases.
fn verdict(rows: &[Row], row: &Row) -> Verdict {
    match &row.bar {
        Bar::None => Verdict { ratio: None, bar: String::new(), met: None },
        Bar::AtMost(most) => Verdict {
            ratio: None,
            bar: format!("<= {most} {}", row.unit.name()),
            met: Some(median(row.values.clone()) <= *most),
        },
        Bar::AtLeast(least) => Verdict {
            ratio: None,
            bar: format!(">= {least} {}", row.unit.name()),
            met: Some(median(row.values.clone()) >= *least),
        },
        Bar::Times(other, most) => {
            let other = rows.iter().find(|known| known.database == row.database && known.case == *other);
            let other = other.expect("the case that it is measured against");
            let ratio = median(row.values.iter().zip(&other.values).map(|(value, other)| value / other).collect());
            Verdict { ratio: Some(ratio), bar: format!("<= {most} x {}", other.case), met: Some(ratio <= *most) }
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

pub(crate) fn print(rows: &[Row]) {
    println!("{:<10} {:<66} {:>12}  {:<8} bar", "database", "case", "median", "ratio");
    for row in rows {
        let Verdict { ratio, bar, met } = verdict(rows, row);
        let met = met.map_or("", |met| if met { "met: " } else { "NOT MET: " });
        let ratio = ratio.map_or(String::new(), |ratio| format!("{ratio:.2} x"));
        let (database, unit) = (format!("{:?}", row.database), row.unit.name());
        let value = median(row.values.clone());
        println!("{database:<10} {:<66} {value:>9.2} {unit}  {ratio:<8} {met}{bar}", row.case);
    }
}

/// With the values of every round.
pub(crate) fn write(rows: &[Row], users: usize, rounds: usize, file: &str) {
    let measured: Vec<Json> = rows
        .iter()
        .map(|row| {
            let Verdict { ratio, bar, met } = verdict(rows, row);
            json!({
                "database": format!("{:?}", row.database), "case": row.case, "unit": row.unit.name(),
                "median": median(row.values.clone()), "rounds": row.values, "ratio": ratio, "bar": bar, "met": met,
            })
        })
        .collect();
    let report = json!({"users": users, "rounds": rounds, "measured": measured});
    let text = serde_json::to_string_pretty(&report).expect("JSON");
    std::fs::write(file, text + "\n").expect("the file is written");
}
