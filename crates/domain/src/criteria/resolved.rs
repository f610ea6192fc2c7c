//! A definition with its relative dates resolved at one moment. A run evaluates the same definition for a million users at
//! the same moment, so it resolves them once.

use std::ops::Bound;

use chrono::TimeDelta;

use super::{AttributeTest, Combine, Condition, Criteria, Date, DateTest, Item, ItemSet, ResolvedDateTest};
use crate::period::{InstantRange, Moment};

const STEP: TimeDelta = TimeDelta::microseconds(1);

impl Criteria {
    /// The same definition with absolute dates: it gives the same answers at that moment. Do not show or store it.
    pub fn resolved(&self, moment: Moment) -> Self {
        Self { root: self.root.resolved(moment) }
    }
}

impl ItemSet {
    fn resolved(&self, moment: Moment) -> Self {
        Self { items: self.items.iter().map(|item| item.resolved(moment)).collect(), ..*self }
    }
}

impl Item {
    fn resolved(&self, moment: Moment) -> Self {
        match self {
            Self::Condition(Condition::Date { field, test }) => {
                resolved_date(test.resolve(moment), |test| Condition::Date { field: *field, test })
            }
            Self::Condition(Condition::Attribute { attribute, test: AttributeTest::Date(test) }) => {
                let of = |test| Condition::Attribute { attribute: attribute.clone(), test: AttributeTest::Date(test) };
                resolved_date(test.resolve(moment), of)
            }
            Self::Condition(condition) => condition.clone().into(),
            Self::Set(set) => Self::Set(set.resolved(moment)),
        }
    }
}

fn resolved_date(test: ResolvedDateTest, of: impl Fn(DateTest) -> Condition) -> Item {
    let date = |test| of(test).into();
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
        (Included(from), Unbounded) => DateTest::After(Date::At(from - STEP)),
        (Excluded(from), Unbounded) => DateTest::After(Date::At(from)),
        (Unbounded, Included(to)) => DateTest::Before(Date::At(to + STEP)),
        (Unbounded, Excluded(to)) => DateTest::Before(Date::At(to)),
        (Unbounded, Unbounded) => DateTest::IsSet,
        (Included(from), Included(to)) => DateTest::Between(Date::At(from), Date::At(to)),
        (Included(from), Excluded(to)) => DateTest::Between(Date::At(from), Date::At(to - STEP)),
        (Excluded(from), Included(to)) => DateTest::Between(Date::At(from + STEP), Date::At(to)),
        (Excluded(from), Excluded(to)) => DateTest::Between(Date::At(from + STEP), Date::At(to - STEP)),
    }
}
