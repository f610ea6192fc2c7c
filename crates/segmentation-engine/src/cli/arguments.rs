//! Parsers of values that several commands take.

use std::str::FromStr;

use chrono_tz::Tz;
use domain::{
    instant::{Instant, parse_instant},
    period::Span,
    segment::SegmentKey,
};

pub(super) fn segment(text: &str) -> Result<SegmentKey, String> {
    text.parse().map_err(|_| "a segment is written like lifecycle:active".into())
}

pub(super) fn instant(text: &str) -> Result<Instant, String> {
    parse_instant(text).ok_or_else(|| "a time is written like 2014-10-15T00:00:00Z (RFC 3339, years 1 to 9999)".into())
}

pub(super) fn span(text: &str) -> Result<Span, String> {
    text.parse().map_err(|_| "a duration is written like 30d, 12h or 30m".into())
}

pub(super) fn zone(text: &str) -> Result<Tz, String> {
    text.parse().map_err(|_| "a time zone is written like Europe/Berlin or UTC".into())
}

pub(super) fn whole<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "expected a whole number".into())
}

pub(super) fn positive<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "expected a whole number of at least 1".into())
}
