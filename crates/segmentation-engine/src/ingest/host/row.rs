//! A row of a host database while it is read: the rules of files, with the times that databases write.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, NaiveDateTime};
use domain::instant::{Instant, parse_instant};
use persistence::host::HostRow;

use crate::ingest::fields::{Fields, LONGEST_TEXT};

/// Its cells by the names of the columns.
pub(super) struct Row<'a> {
    columns: &'static [&'static str],
    row: &'a HostRow,
    faults: Vec<String>,
}

impl<'a> Row<'a> {
    pub(super) fn new(columns: &'static [&'static str], row: &'a HostRow) -> Self {
        Self { columns, row, faults: Vec::new() }
    }

    /// All that is wrong with the columns that were read.
    pub(super) fn into_reason(self) -> String {
        self.faults.join("; ")
    }

    fn value<T>(&mut self, column: &str, otherwise: &str, read: fn(&str) -> Option<T>) -> Option<Option<T>> {
        let text = self.text(column, LONGEST_TEXT)?.unwrap_or_default();
        let value = match text.trim() {
            "" => return Some(None),
            text => read(text),
        };
        match value {
            Some(value) => Some(Some(value)),
            None => self.fault(column, otherwise),
        }
    }
}

impl Fields for Row<'_> {
    fn text(&mut self, column: &str, longest: usize) -> Option<Option<Cow<'_, str>>> {
        let row = self.row;
        let place = self.columns.iter().position(|name| *name == column)?;
        match row.cells.get(place)? {
            Err(_) => self.fault(column, "not UTF-8"),
            Ok(Some(text)) if text.len() > longest => self.fault(column, &format!("longer than {longest} bytes")),
            Ok(Some(text)) if text.contains('\0') => self.fault(column, "not text: it contains a NUL"),
            Ok(text) => Some(text.as_deref().filter(|text| !text.is_empty()).map(Cow::Borrowed)),
        }
    }

    fn whole(&mut self, column: &str) -> Option<Option<i64>> {
        self.value(column, "no whole number", |text| text.parse().ok())
    }

    fn number(&mut self, column: &str) -> Option<Option<f64>> {
        self.value(column, "no number", |text| text.parse().ok().filter(|number: &f64| number.is_finite()))
    }

    fn time(&mut self, column: &str) -> Option<Option<Instant>> {
        self.value(column, "no time", time)
    }

    fn fault<T>(&mut self, column: &str, is: &str) -> Option<T> {
        self.faults.push(format!("{column} is {is}"));
        None
    }
}

/// A time as databases hold it: RFC 3339, also with a space for the `T` and with an offset of hours alone; without an
/// offset, which is UTC; or milliseconds since 1970. The last two are what Prisma writes.
fn time(text: &str) -> Option<Instant> {
    if let Ok(milliseconds) = text.parse() {
        return DateTime::from_timestamp_millis(milliseconds).filter(|time| (1..=9999).contains(&time.year()));
    }
    let (date, clock) = text.split_once(['T', ' '])?;
    let text = format!("{date}T{clock}");
    let hours = |text: &str| text.len() > 3 && matches!(text.as_bytes()[text.len() - 3], b'+' | b'-');
    if NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f").is_ok() {
        parse_instant(&format!("{text}Z"))
    } else if hours(&text) {
        parse_instant(&format!("{text}:00"))
    } else {
        parse_instant(&text)
    }
}

#[cfg(test)]
mod tests {
    use domain::instant::format_instant;

    use super::*;

    #[test]
    fn times_are_read_as_databases_write_them() {
        for (text, expected) in [
            ("2026-01-31 09:30:00.123", Some("2026-01-31T09:30:00.123Z")),
            ("2026-01-31 09:30:00", Some("2026-01-31T09:30:00Z")),
            ("2026-01-31T09:30:00", Some("2026-01-31T09:30:00Z")),
            ("2026-01-31 09:30:00.123456+00", Some("2026-01-31T09:30:00.123456Z")),
            ("2026-01-31 11:30:00+02", Some("2026-01-31T09:30:00Z")),
            ("2026-01-31 11:30:00+02:00", Some("2026-01-31T09:30:00Z")),
            ("2026-01-31T09:30:00.123+00:00", Some("2026-01-31T09:30:00.123Z")),
            ("2026-01-31T09:30:00.123Z", Some("2026-01-31T09:30:00.123Z")),
            ("1769851800123", Some("2026-01-31T09:30:00.123Z")),
            ("-1000", Some("1969-12-31T23:59:59Z")),
            ("infinity", None),
            ("0044-03-15 12:00:00 BC", None),
            ("99999999999999999", None),
            ("2026-01-31", None),
            ("yesterday", None),
            ("T", None),
        ] {
            assert_eq!(time(text).map(format_instant).as_deref(), expected, "{text}");
        }
    }
}
