//! Repeatable random numbers.
//!
//! SplitMix64, by hand: the demo has to stay the same forever, and a library's sampling may change with its version.
//! Each user and day has its own dice, so that a change to one user leaves the others alone.

/// A stream of random numbers.
pub(crate) struct Dice(u64);

/// The constant of SplitMix64: 2⁶⁴ divided by the golden ratio.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Dice {
    /// `place` is, for example, a user and a day.
    pub(crate) fn new(seed: u64, place: [u64; 2]) -> Self {
        let mixed = place.into_iter().fold(seed, |state, part| mix(state.wrapping_add(STEP) ^ mix(part)));
        Self(mixed)
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// Inclusive on both ends.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u128::from(high.abs_diff(low)) + 1;
        let offset = (u128::from(self.number()) * span) >> 64;
        low + i64::try_from(offset).unwrap_or(0)
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        // The upper 53 bits, as a fraction of 1.
        ((self.number() >> 11) as f64) < probability * (1_u64 << 53) as f64
    }

    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let last = i64::try_from(choices.len()).unwrap_or(i64::MAX) - 1;
        &choices[usize::try_from(self.between(0, last)).unwrap_or(0)]
    }

    pub(crate) fn weighted<'a, T>(&mut self, choices: &'a [(u32, T)]) -> &'a T {
        let total: i64 = choices.iter().map(|(weight, _)| i64::from(*weight)).sum();
        let mut left = self.between(1, total);
        let chosen = choices.iter().find(|(weight, _)| {
            left -= i64::from(*weight);
            left <= 0
        });
        &chosen.unwrap_or(&choices[0]).1
    }
}

/// The finalizer of SplitMix64. It maps no two numbers to the same one.
pub(crate) fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_that_of_the_published_algorithm() {
        // The first outputs for the state 1234567, as the reference implementation prints them.
        let mut dice = Dice(1_234_567);
        let numbers = [(); 3].map(|()| dice.number());
        assert_eq!(numbers, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn chances_are_fair() {
        let mut dice = Dice::new(1, [2, 3]);
        let hits = (0..10_000).filter(|_| dice.chance(0.3)).count();
        assert!((2_800..3_200).contains(&hits), "{hits}");
        let mut counts = [0; 3];
        (0..9_000).for_each(|_| counts[usize::try_from(dice.between(0, 2)).expect("0 to 2")] += 1);
        assert!(counts.iter().all(|count| (2_800..3_200).contains(count)), "{counts:?}");
        let rare = (0..10_000).filter(|_| *dice.weighted(&[(9, false), (1, true)])).count();
        assert!((900..1_100).contains(&rare), "{rare}");
    }
}
