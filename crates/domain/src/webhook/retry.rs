//! How often and for how long a message is tried.

use chrono::TimeDelta;

/// Pauses between attempts, in seconds.
const PAUSES: [u32; 7] = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000];

/// Attempts before a message is given up.
pub const MOST_ATTEMPTS: u32 = 8;

/// How long an endpoint may fail before it is switched off.
pub const MOST_FAILING: TimeDelta = TimeDelta::days(5);

/// The pause after an attempt that failed, longer by up to a fifth, so that messages that failed together do not come back together.
/// `dice` is random. `None` after the last attempt.
pub fn pause_after(attempts: u32, dice: u8) -> Option<TimeDelta> {
    let place = usize::try_from(attempts.checked_sub(1)?).ok()?;
    let pause = i64::from(*PAUSES.get(place)?) * 1_000;
    Some(TimeDelta::milliseconds(pause + pause * i64::from(dice) / (5 * i64::from(u8::MAX))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let pauses: Vec<_> = (1..).map_while(|attempts| pause_after(attempts, 0)).map(|it| it.num_seconds()).collect();
        assert_eq!(pauses, [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000]);
        assert_eq!(pauses.len() + 1, MOST_ATTEMPTS as usize);
        assert_eq!(pause_after(0, 0), None);
        assert_eq!(pause_after(1, u8::MAX), Some(TimeDelta::seconds(6)));
    }
}
