//! What a rule watches for.

use super::Verdict;
use crate::text_enum::text_enum;

text_enum! {
    /// What an alert watches for.
    pub enum AlertKind {
        /// The segment has more members than the threshold.
        SizeAbove = "sizeAbove",
        /// The segment has fewer members than the threshold.
        SizeBelow = "sizeBelow",
        /// The size differs from the base by at least the threshold, in percent of the base.
        ChangePercent = "changePercent",
        /// The size differs from the base by at least the threshold, in members.
        ChangeAbsolute = "changeAbsolute",
        /// More users than the threshold entered in the last 24 hours.
        EnteredAbove = "enteredAbove",
        /// More users than the threshold left in the last 24 hours.
        LeftAbove = "leftAbove",
        /// No run has evaluated the segment for everyone in at least this many hours.
        NotEvaluated = "notEvaluated",
    }
}

text_enum! {
    /// The changes of a size that count.
    pub enum AlertDirection {
        /// Growth.
        Up = "up",
        /// Shrinkage.
        Down = "down",
        /// Either.
        Both = "both",
    }
}

text_enum! {
    /// What a size is compared with.
    pub enum AlertBase {
        /// The size at the same time of day a week before.
        LastWeek = "lastWeek",
        /// The median of the sizes at the same time of day 1, 2, 3 and 4 weeks before.
        FourWeeks = "fourWeeks",
    }
}

impl AlertBase {
    /// The days before now whose sizes it is made of.
    pub fn days_before(self) -> &'static [u32] {
        match self {
            Self::LastWeek => &[7],
            Self::FourWeeks => &[7, 14, 21, 28],
        }
    }
}

impl AlertKind {
    /// A smaller threshold would always hold, or never.
    pub fn least_threshold(self) -> u64 {
        match self {
            Self::SizeAbove | Self::EnteredAbove | Self::LeftAbove => 0,
            Self::SizeBelow | Self::ChangePercent | Self::ChangeAbsolute | Self::NotEvaluated => 1,
        }
    }
}

/// What a rule watches for, with its threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertCondition {
    SizeAbove(u64),
    SizeBelow(u64),
    Change(AlertChange),
    /// In the last 24 hours.
    EnteredAbove(u64),
    /// In the last 24 hours.
    LeftAbove(u64),
    /// In hours.
    NotEvaluated(u64),
}

/// A size that differs from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlertChange {
    pub unit: ChangeUnit,
    pub threshold: u64,
    pub direction: AlertDirection,
    pub against: AlertBase,
    /// With a smaller base there is nothing to compare with.
    pub min_size: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeUnit {
    /// Of the base.
    Percent,
    Members,
}

/// What was seen of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation {
    /// A size, a number of users, or hours.
    pub observed: u64,
    /// What a size is compared with. `None` if nothing is known of it, or there is nothing to compare.
    pub base: Option<u64>,
}

impl AlertCondition {
    pub fn kind(self) -> AlertKind {
        match self {
            Self::SizeAbove(_) => AlertKind::SizeAbove,
            Self::SizeBelow(_) => AlertKind::SizeBelow,
            Self::Change(AlertChange { unit: ChangeUnit::Percent, .. }) => AlertKind::ChangePercent,
            Self::Change(AlertChange { unit: ChangeUnit::Members, .. }) => AlertKind::ChangeAbsolute,
            Self::EnteredAbove(_) => AlertKind::EnteredAbove,
            Self::LeftAbove(_) => AlertKind::LeftAbove,
            Self::NotEvaluated(_) => AlertKind::NotEvaluated,
        }
    }

    pub fn threshold(self) -> u64 {
        match self {
            Self::SizeAbove(threshold)
            | Self::SizeBelow(threshold)
            | Self::Change(AlertChange { threshold, .. })
            | Self::EnteredAbove(threshold)
            | Self::LeftAbove(threshold)
            | Self::NotEvaluated(threshold) => threshold,
        }
    }

    pub fn change(self) -> Option<AlertChange> {
        if let Self::Change(change) = self { Some(change) } else { None }
    }

    pub fn judge(self, Observation { observed, base }: Observation) -> Verdict {
        let holds = match self {
            Self::SizeAbove(threshold) | Self::EnteredAbove(threshold) | Self::LeftAbove(threshold) => {
                observed > threshold
            }
            Self::SizeBelow(threshold) => observed < threshold,
            Self::NotEvaluated(hours) => observed >= hours,
            Self::Change(change) => match base.filter(|base| *base >= change.min_size) {
                // There is no percentage of nothing.
                Some(0) if change.unit == ChangeUnit::Percent => return Verdict::NotEnough,
                Some(base) => change.holds(observed, base),
                None => return Verdict::NotEnough,
            },
        };
        if holds { Verdict::Holds } else { Verdict::DoesNotHold }
    }
}

impl AlertChange {
    fn holds(self, observed: u64, base: u64) -> bool {
        let counts = match self.direction {
            AlertDirection::Up => observed > base,
            AlertDirection::Down => observed < base,
            AlertDirection::Both => true,
        };
        let difference = u128::from(observed.abs_diff(base));
        let (difference, threshold) = match self.unit {
            ChangeUnit::Members => (difference, self.threshold.into()),
            ChangeUnit::Percent => (100 * difference, u128::from(self.threshold) * u128::from(base)),
        };
        counts && difference >= threshold
    }
}

/// The median; of an even number of sizes the mean of the middle two, half away from zero. `None` of no sizes.
pub fn usual_size(mut sizes: Vec<u64>) -> Option<u64> {
    sizes.sort_unstable();
    let middle = sizes.len() / 2;
    let above = *sizes.get(middle)?;
    Some(if sizes.len() % 2 == 1 { above } else { (sizes[middle - 1] + above).div_ceil(2) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(unit: ChangeUnit, threshold: u64, direction: AlertDirection) -> AlertCondition {
        let against = AlertBase::LastWeek;
        AlertCondition::Change(AlertChange { unit, threshold, direction, against, min_size: 100 })
    }

    #[test]
    fn alert_conditions_hold_from_their_threshold_on() {
        use AlertCondition::{EnteredAbove, LeftAbove, NotEvaluated, SizeAbove, SizeBelow};
        use AlertDirection::{Both, Down, Up};
        use ChangeUnit::{Members, Percent};
        use Verdict::{DoesNotHold, Holds, NotEnough};
        for (condition, observed, base, expected) in [
            (SizeAbove(100), 100, None, DoesNotHold),
            (SizeAbove(100), 101, None, Holds),
            (SizeBelow(100), 100, None, DoesNotHold),
            (SizeBelow(100), 99, None, Holds),
            (EnteredAbove(5), 5, None, DoesNotHold),
            (LeftAbove(5), 6, None, Holds),
            (NotEvaluated(24), 23, None, DoesNotHold),
            (NotEvaluated(24), 24, None, Holds),
            (change(Percent, 20, Both), 160, Some(200), Holds),
            (change(Percent, 20, Both), 161, Some(200), DoesNotHold),
            (change(Percent, 20, Up), 240, Some(200), Holds),
            (change(Percent, 20, Up), 160, Some(200), DoesNotHold),
            (change(Percent, 20, Down), 160, Some(200), Holds),
            (change(Percent, 20, Down), 240, Some(200), DoesNotHold),
            (change(Percent, 200, Both), 300, Some(100), Holds),
            (change(Members, 10, Both), 190, Some(200), Holds),
            (change(Members, 10, Both), 209, Some(200), DoesNotHold),
            (change(Members, 10, Both), 0, Some(99), NotEnough),
            (change(Members, 10, Both), 200, None, NotEnough),
        ] {
            assert_eq!(
                condition.judge(Observation { observed, base }),
                expected,
                "{condition:?} of {observed}, {base:?}"
            );
        }
    }

    #[test]
    fn alert_of_a_change_has_no_percentage_of_nothing() {
        let from_nothing = |unit| {
            let (direction, against) = (AlertDirection::Both, AlertBase::LastWeek);
            let change = AlertChange { unit, threshold: 10, direction, against, min_size: 0 };
            AlertCondition::Change(change).judge(Observation { observed: 10, base: Some(0) })
        };
        assert_eq!(from_nothing(ChangeUnit::Percent), Verdict::NotEnough);
        assert_eq!(from_nothing(ChangeUnit::Members), Verdict::Holds);
    }

    #[test]
    fn usual_size_is_the_median() {
        for (sizes, expected) in [
            (vec![], None),
            (vec![7], Some(7)),
            (vec![400, 100, 200, 300], Some(250)),
            (vec![100, 103, 100, 900], Some(102)),
        ] {
            assert_eq!(usual_size(sizes.clone()), expected, "{sizes:?}");
        }
    }
}
