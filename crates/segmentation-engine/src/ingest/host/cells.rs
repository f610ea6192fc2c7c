//! A row of a host database. It follows the rules of files, and also accepts times as databases write them.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, NaiveDateTime};
use domain::{
    attribute::Attribute,
    instant::{Instant, parse_instant},
};
use persistence::host::{ATTRIBUTE, HostQuery, HostRow};

use crate::ingest::fields::{RawRecord, Value};

pub(super) struct Row<'a> {
    pub(super) query: &'a HostQuery,
    pub(super) row: &'a HostRow,
}

impl RawRecord for Row<'_> {
    const TIME: &'static str = "a time";
    const ATTRIBUTE: &'static str = ATTRIBUTE;

    fn value(&self, column: &str) -> Value<'_> {
        let place = self.query.columns().iter().position(|name| *name == column);
        place.map_or(Value::Absent, |place| self.cell(place))
    }

    fn attributes(&self) -> Vec<(&Attribute, Value<'_>)> {
        let places = self.query.columns().len()..;
        let attributes = places.zip(self.query.attributes());
        attributes.map(|(place, attribute)| (&**attribute, self.cell(place))).collect()
    }

    fn time(text: &str) -> Option<Instant> {
        time(text)
    }
}

impl Row<'_> {
    fn cell(&self, place: usize) -> Value<'_> {
        match self.row.cells.get(place) {
            None => Value::Absent,
            Some(Err(_)) => Value::NotUtf8,
            Some(Ok(None)) => Value::Empty,
            Some(Ok(Some(text))) => Value::Text(Cow::Borrowed(text)),
        }
    }
}

/// RFC 3339, also with a space for the `T` and with an offset of only hours; without an offset, meaning UTC; or
/// milliseconds since 1970. Prisma writes the last two.
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
    fn pull_reads_times_as_databases_write_them() {
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
