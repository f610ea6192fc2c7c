//! Answers as tables, for CSV and for terminals, with the same numbers as in the answer itself.

use domain::{
    instant::{Instant, format_instant},
    rate::{Rate, Ratio},
};

use crate::export::guarded;

/// The most rows that a CSV may have.
pub const MOST_ROWS: usize = 100_000;

/// One table of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Unique in its report.
    pub name: &'static str,
    /// The keys of a row first.
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    Whole(i64),
    /// A number and how many decimals to show.
    Decimal(f64, usize),
    /// There is no value.
    Empty,
}

/// The columns of a [`Rate`].
pub(super) const RATE: [&str; 5] = ["part", "of", "percent", "low", "high"];

impl Cell {
    pub(super) fn count(count: u64) -> Self {
        Self::Whole(i64::try_from(count).unwrap_or(i64::MAX))
    }

    pub(super) fn instant(instant: Instant) -> Self {
        Self::Text(format_instant(instant))
    }

    pub(super) fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }

    pub(super) fn percent(percent: Option<f64>) -> Self {
        percent.map_or(Self::Empty, |percent| Self::Decimal(percent, 2))
    }

    pub(super) fn rate(rate: Rate) -> [Self; 5] {
        let [low, high] = rate.interval().map_or([None; 2], |ends| ends.map(Some));
        let shares = [rate.percent(), low, high].map(Self::percent);
        let [percent, low, high] = shares;
        [Self::count(rate.part()), Self::count(rate.of()), percent, low, high]
    }

    pub(super) fn ratio(ratio: Ratio) -> [Self; 3] {
        [Self::count(ratio.part()), Self::count(ratio.of()), Self::percent(ratio.percent())]
    }
}

/// The table with a name, or the first one. Without such a table, the names that there are.
pub fn choose(tables: Vec<Table>, name: Option<&str>) -> Result<Table, String> {
    let names: Vec<_> = tables.iter().map(|table| table.name).collect();
    let found = tables.into_iter().find(|table| name.is_none_or(|name| table.name == name));
    found.ok_or_else(|| format!("expected one of {}", names.join(", ")))
}

/// As in a terminal.
impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Whole(number) => number.fmt(f),
            Self::Decimal(number, decimals) => write!(f, "{number:.decimals$}"),
            Self::Empty => f.write_str("–"),
        }
    }
}

impl Table {
    /// RFC 4180, with a header row. A text that a spreadsheet could run as a formula is prefixed with `'`.
    pub fn to_csv(&self) -> Result<String, csv::Error> {
        let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        csv.write_record(&self.columns)?;
        for row in &self.rows {
            csv.write_record(row.iter().map(|cell| match cell {
                Cell::Text(text) => guarded(text).into_owned(),
                Cell::Whole(_) | Cell::Decimal(..) => cell.to_string(),
                Cell::Empty => String::new(),
            }))?;
        }
        let bytes = csv.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_written_as_csv_with_the_same_numbers() {
        let cells = |key: &str, rate: Rate| [Cell::text(key)].into_iter().chain(Cell::rate(rate)).collect();
        let table = Table {
            name: "rates",
            columns: ["key"].into_iter().chain(RATE).collect(),
            rows: vec![cells("=1+1", Rate::new(1, 2)), cells("a,b", Rate::new(0, 0))],
        };
        let csv = table.to_csv().expect("CSV");
        assert_eq!(csv, "key,part,of,percent,low,high\r\n'=1+1,1,2,50.00,9.45,90.55\r\n\"a,b\",0,0,,,\r\n");
    }
}
