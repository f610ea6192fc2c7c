//! Amounts in whole minor units. Nothing is a binary fraction between the host application and the database.

use std::fmt;

use super::Currency;

/// In minor units, of either sign.
pub const LARGEST_AMOUNT: i64 = 1_000_000_000_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money {
    /// Of either sign, up to [`LARGEST_AMOUNT`] where it comes in.
    pub minor: i64,
    pub currency: Currency,
}

/// Why a text is not an amount of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAmount {
    NotDecimal,
    /// More digits after the point than the currency has.
    TooPrecise(Currency),
    TooLarge,
}

impl fmt::Display for NoAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDecimal => f.write_str("must be a decimal number such as 29.00"),
            Self::TooPrecise(currency) => write!(f, "has more digits than {currency} has"),
            Self::TooLarge => write!(f, "must be at most {LARGEST_AMOUNT} minor units"),
        }
    }
}

impl Money {
    /// Reads decimal text in major units: `29.00`, `-5`. Zeros at the end do not count.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, NoAmount> {
        let (is_negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) {
            return Err(NoAmount::NotDecimal);
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let exponent = currency.exponent() as usize;
        if fraction.len() > exponent {
            return Err(NoAmount::TooPrecise(currency));
        }
        let minor = format!("0{whole}{fraction:0<exponent$}").parse::<i64>().ok();
        let minor = minor.filter(|minor| *minor <= LARGEST_AMOUNT).ok_or(NoAmount::TooLarge)?;
        Ok(Self { minor: if is_negative { -minor } else { minor }, currency })
    }

    /// In major units, with all digits of the currency: `29.00`.
    pub fn decimal(self) -> String {
        let sign = if self.minor < 0 { "-" } else { "" };
        let unit = 10_u64.pow(self.currency.exponent());
        let (whole, fraction) = (self.minor.unsigned_abs() / unit, self.minor.unsigned_abs() % unit);
        match self.currency.exponent() as usize {
            0 => format!("{sign}{whole}"),
            digits => format!("{sign}{whole}.{fraction:0digits$}"),
        }
    }
}

/// Such as `29.00 EUR`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;
    use crate::event::CURRENCIES;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).expect("a code")
    }

    #[test]
    fn amount_is_read_in_the_units_of_its_currency() {
        for (text, code, expected) in [
            ("29.00", "EUR", Ok("29.00 EUR")),
            ("-5", "EUR", Ok("-5.00 EUR")),
            ("+0.1", "EUR", Ok("0.10 EUR")),
            ("2900", "JPY", Ok("2900 JPY")),
            ("2900.00", "JPY", Ok("2900 JPY")),
            ("0", "JPY", Ok("0 JPY")),
            ("1.234", "KWD", Ok("1.234 KWD")),
            ("0.0001", "CLF", Ok("0.0001 CLF")),
            ("1000000000000000", "JPY", Ok("1000000000000000 JPY")),
            ("1000000000000001", "JPY", Err(NoAmount::TooLarge)),
            ("99999999999999999999999", "EUR", Err(NoAmount::TooLarge)),
            ("29.5", "JPY", Err(NoAmount::TooPrecise(currency("JPY")))),
            ("29.001", "EUR", Err(NoAmount::TooPrecise(currency("EUR")))),
            ("29,00", "EUR", Err(NoAmount::NotDecimal)),
            ("1e3", "EUR", Err(NoAmount::NotDecimal)),
            ("", "EUR", Err(NoAmount::NotDecimal)),
            (".5", "EUR", Err(NoAmount::NotDecimal)),
            ("5.", "EUR", Err(NoAmount::NotDecimal)),
            ("--5", "EUR", Err(NoAmount::NotDecimal)),
        ] {
            let money = Money::parse(text, currency(code)).map(|money| money.to_string());
            assert_eq!(money, expected.map(str::to_owned), "{text} {code}");
        }
    }

    proptest! {
        #[test]
        fn amount_is_read_as_it_is_written(minor in -LARGEST_AMOUNT..=LARGEST_AMOUNT, (code, _) in select(&CURRENCIES)) {
            let money = Money { minor, currency: currency(code) };
            prop_assert_eq!(Money::parse(&money.decimal(), money.currency), Ok(money));
        }
    }
}
