//! Decimal numbers, exact: no binary fraction is ever in between.

use std::fmt;

use serde_json::Value as Json;

/// Digits in total.
const DIGITS: usize = 18;
/// Digits after the point.
const FRACTION: usize = 6;
const UNIT: i128 = 1_000_000;
/// More than any number in millionths.
const BEYOND: i128 = 10_i128.pow((DIGITS + FRACTION) as u32);
/// A binary number keeps every decimal one of up to 15 digits: of 9 before the point, and 6 after it.
const EXACT_IN_BINARY: i128 = 1_000_000_000 * UNIT;

/// At most 18 digits, 6 of them after the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal {
    millionths: i128,
}

impl Decimal {
    /// No number is beyond them.
    pub(crate) const ENDS: [Self; 2] = [Self { millionths: 1 - BEYOND }, Self { millionths: BEYOND - 1 }];

    /// The number between those that are as close to it as there can be any.
    pub(crate) fn with_neighbors(self) -> [Self; 3] {
        [-1, 0, 1].map(|step| Self { millionths: self.millionths + step })
    }

    /// Digits, with a sign and a point if need be. Zeros at either end do not count.
    pub fn parse(text: &str) -> Option<Self> {
        let (is_negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        if fraction.len() > FRACTION || whole.len() + fraction.len() > DIGITS {
            return None;
        }
        let millionths: i128 = format!("{whole}{fraction:0<FRACTION$}").parse().ok()?;
        Some(Self { millionths: if is_negative { -millionths } else { millionths } })
    }

    /// A string, or a number that JSON cannot have changed: parsers keep numbers with a point in binary.
    pub fn of_json(json: &Json) -> Option<Self> {
        match json {
            Json::String(text) => Self::parse(text.trim()),
            Json::Number(number) if number.is_f64() => {
                Self::parse(&number.to_string()).filter(|decimal| decimal.millionths.abs() < EXACT_IN_BINARY)
            }
            Json::Number(number) => Self::parse(&number.to_string()),
            _ => None,
        }
    }

    /// Digits that compare as text like the number, in both databases.
    pub fn sortable(self) -> String {
        format!("{:025}", self.millionths + BEYOND)
    }

    pub fn of_sortable(text: &str) -> Option<Self> {
        let millionths = text.parse::<i128>().ok()? - BEYOND;
        (millionths.abs() < BEYOND).then_some(Self { millionths })
    }
}

impl From<Decimal> for Json {
    fn from(decimal: Decimal) -> Self {
        decimal.to_string().into()
    }
}

/// Such as `-12.5`, without zeros that make no difference.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.millionths < 0 { "-" } else { "" };
        let (whole, fraction) = (self.millionths.abs() / UNIT, self.millionths.abs() % UNIT);
        let fraction = format!("{fraction:06}");
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            fraction => write!(f, "{sign}{whole}.{fraction}"),
        }
    }
}
