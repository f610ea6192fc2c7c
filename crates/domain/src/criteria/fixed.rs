//! A definition as it stands at one moment. A run asks the same definition about a million users at the same moment, so
//! what is relative to the moment is worked out once.

use std::ops::Bound;

use chrono::TimeDelta;

use super::{Combine, Condition, Criteria, DateField, DateTest, Item, ItemSet, ResolvedDateTest};
use crate::period::{InstantRange, Moment};

/// Instants are whole microseconds: this is the way to the one beside it.
const STEP: TimeDelta = TimeDelta::microseconds(1);

impl Criteria {
    /// The same definition with its relative dates fixed: it gives the same answers at that moment. Not for people, nor to
    /// be stored.
    pub fn fixed(&self, moment: Moment) -> Self {
        Self { root: self.root.fixed(moment) }
    }
}

impl ItemSet {
    fn fixed(&self, moment: Moment) -> Self {
        Self { items: self.items.iter().map(|item| item.fixed(moment)).collect(), ..*self }
    }
}

impl Item {
    fn fixed(&self, moment: Moment) -> Self {
        match self {
            Self::Condition(Condition::Date { field, test }) => fixed_date(*field, test.resolve(moment)),
            Self::Condition(condition) => condition.clone().into(),
            Self::Set(set) => Self::Set(set.fixed(moment)),
        }
    }
}

fn fixed_date(field: DateField, test: ResolvedDateTest) -> Item {
    let date = |test| Condition::Date { field, test }.into();
    match test {
        ResolvedDateTest::In(range) => date(absolute(range)),
        ResolvedDateTest::NotIn(range) => {
            Item::Set(ItemSet { combine: Combine::And, negated: true, items: vec![date(absolute(range))] })
        }
        ResolvedDateTest::IsSet => date(DateTest::IsSet),
        ResolvedDateTest::IsNotSet => date(DateTest::IsNotSet),
    }
}

fn absolute(InstantRange { from, to }: InstantRange) -> DateTest {
    use Bound::{Excluded, Included, Unbounded};
    match (from, to) {
        (Included(from), Unbounded) => DateTest::After(from - STEP),
        (Excluded(from), Unbounded) => DateTest::After(from),
        (Unbounded, Included(to)) => DateTest::Before(to + STEP),
        (Unbounded, Excluded(to)) => DateTest::Before(to),
        (Unbounded, Unbounded) => DateTest::IsSet,
        (Included(from), Included(to)) => DateTest::Between(from, to),
        (Included(from), Excluded(to)) => DateTest::Between(from, to - STEP),
        (Excluded(from), Included(to)) => DateTest::Between(from + STEP, to),
        (Excluded(from), Excluded(to)) => DateTest::Between(from + STEP, to - STEP),
    }
}
