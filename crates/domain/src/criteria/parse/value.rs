//! Reads single values.

use std::{collections::HashSet, hash::Hash, ops::RangeInclusive};

use serde_json::Value;

use super::{
    Limits, Reader,
    fault::{Path, ValueAt},
};
use crate::{
    attribute::{Attribute, Decimal},
    certification::Provider,
    criteria::{Date, field::BOOLEANS},
    event::{Basis, Currency, EventName},
    instant::parse_instant,
    period::Span,
    segment::SegmentKey,
    text::Text,
};

impl Reader<'_> {
    pub(super) fn name<T>(
        &mut self,
        at: ValueAt<'_>,
        names: &[&str],
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let known = at.value.and_then(Value::as_str).and_then(read);
        known.or_else(|| self.fault(at.path, format!("one of {}", names.join(", ")), at.by_name()))
    }

    pub(super) fn provider(&mut self, at: ValueAt<'_>) -> Option<Provider> {
        self.name(at, &Provider::ALL.map(Provider::name), Provider::from_name)
    }

    pub(super) fn event_name(&mut self, at: ValueAt<'_>) -> Option<EventName> {
        let name = at.value.and_then(Value::as_str).and_then(EventName::parse);
        let expected =
            || format!("a name of 1 to {} of the characters a-z, 0-9, \"_\", \".\" and \"-\"", EventName::LONGEST);
        name.or_else(|| self.fault(at.path, expected(), at.in_words()))
    }

    pub(super) fn currency(&mut self, at: ValueAt<'_>) -> Option<Currency> {
        let currency = at.value.and_then(Value::as_str).and_then(Currency::parse);
        currency.or_else(|| self.fault(at.path, "an ISO 4217 code such as \"EUR\"", at.in_words()))
    }

    pub(super) fn basis(&mut self, at: ValueAt<'_>) -> Option<Basis> {
        let names: Vec<_> = Basis::ALL.iter().map(|basis| basis.as_str()).collect();
        self.name(at, &names, |name| name.parse().ok())
    }

    pub(super) fn whole_number(&mut self, at: ValueAt<'_>, bounds: &RangeInclusive<i64>) -> Option<i64> {
        let number = at.value.and_then(Value::as_i64).filter(|number| bounds.contains(number));
        number.or_else(|| self.fault(at.path, number_in_words(bounds), at.in_words()))
    }

    pub(super) fn date(&mut self, at: ValueAt<'_>) -> Option<Date> {
        let zone = self.context.zone;
        let read = |text| parse_instant(text).map(Date::At).or_else(|| Date::parse_day(text, zone));
        let expected = r#"a date such as "2026-01-31" or a timestamp such as "2026-01-31T09:30:00Z""#;
        at.value.and_then(Value::as_str).and_then(read).or_else(|| self.fault(at.path, expected, at.in_words()))
    }

    pub(super) fn span(&mut self, at: ValueAt<'_>) -> Option<Span> {
        let span = at.value.and_then(Value::as_str).and_then(|text| text.parse().ok());
        span.or_else(|| {
            self.fault(at.path, r#"a duration such as "7d", "12h", or "30m", up to "36500d""#, at.in_words())
        })
    }

    pub(super) fn text(&mut self, at: ValueAt<'_>) -> Option<Text> {
        let text = at.value.and_then(Value::as_str).filter(|text| is_text(text)).map(Text::new);
        let expected = || format!("a string of 1 to {} characters without NUL", Limits::STRING);
        text.or_else(|| self.fault(at.path, expected(), at.in_words()))
    }

    pub(super) fn decimal(&mut self, at: ValueAt<'_>) -> Option<Decimal> {
        let expected = r#"a decimal number such as "12.50", with at most 18 digits, 6 of them after the point"#;
        at.value.and_then(Decimal::of_json).or_else(|| self.fault(at.path, expected, at.in_words()))
    }

    /// True or false, or one of the two as a string, as a query builder has it.
    pub(super) fn boolean(&mut self, at: ValueAt<'_>) -> Option<bool> {
        let of_text = |text| BOOLEANS.into_iter().find(|(name, _)| *name == text).map(|(_, value)| value);
        let value = at.value.and_then(|value| value.as_bool().or_else(|| value.as_str().and_then(of_text)));
        value.or_else(|| self.fault(at.path, "true or false", at.in_words()))
    }

    /// One of an attribute's options, in any case.
    pub(super) fn option(&mut self, attribute: &Attribute, at: ValueAt<'_>) -> Option<Text> {
        const NAMED: usize = 20;
        let option = at.value.and_then(Value::as_str).and_then(|text| attribute.option(text)).cloned();
        let named: Vec<_> = attribute.options().take(NAMED).collect();
        let more = if attribute.options().len() > NAMED { ", …" } else { "" };
        option.or_else(|| self.fault(at.path, format!("one of {}{more}", named.join(", ")), at.in_words()))
    }

    pub(super) fn segment_key(&mut self, at: ValueAt<'_>) -> Option<SegmentKey> {
        let key = at.value.and_then(Value::as_str).filter(|text| is_text(text)).and_then(|text| text.parse().ok());
        let Some(key) = key else {
            return self.fault(at.path, r#"a segment such as "lifecycle:active""#, at.by_name());
        };
        if !(self.context.segment_exists)(&key) {
            return self.fault(at.path, "an existing segment", at.by_name());
        }
        Some(key)
    }

    /// A list with at least one value. Drops duplicates.
    pub(super) fn list<T: Clone + Eq + Hash>(
        &mut self,
        at: ValueAt<'_>,
        of_what: &str,
        mut read: impl FnMut(&mut Self, ValueAt<'_>) -> Option<T>,
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
            .map(|(n, value)| read(self, ValueAt { path: Path::Index(&at.path, n), value: Some(value) }))
            .collect();
        let mut values: Vec<T> = values.into_iter().collect::<Option<_>>()?;
        let mut seen = HashSet::new();
        values.retain(|value| seen.insert(value.clone()));
        Some(values)
    }

    /// `[from, to]`.
    pub(super) fn range<T>(
        &mut self,
        at: ValueAt<'_>,
        mut read: impl FnMut(&mut Self, ValueAt<'_>) -> Option<T>,
        is_descending: impl FnOnce(&T, &T) -> bool,
    ) -> Option<(T, T)> {
        let (from, to) = match at.value.and_then(Value::as_array).map(Vec::as_slice) {
            Some([from, to]) => (from, to),
            Some(list) if !list.is_empty() => {
                return self.fault(at.path, "a list of two values, from and to", format!("a list of {}", list.len()));
            }
            _ => return self.fault(at.path, "a list of two values, from and to", at.in_words()),
        };
        let mut end = |n, value| read(self, ValueAt { path: Path::Index(&at.path, n), value: Some(value) });
        let (from, to) = (end(0, from), end(1, to));
        let (from, to) = (from?, to?);
        if is_descending(&from, &to) {
            return self.fault(at.path, "a list of two values in ascending order", "descending values");
        }
        Some((from, to))
    }

    /// The outer `None` is a fault, the inner one a value that was left out.
    pub(super) fn optional<'p, T>(
        &mut self,
        at: ValueAt<'p>,
        read: impl FnOnce(&mut Self, ValueAt<'p>) -> Option<T>,
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
        (i64::MIN, i64::MAX) => "an integer in the signed 64-bit range".into(),
        (min, i64::MAX) => format!("an integer of at least {min}"),
        (min, max) => format!("an integer from {min} to {max}"),
    }
}
