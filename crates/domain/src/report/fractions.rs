//! Sums of fractions, exact as long as 128 bits hold them.

use std::collections::BTreeMap;

use crate::rate::divided;

/// The sum of fractions in whole persons, halves up.
pub(super) fn rounded(fractions: impl Iterator<Item = (u64, u64)>) -> u64 {
    let mut by_denominator: BTreeMap<u64, u64> = BTreeMap::new();
    for (part, of) in fractions {
        *by_denominator.entry(of).or_default() += part;
    }
    let exact = by_denominator.iter().try_fold((0_i128, 1_i128), |sum, (of, part)| plus(sum, (*part, *of)));
    let rounded = exact.and_then(|(part, of)| divided(part, of)).and_then(|persons| u64::try_from(persons).ok());
    // A sum of so many different denominators does not end in a half.
    let inexact = || by_denominator.iter().map(|(of, part)| *part as f64 / *of as f64).sum::<f64>().round() as u64;
    rounded.unwrap_or_else(inexact)
}

/// `None` if it cannot be written with 128 bits.
fn plus((part, of): (i128, i128), (other_part, other_of): (u64, u64)) -> Option<(i128, i128)> {
    let (other_part, other_of) = (i128::from(other_part), i128::from(other_of));
    let common = (of / greatest_common_divisor(of, other_of)).checked_mul(other_of)?;
    let sum = part.checked_mul(common / of)?.checked_add(other_part.checked_mul(common / other_of)?)?;
    // The rounding doubles it.
    (sum < i128::MAX / 4 && common < i128::MAX / 4).then_some((sum, common))
}

fn greatest_common_divisor(one: i128, other: i128) -> i128 {
    if other == 0 { one } else { greatest_common_divisor(other, one % other) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_are_rounded_once() {
        let thirds = [(1, 3), (1, 3), (1, 3), (1, 2)];
        assert_eq!(rounded(thirds.into_iter()), 2);
        assert_eq!(rounded([(1, 4), (1, 4)].into_iter()), 1);
        assert_eq!(rounded([(1, 4), (1, 5)].into_iter()), 0);
        let many = (1_000_003..1_000_103).map(|of| (of, of));
        assert_eq!(rounded(many), 100, "too many for an exact sum");
    }
}
