//! Parsers of values that several commands take.

use domain::{
    instant::{Instant, parse_instant},
    period::Span,
};

pub(super) fn instant(text: &str) -> Result<Instant, String> {
    parse_instant(text).ok_or_else(|| "a time is written like 2014-10-15T00:00:00Z (RFC 3339, years 1 to 9999)".into())
}

pub(super) fn span(text: &str) -> Result<Span, String> {
    text.parse().map_err(|_| "a duration is written like 30d, 12h or 30m".into())
}
