//! Currencies, by ISO 4217.

use std::fmt;

use serde::{Serialize, Serializer};

/// A code of the table, with the digits after the point of its amounts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// How many currencies have no minor unit, one of a hundredth, of a thousandth, and of a ten-thousandth.
const COUNTS: [usize; 4] = [NONE.len() / 4, HUNDREDTH.len() / 4, THOUSANDTH.len() / 4, TEN_THOUSANDTH.len() / 4];

// Each code with a space after it. Codes that were withdrawn since 2023 are here too: purchases of that time have them.
const NONE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ";
const THOUSANDTH: &str = "BHD IQD JOD KWD LYD OMR TND ";
const TEN_THOUSANDTH: &str = "CLF UYW ";
const HUNDREDTH: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD \
    CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD \
    HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU \
    MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD \
    SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR \
    ZMW ZWG ";

const COUNT: usize = COUNTS[0] + COUNTS[1] + COUNTS[2] + COUNTS[3];

/// Every code, in the order of the alphabet, with its exponent.
pub const CURRENCIES: [(&str, u32); COUNT] = {
    let mut table = [("", 0); COUNT];
    let mut filled = 0;
    let lists = [(NONE, 0), (HUNDREDTH, 2), (THOUSANDTH, 3), (TEN_THOUSANDTH, 4)];
    let mut list = 0;
    while list < lists.len() {
        let (mut rest, exponent) = lists[list];
        while !rest.is_empty() {
            let (code, after) = rest.split_at(4);
            let (code, _) = code.split_at(3);
            // Where it belongs: the lists are short, and this runs once, when the program is compiled.
            let mut place = filled;
            while place > 0 && is_before(code, table[place - 1].0) {
                table[place] = table[place - 1];
                place -= 1;
            }
            table[place] = (code, exponent);
            (filled, rest) = (filled + 1, after);
        }
        list += 1;
    }
    table
};

const fn is_before(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut place = 0;
    while place < 2 && one[place] == other[place] {
        place += 1;
    }
    one[place] < other[place]
}

impl Currency {
    /// In upper case.
    pub fn parse(code: &str) -> Option<Self> {
        let place = CURRENCIES.binary_search_by_key(&code, |(known, _)| known).ok()?;
        CURRENCIES[place].0.as_bytes().try_into().ok().map(Self)
    }

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The number of digits after the point of an amount.
    pub fn exponent(&self) -> u32 {
        CURRENCIES.binary_search_by_key(&self.code(), |(known, _)| known).map_or(2, |place| CURRENCIES[place].1)
    }
}

/// The code.
impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_are_in_order_and_have_their_exponents() {
        assert!(CURRENCIES.is_sorted_by(|one, other| one.0 < other.0), "{CURRENCIES:?}");
        let exponent = |code: &str| Currency::parse(code).map(|currency| currency.exponent());
        let expected = [("JPY", 0), ("EUR", 2), ("USD", 2), ("KWD", 3), ("CLF", 4), ("ZWG", 2), ("AED", 2)];
        for (code, digits) in expected {
            assert_eq!(exponent(code), Some(digits), "{code}");
            assert_eq!(Currency::parse(code).map(|currency| currency.to_string()).as_deref(), Some(code));
        }
        for code in ["", "eur", "EURO", "XXX", "EU", " EUR", "XAU"] {
            assert_eq!(exponent(code), None, "{code}");
        }
    }
}
