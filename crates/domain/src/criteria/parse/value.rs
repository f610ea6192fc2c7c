//! Readers of single values.

use std::{collections::HashSet, hash::Hash, ops::RangeInclusive};

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use serde_json::Value;

use super::{
    Limits, Reader,
    fault::{Path, Place},
};
use crate::{
    certification::Provider,
    instant::{Instant, parse_instant},
    period::{Span, midnight},
    segment::SegmentKey,
    text::Text,
};

impl Reader<'_> {
    /// One of our own names.
    pub(super) fn name<T>(&mut self, at: Place<'_>, names: &[&str], read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let known = at.value.and_then(Value::as_str).and_then(read);
        known.or_else(|| self.fault(at.path, format!("one of {}", names.join(", ")), at.by_name()))
    }

    pub(super) fn provider(&mut self, at: Place<'_>) -> Option<Provider> {
        self.name(at, &Provider::ALL.map(Provider::name), Provider::from_name)
    }

    pub(super) fn whole_number(&mut self, at: Place<'_>, bounds: &RangeInclusive<i64>) -> Option<i64> {
        let number = at.value.and_then(Value::as_i64).filter(|number| bounds.contains(number));
        number.or_else(|| self.fault(at.path, number_in_words(bounds), at.in_words()))
    }

    pub(super) fn instant(&mut self, at: Place<'_>) -> Option<Instant> {
        let zone = self.context.zone;
        let read = |text| parse_instant(text).or_else(|| start_of_day(text, zone));
        let expected = r#"an instant such as "2026-01-31T09:30:00Z" or a day such as "2026-01-31""#;
        at.value.and_then(Value::as_str).and_then(read).or_else(|| self.fault(at.path, expected, at.in_words()))
    }

    pub(super) fn span(&mut self, at: Place<'_>) -> Option<Span> {
        let span = at.value.and_then(Value::as_str).and_then(|text| text.parse().ok());
        span.or_else(|| self.fault(at.path, r#"a span such as "7d", "12h" or "30m", up to "36500d""#, at.in_words()))
    }

    pub(super) fn text(&mut self, at: Place<'_>) -> Option<Text> {
        let text = at.value.and_then(Value::as_str).filter(|text| is_text(text)).map(Text::new);
        let expected = || format!("a text of 1 to {} characters, none of them NUL", Limits::STRING);
        text.or_else(|| self.fault(at.path, expected(), at.in_words()))
    }

    pub(super) fn segment_key(&mut self, at: Place<'_>) -> Option<SegmentKey> {
        let key = at.value.and_then(Value::as_str).filter(|text| is_text(text)).and_then(|text| text.parse().ok());
        let Some(key) = key else {
            return self.fault(at.path, r#"a segment such as "lifecycle:active""#, at.by_name());
        };
        if !(self.context.segment_exists)(&key) {
            return self.fault(at.path, "a segment that exists", at.by_name());
        }
        Some(key)
    }

    /// A list of at least one; what is in it twice counts once.
    pub(super) fn list<T: Clone + Eq + Hash>(
        &mut self,
        at: Place<'_>,
        of_what: &str,
        mut read: impl FnMut(&mut Self, Place<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let expected = || format!("a list of 1 to {} {of_what}", Limits::LIST);
        let list = match at.value.and_then(Value::as_array) {
            Some(list) if list.len() > Limits::LIST => {
                return self.fault(at.path, expected(), format!("a list of {}", list.len()));
            }
            Some(list) if !list.is_empty() => list,
            _ => return self.fault(at.path, expected(), at.in_words()),
        };
        let values: Vec<_> = (0..)
            .zip(list)
            .map(|(n, value)| read(self, Place { path: Path::Index(&at.path, n), value: Some(value) }))
            .collect();
        let mut values: Vec<T> = values.into_iter().collect::<Option<_>>()?;
        let mut seen = HashSet::new();
        values.retain(|value| seen.insert(value.clone()));
        Some(values)
    }

    /// `[from, to]`.
    pub(super) fn range<T: PartialOrd>(
        &mut self,
        at: Place<'_>,
        mut read: impl FnMut(&mut Self, Place<'_>) -> Option<T>,
    ) -> Option<(T, T)> {
        let (from, to) = match at.value.and_then(Value::as_array).map(Vec::as_slice) {
            Some([from, to]) => (from, to),
            Some(list) if !list.is_empty() => {
                return self.fault(at.path, "a list of two: from, to", format!("a list of {}", list.len()));
            }
            _ => return self.fault(at.path, "a list of two: from, to", at.in_words()),
        };
        let mut end = |n, value| read(self, Place { path: Path::Index(&at.path, n), value: Some(value) });
        let (from, to) = (end(0, from), end(1, to));
        let (from, to) = (from?, to?);
        if from > to {
            return self.fault(at.path, "a list of two, the second not below the first", "an impossible range");
        }
        Some((from, to))
    }

    /// What may be left out. The outer `None` is a fault.
    pub(super) fn optional<'p, T>(
        &mut self,
        at: Place<'p>,
        read: impl FnOnce(&mut Self, Place<'p>) -> Option<T>,
    ) -> Option<Option<T>> {
        if at.value.is_none() {
            return Some(None);
        }
        read(self, at).map(Some)
    }
}

fn is_text(text: &str) -> bool {
    (1..=Limits::STRING).contains(&text.chars().count()) && !text.contains('\0')
}

fn number_in_words(bounds: &RangeInclusive<i64>) -> String {
    match (*bounds.start(), *bounds.end()) {
        (i64::MIN, i64::MAX) => "a whole number in the signed 64-bit range".into(),
        (min, i64::MAX) => format!("a whole number from {min} in the signed 64-bit range"),
        (min, max) => format!("a whole number from {min} to {max}"),
    }
}

/// The first instant of a day written `YYYY-MM-DD`, if it lies in the years 1 to 9999 also as UTC.
fn start_of_day(text: &str, zone: Tz) -> Option<Instant> {
    let is_shaped = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(n, byte)| if n == 4 || n == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    let day: NaiveDate = is_shaped.then(|| text.parse().ok())??;
    Some(midnight(day, zone)).filter(|instant| (1..=9999).contains(&instant.year()))
}
