//! Where a rule stands, and when it fires.

use chrono::TimeDelta;

use crate::{instant::Instant, text_enum::text_enum};

text_enum! {
    /// Where an alert stands.
    pub enum AlertState {
        /// Its condition does not hold, or began to hold again too soon after it fired.
        Quiet = "quiet",
        /// Its condition holds.
        Firing = "firing",
        /// It cannot be told: the history is too short, the base is smaller than `minSize`, or the segment is inactive.
        NotEnough = "notEnough",
    }
}

text_enum! {
    /// What happened to an alert.
    pub enum AlertTurn {
        /// It fired.
        Firing = "firing",
        /// It is over.
        Resolved = "resolved",
    }
}

/// Whether a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Holds,
    DoesNotHold,
    NotEnough,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub state: AlertState,
    pub since: Instant,
    /// When it last fired.
    pub fired_at: Option<Instant>,
}

impl Standing {
    /// Of a new rule.
    pub fn new(now: Instant) -> Self {
        Self { state: AlertState::Quiet, since: now, fired_at: None }
    }

    /// After a look. A rule fires once when its condition begins to hold, and again no earlier than a while after it last did.
    #[must_use]
    pub fn after(self, verdict: Verdict, now: Instant, cooldown: TimeDelta) -> (Self, Option<AlertTurn>) {
        let is_cool = self.fired_at.is_none_or(|fired_at| now - fired_at >= cooldown);
        let was_firing = self.state == AlertState::Firing;
        let state = match verdict {
            Verdict::Holds if was_firing || is_cool => AlertState::Firing,
            Verdict::Holds | Verdict::DoesNotHold => AlertState::Quiet,
            Verdict::NotEnough => AlertState::NotEnough,
        };
        let turn = match (was_firing, state == AlertState::Firing) {
            (false, true) => Some(AlertTurn::Firing),
            (true, false) => Some(AlertTurn::Resolved),
            (true, true) | (false, false) => None,
        };
        let since = if state == self.state { self.since } else { now };
        let fired_at = if turn == Some(AlertTurn::Firing) { Some(now) } else { self.fired_at };
        (Self { state, since, fired_at }, turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alert_fires_once_and_again_only_after_its_cooldown() {
        use Verdict::{DoesNotHold, Holds, NotEnough};
        let start = Instant::from_timestamp(1_775_000_000, 0).expect("a time");
        let mut standing = Standing::new(start);
        for (hour, verdict, expected, state) in [
            (0, DoesNotHold, None, AlertState::Quiet),
            (1, Holds, Some(AlertTurn::Firing), AlertState::Firing),
            (2, Holds, None, AlertState::Firing),
            (3, DoesNotHold, Some(AlertTurn::Resolved), AlertState::Quiet),
            // It fired less than 24 hours ago.
            (4, Holds, None, AlertState::Quiet),
            (24, Holds, None, AlertState::Quiet),
            (25, Holds, Some(AlertTurn::Firing), AlertState::Firing),
            (99, Holds, None, AlertState::Firing),
            (100, NotEnough, Some(AlertTurn::Resolved), AlertState::NotEnough),
            (101, NotEnough, None, AlertState::NotEnough),
            (102, Holds, Some(AlertTurn::Firing), AlertState::Firing),
        ] {
            let turn;
            (standing, turn) = standing.after(verdict, start + TimeDelta::hours(hour), TimeDelta::hours(24));
            assert_eq!((turn, standing.state), (expected, state), "hour {hour}");
        }
        assert_eq!(standing.fired_at, Some(start + TimeDelta::hours(102)));
    }
}
